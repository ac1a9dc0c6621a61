import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isWanted, valueAt } from "./match.ts";
import { parseScenario } from "./scenarioFile.ts";

const root = fileURLToPath(new URL("../../examples/scenarios", import.meta.url));
const scenario = (step: string): string => `description: x\nsteps:\n- ${step}\n`;

describe("a scenario file is refused", () => {
  const cases = [
    ["that has a key that nobody knows", "description: x\nsteps: []\nspeed: 3\n", "s.speed: unknown key"],
    ["that has no steps", "description: x\n", "s.steps: expected a list, found nothing"],
    ["whose step is of no known kind", scenario("aply: {file: x}"), "s.steps[0].aply: unknown kind of step"],
    ["whose step has a key that nobody knows", scenario("apply: {fille: x}"), "s.steps[0].apply.fille: unknown key"],
    [
      "whose step has two kinds",
      scenario("{apply: {file: x}, stopLoad: {}}"),
      "s.steps[0]: a step has exactly one key",
    ],
    [
      "whose step lacks what it needs",
      scenario("scale: {deployment: shop}"),
      "s.steps[0].scale.replicas: expected a whole number, found nothing",
    ],
    [
      "with an unknown key deep inside",
      scenario("waitUntil: {kind: Pod, conditions: {Ready: {stat: x}}}"),
      "s.steps[0].waitUntil.conditions[Ready].stat: unknown key",
    ],
    [
      "with a time that is none",
      scenario("waitUntil: {kind: Pod, within: soon}"),
      "s.steps[0].waitUntil.within: expected a span",
    ],
    ["that is not YAML", "steps: [", "s: "],
  ] as const;
  it.each(cases)("%s", (_name, source, words) => {
    expect(() => parseScenario("s", source)).toThrow(words);
  });
});

it.each(readdirSync(root).filter((name) => name !== "base" && !name.includes(".")))(
  "the example %s can be read",
  (name) => {
    expect(parseScenario(name, readFileSync(join(root, name, "scenario.yaml"), "utf8")).steps.length).toBeGreaterThan(
      3,
    );
  },
);

describe("values", () => {
  const object = { metadata: { labels: { "a.b/c": "d" } }, spec: { rules: [{ name: "first" }] } };
  it.each([
    ["metadata.labels[a.b/c]", "d"],
    ["spec.rules[0].name", "first"],
    ["spec.rules[1].name", undefined],
    ["spec.rules[0].name.first", undefined],
  ])("at %s", (path, value) => {
    expect(valueAt(object, path)).toBe(value);
  });

  it.each([
    [{ atLeast: 3 }, 3, true],
    [{ atLeast: 3 }, 2, false],
    [{ atLeast: 1, atMost: 2 }, 3, false],
    [{ contains: "b" }, "abc", true],
    [{ contains: "b" }, undefined, false],
    [{ absent: true }, undefined, true],
    [{ absent: true }, 0, false],
    [{ absent: false }, 0, true],
    [{ oneOf: ["a", "b"] }, "b", true],
    [{ oneOf: ["a", "b"] }, "c", false],
    [{ length: 2 }, [1, 2], true],
    [{ length: 2 }, [1], false],
    [{ app: "shop" }, { app: "shop" }, true],
    [{ app: "shop" }, { app: "shop", more: 1 }, false],
    ["Promoted", "Promoted", true],
  ])("are wanted as %j: %j is %s", (wanted, value, answer) => {
    expect(isWanted(value, wanted)).toBe(answer);
  });
});
