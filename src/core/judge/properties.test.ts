import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildConfig, buildContext, buildWindow, rollDice, withLatency, type Dice } from "./builders.ts";
import { weightedLogE } from "./errorBudget.ts";
import { mixtureLogE } from "./events.ts";
import { judge } from "./judge.ts";
import { addWindow, emptyJudgeState, replay } from "./state.ts";
import type { JudgeConfig, JudgeState, JudgeWindow } from "./types.ts";

const errors = buildConfig();
const both = buildConfig([
  { kind: "errors", name: "errors", weight: 1 },
  { kind: "latency", name: "latency", weight: 1, warmupRequests: 0, warmupMs: 0 },
]);

/** Whether a path of windows ever fails, and whether its undeflated evidence ever passes the threshold. */
function walk(config: JudgeConfig, windows: readonly JudgeWindow[]): { failed: boolean; rawFailed: boolean } {
  let state = emptyJudgeState(config);
  let failed = false;
  let rawFailed = false;
  for (const window of windows) {
    state = addWindow(config, state, window);
    failed ||= judge(config, state, buildContext()).outcome === "fail";
    rawFailed ||= rawLogE(state) >= Math.log(100);
  }
  return { failed, rawFailed };
}

function rawLogE(state: JudgeState): number {
  const check = state.checks["errors"];
  return check?.kind === "errors" ? mixtureLogE(check.events.logs) : 0;
}

function alarms(
  runs: number,
  seed: number,
  path: (dice: Dice) => JudgeWindow[],
): { failed: number; rawFailed: number } {
  let failed = 0;
  let rawFailed = 0;
  for (let run = 0; run < runs; run++) {
    const result = walk(errors, path(rollDice(seed + run)));
    failed += result.failed ? 1 : 0;
    rawFailed += result.rawFailed ? 1 : 0;
  }
  return { failed, rawFailed };
}

/** The expected count plus three standard deviations. */
function atMost(runs: number, alpha: number): number {
  return runs * alpha + 3 * Math.sqrt(runs * alpha * (1 - alpha));
}

describe("false alarms when both tracks are the same", () => {
  it("stay within the budget at every moment of looking, with a drifting base rate and rising weights (Ville)", () => {
    const runs = 250;
    const { failed, rawFailed } = alarms(runs, 1_000, (dice) =>
      Array.from({ length: 40 }, (_, index) => {
        const weight = index < 20 ? 0.1 : 0.5;
        const rate = 0.002 + 0.05 * (index / 40);
        const requests = [dice.poisson(500 * weight), dice.poisson(500 * (1 - weight))] as const;
        return buildWindow(
          index,
          [requests[0], dice.errors(requests[0], rate)],
          [requests[1], dice.errors(requests[1], rate)],
        );
      }),
    );
    expect(failed).toBeLessThanOrEqual(atMost(runs, 0.01));
    expect(rawFailed).toBeLessThanOrEqual(atMost(runs, 0.01));
  });

  it.each([
    { burst: 5, pods: 1 },
    { burst: 5, pods: 4 },
    { burst: 10, pods: 4 },
  ])(
    "stay within it with bursts of $burst errors on $pods pods, where undeflated evidence would not",
    ({ burst, pods }) => {
      const runs = 150;
      const { failed, rawFailed } = alarms(runs, 2_000 * burst + pods, (dice) =>
        Array.from({ length: 60 }, (_, index) => {
          const requests = dice.poisson(75);
          const byPod = Object.fromEntries(
            Array.from({ length: pods }, (__, pod) => {
              const own = dice.poisson(675 / pods);
              return [`pod-${pod}`, { requests: own, errors: dice.errors(own, 0.002, burst) }];
            }),
          );
          const stable = Object.values(byPod).reduce((sum, pod) => ({
            requests: sum.requests + pod.requests,
            errors: sum.errors + pod.errors,
          }));
          const contender: [number, number] = [requests, dice.errors(requests, 0.002, burst)];
          return buildWindow(index, contender, [0, 0], { stable: pods > 1 ? { ...stable, byPod } : stable });
        }),
      );
      expect(failed).toBeLessThanOrEqual(atMost(runs, 0.01));
      expect(rawFailed).toBeGreaterThan(atMost(runs, 0.01));
    },
  );

  it("stay within it for latency", () => {
    const runs = 40;
    let failed = 0;
    for (let run = 0; run < runs; run++) {
      const dice = rollDice(9_000 + run);
      const draw = (length: number): number[] => {
        const counts = [0, 0, 0, 0, 0];
        for (let index = 0; index < length; index++) {
          const at = Math.min(4, Math.floor(-Math.log(1 - dice.next()) * 1.2));
          counts[at] = (counts[at] ?? 0) + 1;
        }
        return counts;
      };
      const windows = Array.from({ length: 20 }, (_, index) =>
        buildWindow(index, [40, 0], [160, 0], {
          contender: withLatency([40, 0], ...draw(40)),
          stable: withLatency([160, 0], ...draw(160)),
        }),
      );
      failed += walk(both, windows).failed ? 1 : 0;
    }
    expect(failed).toBeLessThanOrEqual(atMost(runs, 0.01));
  });
});

