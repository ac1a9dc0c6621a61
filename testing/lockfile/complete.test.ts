import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { completeLockfile, type Lockfile } from "./complete.ts";

describe("a lockfile", () => {
  it("gets the packages of other platforms that were left out", () => {
    const lockfile: Lockfile = {
      packages: {
        "": {},
        "node_modules/tool": {
          version: "1.2.0",
          dev: true,
          optionalDependencies: { "@tool/linux-x64-gnu": "1.2.0", "@tool/darwin-arm64": "1.2.0" },
        },
        "node_modules/@tool/linux-x64-gnu": { version: "1.2.0" },
      },
    };
    expect(completeLockfile(lockfile)).toEqual(["node_modules/@tool/darwin-arm64"]);
    expect(lockfile.packages["node_modules/@tool/darwin-arm64"]).toEqual({
      version: "1.2.0",
      dev: true,
      optional: true,
      os: ["darwin"],
      cpu: ["arm64"],
    });
  });

  it("of this project lacks none, and names no registry", () => {
    const text = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
    expect(completeLockfile(JSON.parse(text) as Lockfile)).toEqual([]);
    expect(text).not.toContain('"resolved"');
  });
});
