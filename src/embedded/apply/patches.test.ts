import { assert, jsonValue, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiError } from "../wire/apiError.ts";
import { applyJsonPatch } from "./jsonPatch.ts";
import { applyMergePatch } from "./mergePatch.ts";
import { deploymentSchema } from "./schemas.testing.ts";
import { applyStrategicMerge } from "./strategicMerge.ts";

function codeOf(run: () => unknown): number {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
  return 200;
}

describe("applyJsonPatch", () => {
  const document = { a: { "x/y": 1, "t~": 2 }, list: [1, 2, 3] };

  it.each([
    ["adds a field", [{ op: "add", path: "/b", value: { c: 1 } }], { ...document, b: { c: 1 } }],
    [
      "replaces a key with a slash",
      [{ op: "replace", path: "/a/x~1y", value: 9 }],
      { ...document, a: { "x/y": 9, "t~": 2 } },
    ],
    ["removes a key with a tilde", [{ op: "remove", path: "/a/t~0" }], { ...document, a: { "x/y": 1 } }],
    ["inserts into a list", [{ op: "add", path: "/list/1", value: 9 }], { ...document, list: [1, 9, 2, 3] }],
    ["appends to a list", [{ op: "add", path: "/list/-", value: 9 }], { ...document, list: [1, 2, 3, 9] }],
    ["removes from a list", [{ op: "remove", path: "/list/0" }], { ...document, list: [2, 3] }],
    ["counts from the end of a list", [{ op: "remove", path: "/list/-1" }], { ...document, list: [1, 2] }],
    ["moves", [{ op: "move", from: "/list/0", path: "/first" }], { ...document, list: [2, 3], first: 1 }],
    ["copies", [{ op: "copy", from: "/a", path: "/b" }], { ...document, b: document.a }],
    [
      "goes on after a test that holds",
      [
        { op: "test", path: "/a/x~1y", value: 1 },
        { op: "remove", path: "/a" },
      ],
      { list: [1, 2, 3] },
    ],
    ["takes null for what is not there in a test", [{ op: "test", path: "/a/none", value: null }], document],
    ["replaces the whole", [{ op: "replace", path: "", value: 1 }], 1],
  ])("%s", (_name, operations, expected) => {
    const before = structuredClone(document);
    expect(applyJsonPatch(document, operations)).toEqual(expected);
    expect(document).toEqual(before);
  });

  it.each([
    ["no list", { op: "add" }, 400],
    ["an operation that is no object", [1], 400],
    ["a path that is no string", [{ op: "add", path: 1, value: 1 }], 400],
    ["an unknown operation", [{ op: "merge", path: "/a", value: 1 }], 422],
    ["no path", [{ op: "remove" }], 422],
    ["a test that fails", [{ op: "test", path: "/a/x~1y", value: 2 }], 422],
    ["a field to remove that is not there", [{ op: "remove", path: "/none" }], 422],
    ["a field to replace that is not there", [{ op: "replace", path: "/none", value: 1 }], 422],
    ["a parent that is not there", [{ op: "add", path: "/none/x", value: 1 }], 422],
    ["an index that is not there", [{ op: "add", path: "/list/9", value: 1 }], 422],
    ["an index that is no number", [{ op: "add", path: "/list/x", value: 1 }], 422],
  ])("refuses %s", (_name, operations, code) => {
    expect(codeOf(() => applyJsonPatch(document, operations))).toBe(code);
  });

  it("answers like the real server when a test fails", () => {
    expect(() => applyJsonPatch({}, [{ op: "test", path: "/a", value: 1 }])).toThrow(
      expect.objectContaining({
        reason: "Invalid",
        message: "the server rejected our request due to an error in our request",
        details: {},
      }),
    );
  });
});

