import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { boundaryTables } from "./latencyBuckets.ts";
import { limitAlternatives, logLimitFactors } from "./limitGuard.ts";
import { logMeanExp } from "./logSumExp.ts";
import { addLogUnits, toNats } from "./logUnits.ts";
import { logNotWorseFactors, logOddsFactors, oddsGrid, type EventTable, type OddsMethod } from "./oddsEProcess.ts";
import { podSpread, spreadParts } from "./overDispersion.ts";
import type { LatencyCounts } from "./types.ts";

type Row = [number, number, number, number];
type Expected = { logPerOddsRatio: number[]; logMixture: number };
type OddsCase = {
  name: string;
  r0: number;
  oddsRatios: number[];
  windows: Row[];
  exact: Expected[];
  bound: Expected[];
};
type LatencyWindow = {
  contender: { count: number; slowerThan: number[] };
  stable: { count: number; slowerThan: number[] };
};
type Vectors = {
  oddsEProcess: OddsCase[];
  nonInferiority: { name: string; r1: number; oddsRatios: number[]; windows: Row[]; exact: Expected[] }[];
  overDispersion: { name: string; windows: [number, number][][]; phi: number }[];
  limitGuard: { limit: number; alternatives: number[]; observations: [number, number][]; logE: number[] }[];
  latency: {
    name: string;
    boundariesMs: number[];
    windows: LatencyWindow[];
    logMixturePerBoundary: number[];
    logAverage: number;
  }[];
};

const vectors: Vectors = JSON.parse(
  readFileSync(new URL("../../../testing/vectors/judge.json", import.meta.url), "utf8"),
);

const tolerance = 1e-9;

function tableOf([contenderRequests, contenderEvents, stableRequests, stableEvents]: Row): EventTable {
  return { contenderRequests, contenderEvents, stableRequests, stableEvents };
}

/** The largest deviation; Infinity when there are more or fewer values. */
function deviation(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length || expected.length === 0) return Infinity;
  return Math.max(...expected.map((value, index) => Math.abs((actual[index] ?? NaN) - value)));
}

function path(windows: Row[], factors: (table: EventTable) => number[]): Expected[] {
  let sums: number[] | undefined;
  return windows.map((row) => {
    const added = factors(tableOf(row));
    sums = addLogUnits(sums ?? added.map(() => 0), added);
    const logPerOddsRatio = sums.map(toNats);
    return { logPerOddsRatio, logMixture: logMeanExp(logPerOddsRatio) };
  });
}

function flat(steps: Expected[]): number[] {
  return steps.flatMap(({ logPerOddsRatio, logMixture }) => [...logPerOddsRatio, logMixture]);
}

/** The counts per bucket behind "so many were slower than each boundary". */
function histogram(boundariesMs: number[], track: LatencyWindow["stable"]): LatencyCounts {
  const above = [track.count, ...track.slowerThan, 0];
  return { boundariesMs, counts: above.slice(0, -1).map((count, index) => count - (above[index + 1] ?? 0)) };
}

describe("agreement with exact rational arithmetic to 1e-9", () => {
  for (const method of ["exact", "bound"] as const satisfies OddsMethod[]) {
    it.each(vectors.oddsEProcess)(
      `the odds e-process, ${method}: $name`,
      ({ windows, r0, oddsRatios, ...expected }) => {
        const actual = path(windows, (table) => logOddsFactors(table, r0, oddsRatios, method));
        expect(deviation(flat(actual), flat(expected[method]))).toBeLessThan(tolerance);
      },
    );
  }

  it("bets on the grid of the vectors", () => {
    for (const { r0, oddsRatios } of vectors.oddsEProcess) {
      expect(
        deviation(
          oddsGrid.map((ratio) => ratio * r0),
          oddsRatios,
        ),
      ).toBeLessThan(tolerance);
    }
  });

  it.each(vectors.nonInferiority)("non-inferiority: $name", ({ windows, r1, oddsRatios, exact }) => {
    const actual = path(windows, (table) => logNotWorseFactors(table, r1, oddsRatios));
    expect(deviation(flat(actual), flat(exact))).toBeLessThan(tolerance);
  });

  it.each(vectors.overDispersion)("over-dispersion: $name", ({ windows, phi }) => {
    const parts = windows.map((pods) =>
      spreadParts(podSpread(pods.map(([requests, errors]) => ({ requests, errors })))),
    );
    const spread = parts.reduce((sum, part) => sum + part.spread, 0);
    const expected = parts.reduce((sum, part) => sum + part.expected, 0);
    expect(Math.max(1, spread / expected)).toBeCloseTo(phi, 9);
  });

  it.each(vectors.limitGuard)("the guard against a limit of $limit", ({ limit, alternatives, observations, logE }) => {
    let sums = alternatives.map(() => 0);
    const actual = observations.map(([requests, errors]) => {
      sums = addLogUnits(sums, logLimitFactors({ requests, errors }, limit, alternatives));
      return logMeanExp(sums.map(toNats));
    });
    expect(deviation(actual, logE)).toBeLessThan(tolerance);
  });

  it.each(vectors.latency)(
    "the bucket form for latency: $name",
    ({ boundariesMs, windows, logMixturePerBoundary, logAverage }) => {
      let sums = boundariesMs.map(() => oddsGrid.map(() => 0));
      for (const window of windows) {
        const tables = boundaryTables(
          histogram(boundariesMs, window.contender),
          histogram(boundariesMs, window.stable),
        );
        sums = tables.map((table, index) =>
          addLogUnits(sums[index] ?? [], logOddsFactors(table, 1, oddsGrid, "exact")),
        );
      }
      const mixtures = sums.map((logs) => logMeanExp(logs.map(toNats)));
      expect(deviation([...mixtures, logMeanExp(mixtures)], [...logMixturePerBoundary, logAverage])).toBeLessThan(
        tolerance,
      );
    },
  );

  it("agrees between bound and exact where `auto` prefers the bound", () => {
    const table = tableOf([1_000, 12, 9_000, 20]);
    const bound = logOddsFactors(table, 1.25, [2.5], "bound");
    expect(logOddsFactors(table, 1.25, [2.5])).toEqual(bound);
    expect(deviation(logOddsFactors(table, 1.25, [2.5], "exact"), bound)).toBeLessThan(0.05);
    expect(logOddsFactors(tableOf([100, 12, 900, 20]), 1.25, [2.5])).toEqual(
      logOddsFactors(tableOf([100, 12, 900, 20]), 1.25, [2.5], "exact"),
    );
  });

  it("bets on rates above the limit that stay rates", () => {
    for (const limit of [0.0001, 0.01, 0.5, 0.99])
      for (const rate of limitAlternatives(limit)) expect(rate > limit && rate < 1).toBe(true);
  });
});
