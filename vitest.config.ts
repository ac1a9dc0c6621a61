import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "testing/**/*.test.ts", "examples/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: ["**/*.embedded.test.ts", "**/node_modules/**"],
          isolate: false,
          testTimeout: 5_000,
        },
      },
      {
        test: {
          name: "embedded",
          include: ["src/**/*.embedded.test.ts", "testing/**/*.embedded.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