describe("applyMergePatch", () => {
  it.each([
    [
      { x: "1", y: "2" },
      { x: null, z: "3" },
      { y: "2", z: "3" },
    ],
    [{ a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 1 }, { a: { b: { c: null } } }, { a: { b: {} } }],
    [[1], { a: 1 }, { a: 1 }],
    [{ a: 1 }, "text", "text"],
  ])("%j with %j is %j", (target, patch, expected) => {
    expect(applyMergePatch(target, patch)).toEqual(expected);
  });

  it("gives the patch itself when laid over nothing, and is idempotent", () => {
    assert(
      property(jsonValue(), jsonValue(), (target, patch) => {
        const once = applyMergePatch(target, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });
});

function of(containers: unknown): object {
  return { spec: { template: { spec: { containers } } } };
}

function merge(target: unknown, patch: unknown): unknown {
  return applyStrategicMerge(target, patch, deploymentSchema);
}

describe("applyStrategicMerge", () => {
  const web = of([{ name: "c", image: "web:v1", ports: [{ containerPort: 8080, protocol: "TCP" }] }]);

  it.each([
    [
      "merges a list by key",
      web,
      of([{ name: "c", image: "web:v2", env: [{ name: "A", value: "1" }] }]),
      of([
        {
          name: "c",
          image: "web:v2",
          ports: [{ containerPort: 8080, protocol: "TCP" }],
          env: [{ name: "A", value: "1" }],
        },
      ]),
    ],
    ["puts a new item first", of([{ name: "c" }]), of([{ name: "side" }]), of([{ name: "side" }, { name: "c" }])],
    [
      "deletes an item",
      of([{ name: "side" }, { name: "c" }]),
      of([{ name: "side", $patch: "delete" }]),
      of([{ name: "c" }]),
    ],
    [
      "deletes one and adds another below an item",
      of([{ name: "c", env: [{ name: "A", value: "1" }] }]),
      of([
        {
          name: "c",
          env: [
            { name: "A", $patch: "delete" },
            { name: "B", value: "2" },
          ],
        },
      ]),
      of([{ name: "c", env: [{ name: "B", value: "2" }] }]),
    ],
    [
      "follows the order that is asked for",
      of([{ name: "a" }, { name: "b" }, { name: "c" }]),
      {
        spec: {
          template: {
            spec: {
              "$setElementOrder/containers": [{ name: "c" }, { name: "a" }, { name: "n" }],
              containers: [{ name: "n" }],
            },
          },
        },
      },
      of([{ name: "b" }, { name: "c" }, { name: "a" }, { name: "n" }]),
    ],
    [
      "replaces a list that begins with the marker",
      of([{ name: "a" }]),
      of([{ $patch: "replace" }, { name: "z" }]),
      of([{ name: "z" }]),
    ],
    [
      "replaces a list without a key",
      of([{ name: "a", args: ["x", "y"] }]),
      of([{ name: "a", args: ["z"] }]),
      of([{ name: "a", args: ["z"] }]),
    ],
    [
      "removes with null",
      { metadata: { labels: { app: "web", a: "b" } } },
      { metadata: { labels: { app: null, tier: "x" } } },
      { metadata: { labels: { a: "b", tier: "x" } } },
    ],
    [
      "keeps only the keys that are to be retained",
      { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
      { spec: { strategy: { type: "Recreate" } } },
    ],
    [
      "replaces a map",
      { spec: { strategy: { type: "a", rollingUpdate: {} } } },
      { spec: { strategy: { $patch: "replace", type: "b" } } },
      { spec: { strategy: { type: "b" } } },
    ],
    [
      "deletes a map",
      { spec: { replicas: 1, strategy: { type: "a" } } },
      { spec: { strategy: { $patch: "delete" } } },
      { spec: { replicas: 1 } },
    ],
    [
      "adds to a list of words without repeating any",
      { metadata: { finalizers: ["a", "b"] } },
      { metadata: { finalizers: ["b", "c"] } },
      { metadata: { finalizers: ["a", "b", "c"] } },
    ],
    [
      "deletes from a list of words",
      { metadata: { finalizers: ["a", "b"] } },
      { metadata: { "$deleteFromPrimitiveList/finalizers": ["a"] } },
      { metadata: { finalizers: ["b"] } },
    ],
    [
      "leaves no directive in a new item",
      of([]),
      of([{ name: "c", "$setElementOrder/env": [{ name: "A" }], env: [{ name: "A" }] }]),
      of([{ name: "c", env: [{ name: "A" }] }]),
    ],
  ])("%s", (_name, target, patch, expected) => {
    const before = structuredClone(target);
    expect(merge(target, patch)).toEqual(expected);
    expect(target).toEqual(before);
  });

  it.each([
    ["no object", [], 400],
    ["an item without its key", of([{ image: "x" }]), 400],
    ["an unknown directive", { spec: { $patch: "twist" } }, 400],
    ["an order that is no list", { spec: { "$setElementOrder/x": 1 } }, 400],
    [
      "a key that is not among those to retain",
      { spec: { strategy: { $retainKeys: ["type"], rollingUpdate: {} } } },
      422,
    ],
  ])("refuses %s", (_name, patch, code) => {
    expect(codeOf(() => merge(web, patch))).toBe(code);
  });
});
