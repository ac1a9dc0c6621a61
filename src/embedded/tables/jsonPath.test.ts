import { describe, expect, it } from "vitest";
import { findJsonPath, JsonPathError, parseJsonPath } from "./jsonPath.ts";

const root = {
  metadata: { name: "w", annotations: { "a/b": "slash", "c.d": "dot", "it's": "quote" } },
  spec: { size: 3, list: ["x", "y", "z"], hosts: [{ name: "a" }, { name: "b" }] },
  status: {
    conditions: [
      { type: "Ready", status: "True", seen: 5 },
      { type: "Stalled", status: "False", seen: 1 },
    ],
  },
};

function find(path: string): unknown {
  try {
    return findJsonPath(parseJsonPath(path), root);
  } catch (error) {
    if (error instanceof JsonPathError) return "refused";
    throw error;
  }
}

describe("a JSONPath of a printer column", () => {
  it.each([
    [".spec.size", [3]],
    ["{.spec.size}", [3]],
    ["$.spec.size", [3]],
    ["spec.size", "refused"],
    [".spec.none.deeper", []],
    [".metadata.annotations['a/b']", ["slash"]],
    ['.metadata.annotations["a/b"]', ["slash"]],
    [".metadata.annotations.a/b", ["slash"]],
    [String.raw`.metadata.annotations.c\.d`, ["dot"]],
    [String.raw`.metadata.annotations['c\.d']`, ["dot"]],
    [String.raw`.metadata.annotations['it\'s']`, ["quote"]],
    [".spec.list[0]", ["x"]],
    [".spec.list[-1]", ["z"]],
    [".spec.list[9]", []],
    [".spec.list[1:]", ["y", "z"]],
    [".spec.list[0:2]", ["x", "y"]],
    [".spec.list[*]", ["x", "y", "z"]],
    [".spec.hosts[*].name", ["a", "b"]],
    [".spec.hosts.*.name", ["a", "b"]],
    ["..name", ["w", "a", "b"]],
    ['.status.conditions[?(@.type=="Ready")].status', ["True"]],
    [".status.conditions[?(@.type=='Stalled')].status", ["False"]],
    ['.status.conditions[?( @.type != "Ready" )].type', ["Stalled"]],
    [".status.conditions[?(@.seen>1)].type", ["Ready"]],
    [".status.conditions[?(@.seen<=1)].type", ["Stalled"]],
    ['.status.conditions[?(@.type>"Ready")].type', ["Stalled"]],
    [".status.conditions[?(@.none)].type", []],
    [".status.conditions[?(@.seen)].type", ["Ready", "Stalled"]],
    [".status.conditions[?(@.type==bare)].type", "refused"],
    [".spec.list[", "refused"],
    [".spec..", "refused"],
  ])("%s", (path, expected) => {
    expect(find(path)).toEqual(expected);
  });
});
