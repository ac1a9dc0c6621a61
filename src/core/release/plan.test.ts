import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aPlan, aReleaseStatus, builtAtMs } from "../../../testing/builders/delivery.ts";
import { byPods, byRequests } from "../../../testing/builders/observation.ts";
import type { Check } from "../../api/checks.ts";
import type { PlanStep } from "../../api/plan.ts";
import { replicasNeeded } from "./capacity.ts";
import { judgeConfigOf } from "./checks.ts";
import type { Because } from "./decision.ts";
import { withJournal } from "./journal.ts";
import { planNotes, planProblems, resolveSteps } from "./plan.ts";
import { sameSelector } from "./selector.ts";

describe("the steps of a plan", () => {
  const weights = (steps: PlanStep[]) =>
    resolveSteps(aPlan(steps)).map(({ contenderBasisPoints }) => contenderBasisPoints);

  it("inherit the weight before them, from nothing on", () => {
    expect(weights([{ capacity: 1 }, { weight: 5 }, { approval: "required" }, { weight: 100 }])).toEqual([
      0, 500, 500, 10_000,
    ]);
  });

  it("end with all traffic, by a step of its own where the plan stops short of it", () => {
    expect(resolveSteps(aPlan([{ weight: 50 }])).at(-1)).toMatchObject({
      name: "all",
      contenderBasisPoints: 10_000,
      implied: true,
    });
    expect(resolveSteps(aPlan([{ weight: 100 }]))).toHaveLength(1);
  });

  it("are named after their weight where they have no name", () => {
    expect(resolveSteps(aPlan([{ weight: 12.5 }, { weight: 100, name: "bake" }])).map(({ name }) => name)).toEqual([
      "weight-12-5",
      "bake",
    ]);
  });

  it.each<[string, PlanStep[], string]>([
    ["no step", [], "at least one step"],
    ["a weight that falls", [{ weight: 50 }, { weight: 20 }], "steps[1].weight: 20 is less than 50"],
    ["more than everything", [{ weight: 101 }], "more than 100 %"],
    ["a weight finer than 0.01", [{ weight: 0.125 }], "finer than 0.01 %"],
    [
      "a match without a router",
      [{ weight: 5, match: [{ header: { name: "a", exact: "b" } }] }],
      "cannot look at headers",
    ],
  ])("%s is a problem that is named", (_case, steps, words) => {
    expect(planProblems(aPlan(steps), byPods).join()).toContain(words);
  });

  it("of a sound plan have no problem, whatever two decimals they have", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 8 }), (list) => {
        const steps = list.toSorted((a, b) => a - b).map((basisPoints) => ({ weight: basisPoints / 100 }));
        expect(planProblems(aPlan(steps), byRequests)).toEqual([]);
      }),
    );
  });

  it("say before they start that shares above one half are reached by the hand-over, without a router", () => {
    expect(planNotes(aPlan([{ weight: 80 }]), byPods)).toEqual([
      expect.stringContaining("80 % is reached by the hand-over"),
    ]);
    expect(planNotes(aPlan([{ weight: 80 }]), byRequests)).toEqual([]);
  });
});

describe("the pods that a step needs", () => {
  const needed = (step: PlanStep, replicas: number, by = byRequests) =>
    replicasNeeded(resolveSteps(aPlan([step]))[0]!, replicas, by);

  it.each<[string, PlanStep, number, typeof byRequests, number]>([
    ["its share of the replicas, rounded up", { weight: 25 }, 10, byRequests, 3],
    ["at least one", { weight: 1 }, 3, byRequests, 1],
    ["one also without weight, so that it can be probed", { weight: 0 }, 3, byRequests, 1],
    ["all for all traffic", { weight: 100 }, 7, byRequests, 7],
    ["none of no replicas", { weight: 50 }, 0, byRequests, 0],
    ["as many as are written", { weight: 5, capacity: 3 }, 10, byRequests, 3],
    ["the written share, rounded up", { weight: 5, capacity: "25%" }, 10, byRequests, 3],
    ["a number written as text", { weight: 5, capacity: "2" }, 10, byRequests, 2],
    ["one where 0 is written but traffic is due", { weight: 5, capacity: 0 }, 10, byRequests, 1],
    ["none where 0 is written and none is due", { weight: 0, capacity: "0%" }, 10, byRequests, 0],
    ["so many that they are the share of all pods", { weight: 20 }, 8, byPods, 2],
    ["no more than the replicas without a router", { weight: 90 }, 8, byPods, 8],
  ])("%s", (_case, step, replicas, by, pods) => {
    expect(needed(step, replicas, by)).toBe(pods);
  });

  it("reach the share without a router up to one half, with not one pod too many", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 200 }), (weight, replicas) => {
        const pods = needed({ weight }, replicas, byPods);
        const share = (count: number): number => count / (count + replicas);
        expect(share(pods)).toBeGreaterThanOrEqual(weight / 100 - 1e-9);
        expect(pods === 1 || share(pods - 1) < weight / 100).toBe(true);
      }),
    );
  });
});

