import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../wire/resource.ts";
import { dedupOwners, validateMeta, validateMetaUpdate } from "./objectMeta.ts";

const nameRules = { services: "label", clusterroles: "path" } as const;
const definition = (plural: "configmaps" | keyof typeof nameRules): ResourceDefinition =>
  ({ group: "", plural, ...(plural === "configmaps" ? {} : { nameRule: nameRules[plural] }) }) as ResourceDefinition;
const named = (name: string, meta: Record<string, unknown> = {}): AnyObject => ({
  apiVersion: "v1",
  kind: "X",
  metadata: { name, ...meta },
});
const owner = (name: string, controller = false): object => ({
  apiVersion: "v1",
  kind: "X",
  name,
  uid: name,
  controller,
});

describe("validateMeta", () => {
  it.each<[string, Parameters<typeof definition>[0], AnyObject, string[]]>([
    ["a good name", "configmaps", named("a.b-c"), []],
    ["a dot in a label name", "services", named("a.b"), ["metadata.name"]],
    ["a colon in a role's name", "clusterroles", named("system:a"), []],
    ["a slash in a role's name", "clusterroles", named("a/b"), ["metadata.name"]],
    ["no name", "configmaps", named(""), ["metadata.name"]],
    ["a bad prefix", "configmaps", named("a", { generateName: "A-" }), ["metadata.generateName"]],
    ["a good label with a prefix", "configmaps", named("a", { labels: { "x.io/k": "v" } }), []],
    ["a label with an empty prefix", "configmaps", named("a", { labels: { "/k": "v" } }), ["metadata.labels"]],
    ["a label with two slashes", "configmaps", named("a", { labels: { "a/b/c": "v" } }), ["metadata.labels"]],
    ["a long label value", "configmaps", named("a", { labels: { k: "v".repeat(64) } }), ["metadata.labels"]],
    ["an upper case annotation", "configmaps", named("a", { annotations: { "X.io/K": "any thing" } }), []],
    [
      "big annotations",
      "configmaps",
      named("a", { annotations: { k: "x".repeat(262_145) } }),
      ["metadata.annotations"],
    ],
    ["a bad finalizer", "configmaps", named("a", { finalizers: ["no good"] }), ["metadata.finalizers"]],
    [
      "two controllers",
      "configmaps",
      named("a", { ownerReferences: [owner("o", true), owner("p", true)] }),
      ["metadata.ownerReferences"],
    ],
    [
      "an owner without a name",
      "configmaps",
      named("a", { ownerReferences: [owner("")] }),
      ["metadata.ownerReferences[0].name", "metadata.ownerReferences[0].uid"],
    ],
  ])("judges %s", (_what, plural, object, fields) => {
    expect(validateMeta(object, definition(plural)).map(({ field }) => field)).toEqual(fields);
  });
});

describe("validateMetaUpdate", () => {
  const ending = named("a", { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["x/y"] });
  it.each([
    ["adds a finalizer to what is being deleted", named("a", { finalizers: ["x/y", "x/z"] }), ending, true],
    ["takes one from it", named("a"), ending, false],
    ["adds one to what stays", named("a", { finalizers: ["x/y"] }), named("a"), false],
  ])("minds an update that %s", (_what, object, old, refused) => {
    expect(validateMetaUpdate(object, old).length > 0).toBe(refused);
  });
});

it("keeps each owner once, and names those that came again", () => {
  const object = named("a", { ownerReferences: [owner("o"), owner("p"), owner("o")] });
  expect(dedupOwners(object.metadata)).toContain("duplicate UID(s) observed: o");
  expect(object.metadata.ownerReferences).toHaveLength(2);
  expect(dedupOwners(object.metadata)).toBeUndefined();
});
