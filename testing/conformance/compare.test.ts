import { describe, expect, it } from "vitest";
import { compareAnswer, compareEvents, type Answer } from "./compare.ts";
import { conditionFor } from "./conditions.ts";
import { listedDifferences } from "./listedDifferences.ts";
import { loadCases } from "./vectors.ts";

const answer = (body: unknown, rest: Partial<Answer> = {}): Answer => ({ status: 200, body, warnings: [], ...rest });
const faults = (expected: object, given: Answer): string[] =>
  compareAnswer({ status: 200, ...expected }, given).faults.map(({ path }) => path);

const status = (message: string): object => ({
  kind: "Status",
  message,
  details: { causes: [{ field: "a", message }] },
});

describe("compareAnswer", () => {
  it.each([
    ["equal bodies", { body: { a: [1, { b: 2 }] } }, answer({ a: [1, { b: 2 }] }), []],
    ["another status", { body: {} }, answer({}, { status: 201 }), ["<status>"]],
    ["another value", { body: { a: [1, { b: 2 }] } }, answer({ a: [1, { b: 3 }] }), ["a.1.b"]],
    ["a field too many", { body: {} }, answer({ a: 1 }), ["a"]],
    ["a field too few", { body: { a: 1 } }, answer({}), ["a"]],
    ["another order", { body: { a: [1, 2] } }, answer({ a: [2, 1] }), ["a.0", "a.1"]],
    ["a shorter list", { body: { a: [1, 2] } }, answer({ a: [1] }), ["a"]],
    [
      "replaced values",
      { body: { t: "<time>", n: "gen-<random>" } },
      answer({ t: "2026-01-01T00:00:00Z", n: "gen-x7f" }),
      [],
    ],
    ["a time that is none", { body: { t: "<time>" } }, answer({ t: "soon" }), ["t"]],
    [
      "managed fields that were not recorded",
      { body: { metadata: {} } },
      answer({ metadata: { managedFields: [{}] } }),
      [],
    ],
    [
      "managed fields that were recorded",
      { body: { metadata: { managedFields: [] } } },
      answer({ metadata: {} }),
      ["metadata.managedFields"],
    ],
    ["a field by path", { fields: { "a.0.b": 1, "a.1": null } }, answer({ a: [{ b: 1 }] }), []],
    ["a field that should be absent", { fields: { a: null } }, answer({ a: 1 }), ["a"]],
    ["a warning that was not recorded", {}, answer({}, { warnings: ["299 - x"] }), ["<warning>"]],
    ["the message of an object", { body: { message: "a" } }, answer({ message: "b" }), ["message"]],
  ])("tells %s", (_what, expected, given, paths) => {
    expect(faults(expected, given)).toEqual(paths);
  });

  it("counts the words of a Status apart", () => {
    const { faults: real, wording } = compareAnswer({ status: 200, body: status("one") }, answer(status("two")));
    expect(real).toEqual([]);
    expect(wording.map(({ path }) => path)).toEqual(["message", "details.causes.0.message"]);
  });
});

it("tells events in another order", () => {
  const events = [
    { type: "ADDED", object: {} },
    { type: "DELETED", object: {} },
  ];
  expect(compareEvents({ status: 200, events }, events).faults).toEqual([]);
  expect(compareEvents({ status: 200, events }, events.toReversed()).faults).not.toEqual([]);
});

describe("the recordings", () => {
  const cases = loadCases();
  it("wait only for what the runner understands", () => {
    const waits = cases.flatMap(({ steps }) =>
      steps.flatMap((step) => ("until" in step && step.until !== undefined ? [step.until] : [])),
    );
    expect(waits.length).toBeGreaterThan(40);
    for (const expression of waits) expect(conditionFor(expression)).toBeTypeOf("function");
    expect(() => conditionFor("body['x'] == 1")).toThrow(/does not understand/);
  });

  it("have every listed difference where it is said to be", () => {
    for (const listed of listedDifferences)
      expect(cases.find(({ name }) => name === listed.case)?.steps[listed.step]).toHaveProperty("response");
  });

  it("are told apart by name", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });
});
