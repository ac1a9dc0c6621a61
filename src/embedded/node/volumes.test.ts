import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { aPod } from "../../../testing/builders/pod.ts";
import type { ConfigSource } from "./environment.ts";
import type { Volume } from "./podTypes.ts";
import { prepareVolumes, volumeVariables } from "./volumes.ts";

const directories: string[] = [];
const settings = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings" },
  data: { level: "debug", other: "x" },
};
const login = { apiVersion: "v1", kind: "Secret", metadata: { name: "login" }, data: { token: "aHVzaA==" } };
const config: ConfigSource = { configMaps: new Map([["settings", settings]]), secrets: new Map([["login", login]]) };

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

async function prepare(volume: Volume): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), "tidegate-volumes-"));
  directories.push(directory);
  return (await prepareVolumes(aPod({ volumes: [volume] }), directory, config)).get(volume.name);
}

describe("prepareVolumes", () => {
  it("writes the keys of a ConfigMap as files", async () => {
    const path = await prepare({ name: "v", configMap: { name: "settings" } });
    expect(readFileSync(join(path ?? "", "level"), "utf8")).toBe("debug");
    expect(readFileSync(join(path ?? "", "other"), "utf8")).toBe("x");
  });

  it("writes only the keys that are asked for, at their paths", async () => {
    const path = await prepare({
      name: "v",
      secret: { secretName: "login", items: [{ key: "token", path: "deep/file" }] },
    });
    expect(readFileSync(join(path ?? "", "deep/file"), "utf8")).toBe("hush");
    expect(existsSync(join(path ?? "", "token"))).toBe(false);
  });

  it("passes the path of the host on, and leaves service account tokens out", async () => {
    expect(await prepare({ name: "v", hostPath: { path: "/srv" } })).toBe("/srv");
    expect(await prepare({ name: "v", projected: {} })).toBeUndefined();
  });

  it.each<[Volume, string]>([
    [{ name: "v", configMap: { name: "none" } }, 'configmap "none" not found'],
    [{ name: "v", secret: { secretName: "none" } }, 'secret "none" not found'],
    [{ name: "v", configMap: { name: "settings", items: [{ key: "no", path: "x" }] } }, 'has no key "no"'],
    [
      { name: "v", configMap: { name: "settings", items: [{ key: "level", path: "../x" }] } },
      "leads out of the volume",
    ],
    [{ name: "v" }, "this node knows emptyDir"],
  ])("refuses %j", async (volume, message) => {
    await expect(prepare(volume)).rejects.toThrow(message);
  });
});

describe("volumeVariables", () => {
  it("names the directory of each mount", () => {
    const volumeMounts = [
      { name: "data-1", mountPath: "/data", subPath: "a/b" },
      { name: "token", mountPath: "/t" },
    ];
    const paths = new Map([["data-1", "/x/data-1"]]);
    expect(volumeVariables({ name: "web", volumeMounts }, paths)).toEqual({ TIDEGATE_VOLUME_DATA_1: "/x/data-1/a/b" });
  });
});