describe("detection", () => {
  it("finds 5 % errors at 5 contender requests per second within 30 s in the median, against 0.1 %", () => {
    const times: number[] = [];
    for (let run = 0; run < 41; run++) {
      const dice = rollDice(500 + run);
      let state = emptyJudgeState(both);
      let index = 0;
      do {
        const requests = [dice.poisson(25), dice.poisson(225)] as const;
        state = addWindow(
          both,
          state,
          buildWindow(
            index++,
            [requests[0], dice.errors(requests[0], 0.05)],
            [requests[1], dice.errors(requests[1], 0.001)],
          ),
        );
      } while (judge(both, state, buildContext()).outcome !== "fail" && index < 100);
      times.push(index * 5);
    }
    expect(times.toSorted((a, b) => a - b)[20]).toBeLessThanOrEqual(30);
  });
});

const counts = fc
  .integer({ min: 0, max: 400 })
  .chain((requests) => fc.tuple(fc.constant(requests), fc.integer({ min: 0, max: requests })));
const stableCounts = fc
  .integer({ min: 50, max: 400 })
  .chain((requests) => fc.tuple(fc.constant(requests), fc.integer({ min: 0, max: requests })));
const windowList = fc
  .array(fc.tuple(counts, stableCounts), { minLength: 1, maxLength: 8 })
  .map((rows) => rows.map(([contender, stable], index) => buildWindow(index, contender, stable)));

/** All sums of the evidence over these windows. */
function sums(windows: readonly JudgeWindow[]): unknown {
  const check = replay(errors, windows).checks["errors"];
  return check?.kind === "errors"
    ? [check.events.logs, check.notWorse, check.events.excess, check.events.contender]
    : undefined;
}

describe("algebra", () => {
  it("one more contender error never speaks for the contender", () => {
    fc.assert(
      fc.property(windowList, fc.nat(), (windows, at) => {
        const index = at % windows.length;
        const worse = windows.map((window, other) => {
          const { requests, errors: bad } = window.contender;
          return other === index ? { ...window, contender: { requests, errors: Math.min(requests, bad + 1) } } : window;
        });
        expect(rawLogE(replay(errors, worse))).toBeGreaterThanOrEqual(rawLogE(replay(errors, windows)) - 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it("the order of the windows leaves no trace in the evidence, to the last bit", () => {
    const shuffled = windowList.chain((windows) =>
      fc.tuple(fc.constant(windows), fc.shuffledSubarray(windows, { minLength: windows.length })),
    );
    fc.assert(
      fc.property(shuffled, ([windows, other]) => {
        expect(sums(other)).toEqual(sums(windows));
      }),
      { numRuns: 60 },
    );
  });

  it("the same window twice in a row counts once", () => {
    fc.assert(
      fc.property(windowList, (windows) => {
        expect(
          replay(
            errors,
            windows.flatMap((window) => [window, window]),
          ),
        ).toEqual(replay(errors, windows));
      }),
      { numRuns: 30 },
    );
  });

  it("the state survives JSON as it is, and every number in it is whole", () => {
    fc.assert(
      fc.property(windowList, (windows) => {
        const state = replay(both, windows);
        const text = JSON.stringify(state);
        expect(JSON.parse(text)).toEqual(state);
        expect(text).not.toMatch(/\d\.\d|e[+-]\d|null/);
      }),
      { numRuns: 30 },
    );
  });

  it("the weighted average fires whenever a Bonferroni split by the same weights would", () => {
    const evidence = fc.array(
      fc.record({
        weight: fc.double({ min: 0.01, max: 10, noNaN: true }),
        logE: fc.double({ min: -50, max: 50, noNaN: true }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(evidence, (all) => {
        const total = all.reduce((sum, { weight }) => sum + weight, 0);
        const bonferroni = all.some(({ weight, logE }) => logE >= Math.log((total / weight) * 100));
        expect(bonferroni && weightedLogE(all) < Math.log(100) - 1e-9).toBe(false);
        expect(weightedLogE(all)).toBeLessThanOrEqual(Math.max(...all.map(({ logE }) => logE)) + 1e-9);
      }),
    );
  });
});
