import { describe, expect, it } from "vitest";
import type { LabelSelector } from "./object.ts";
import { matchesSelector, selectsEverything } from "./labelSelector.ts";

const labels = { app: "shop", tier: "web" };

describe("a label selector", () => {
  const cases: [string, LabelSelector | undefined, boolean][] = [
    ["matches equal labels", { matchLabels: { app: "shop" } }, true],
    ["wants every label", { matchLabels: { app: "shop", tier: "db" } }, false],
    [
      "matches one of several values",
      { matchExpressions: [{ key: "app", operator: "In", values: ["a", "shop"] }] },
      true,
    ],
    [
      "does not find a missing label among values",
      { matchExpressions: [{ key: "x", operator: "In", values: ["a"] }] },
      false,
    ],
    [
      "takes a missing label as none of the values",
      { matchExpressions: [{ key: "x", operator: "NotIn", values: ["a"] }] },
      true,
    ],
    [
      "refuses a value that is excluded",
      { matchExpressions: [{ key: "app", operator: "NotIn", values: ["shop"] }] },
      false,
    ],
    ["asks for a key", { matchExpressions: [{ key: "tier", operator: "Exists" }] }, true],
    ["asks for the absence of a key", { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] }, false],
    ["matches everything when empty", {}, true],
    ["matches nothing when absent", undefined, false],
  ];
  it.each(cases)("%s", (_name, selector, expected) => {
    expect(matchesSelector(selector, labels)).toBe(expected);
  });

  it("that is empty selects everything", () => {
    expect([selectsEverything({}), selectsEverything({ matchLabels: { a: "b" } })]).toEqual([true, false]);
  });
});
