import { defineConfig } from "rolldown";

export default defineConfig({
  input: { main: "src/cli/main.ts" },
  platform: "node",
  output: { dir: "dist", format: "esm", chunkFileNames: "[name]-[hash].js", entryFileNames: "[name].js" },
});