describe("what the judge is asked", () => {
  it("is errors and latency when nothing is written, and nothing for an empty list", () => {
    expect(judgeConfigOf({}).checks.map(({ kind }) => kind)).toEqual(["errors", "latency"]);
    expect(judgeConfigOf({ checks: [] }).checks).toEqual([]);
  });

  it("has one name for each check, since verdicts are kept by name", () => {
    const checks: Check[] = [{ errors: {} }, { name: "errors-2", latency: {} }, { errors: {} }, { errors: {} }];
    const names = judgeConfigOf({ checks }).checks.map(({ name }) => name);
    expect(names[0]).toBe("errors");
    expect(names[1]).toBe("errors-2");
    expect(new Set(names).size).toBe(4);
  });

  it("counts rates as shares and latencies in milliseconds", () => {
    const threshold = { minSamples: 20, failures: 3, of: 5, noData: "hold" } as const;
    const checks: Check[] = [
      { threshold: { ...threshold, metric: "errorRate", max: 2.5 } },
      { threshold: { ...threshold, metric: "latencyP99", max: 250 } },
      { errors: { materialDifference: 0.005 } },
    ];
    expect(judgeConfigOf({ checks }).checks).toMatchObject([
      { metric: "errorRate", max: 0.025 },
      { metric: "latencyQuantile", quantile: 0.99, max: 250 },
      { materialDifference: 0.00005 },
    ]);
  });
});

describe("the journal", () => {
  const because = (message: string): Because => ({ rule: "stepPassed", reason: "StepPassed", message });
  const place = aReleaseStatus({ weight: { desired: 5, accepted: 5 } });
  const add = (status: typeof place, message: string) =>
    withJournal(status, because(message), { nowMs: builtAtMs, place, actor: undefined });

  it("tells the step and weight at which a decision was taken", () => {
    expect(add(place, "on").journal).toEqual([
      {
        at: "2026-01-01T00:00:00.000Z",
        rule: "stepPassed",
        reason: "StepPassed",
        message: "on",
        step: "weight-5",
        weight: 5,
      },
    ]);
  });

  it("does not tell the same twice in a row, but again after something else", () => {
    const told = ["a", "a", "b", "a"].reduce(add, place).journal ?? [];
    expect(told.map(({ message }) => message)).toEqual(["a", "b", "a"]);
  });

  it("is bounded, and keeps its beginning and its newest end", () => {
    const messages = Array.from({ length: 500 }, (_, index) => `decision ${index}`);
    const told = messages.reduce(add, place).journal ?? [];
    expect(told).toHaveLength(200);
    expect(told.slice(0, 10).map(({ message }) => message)).toEqual(messages.slice(0, 10));
    expect(told.slice(10).map(({ message }) => message)).toEqual(messages.slice(-190));
  });
});

it.each([
  [{ a: "1" }, { a: "1" }, true],
  [{ a: "1" }, { a: "2" }, false],
  [{ a: "1" }, { a: "1", b: "2" }, false],
  [{ b: "1" }, { a: "1" }, false],
])("selectors %j and %j are the same: %s", (a, b, same) => {
  expect(sameSelector(a as Record<string, string>, b as Record<string, string>)).toBe(same);
});
