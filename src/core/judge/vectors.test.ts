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
type OddsCase = { name: string; r0: number; oddsRatios: number[]; windows: Row[]; exact: Expected[]; bound: Expected[] };
type LatencyWindow = { contender: { count: number; slowerThan: number[] }; stable: { count: number; slowerThan: number[] } };
type Vectors = {
  oddsEProcess: OddsCase[];
  nonInferiority: { name: string; r1: number; oddsRatios: number[]; windows: Row[]; exact: Expected[] }[];
  overDispersion: { name: string; windows: [number, number][][]; phi: number }[];
  limitGuard: { limit: number; alternatives: number[]; observations: [number, number][]; logE: number[] }[];
  latency: { name: string; boundariesMs: number[]; windows: LatencyWindow[]; logMixturePerBoundary: number[]; logAverage: number }[];
};

const vectors = JSON.parse(readFileSync(new URL("../../../testing/vectors/judge.json", import.meta.url), "utf8")) as Vectors;

const tolerance = 1e-9;

function tableOf([contenderRequests, contenderEvents, stableRequests, stableEvents]: Row): EventTable {
  return { contenderRequests, contenderEvents, stableRequests, stableEvents };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(Math.abs((actual[index] ?? NaN) - value)).toBeLessThan(tolerance);
}

function expectPath(windows: Row[], factors: (table: EventTable) => number[], expected: Expected[]): void {
  let sums: number[] = [];
  for (const [index, row] of windows.entries()) {
    const added = factors(tableOf(row));
    sums = addLogUnits(sums.length === 0 ? added.map(() => 0) : sums, added);
    const logs = sums.map(toNats);
    expectClose([...logs, logMeanExp(logs)], [...expected[index]!.logPerOddsRatio, expected[index]!.logMixture]);
  }
  expect(expected.length).toBe(windows.length);
}

/** The counts per bucket behind "so many were slower than each boundary". */
function histogram(boundariesMs: number[], track: LatencyWindow["stable"]): LatencyCounts {
  const above = [track.count, ...track.slowerThan, 0];
  return { boundariesMs, counts: above.slice(0, -1).map((count, index) => count - above[index + 1]!) };
}

describe("agreement with exact rational arithmetic to 1e-9", () => {
  for (const method of ["exact", "bound"] as const satisfies OddsMethod[]) {
    it.each(vectors.oddsEProcess)(`the odds e-process, ${method}: $name`, ({ windows, r0, oddsRatios, ...expected }) => {
      expectPath(windows, (table) => logOddsFactors(table, r0, oddsRatios, method), expected[method]);
    });
  }

  it("bets on the grid of the vectors", () => {
    for (const { r0, oddsRatios } of vectors.oddsEProcess) expectClose(oddsGrid.map((ratio) => ratio * r0), oddsRatios);
  });

  it.each(vectors.nonInferiority)("non-inferiority: $name", ({ windows, r1, oddsRatios, exact }) => {
    expectPath(windows, (table) => logNotWorseFactors(table, r1, oddsRatios), exact);
  });

  it.each(vectors.overDispersion)("over-dispersion: $name", ({ windows, phi }) => {
    const parts = windows.map((pods) => spreadParts(podSpread(pods.map(([requests, errors]) => ({ requests, errors })))));
    const spread = parts.reduce((sum, part) => sum + part.spread, 0);
    const expected = parts.reduce((sum, part) => sum + part.expected, 0);
    expectClose([Math.max(1, spread / expected)], [phi]);
  });

  it.each(vectors.limitGuard)("the guard against a limit of $limit", ({ limit, alternatives, observations, logE }) => {
    let sums = alternatives.map(() => 0);
    const path = observations.map(([requests, errors]) => {
      sums = addLogUnits(sums, logLimitFactors({ requests, errors }, limit, alternatives));
      return logMeanExp(sums.map(toNats));
    });
    expectClose(path, logE);
  });

  it.each(vectors.latency)("the bucket form for latency: $name", ({ boundariesMs, windows, logMixturePerBoundary, logAverage }) => {
    let sums = boundariesMs.map(() => oddsGrid.map(() => 0));
    for (const window of windows) {
      const tables = boundaryTables(histogram(boundariesMs, window.contender), histogram(boundariesMs, window.stable));
      sums = sums.map((logs, index) => addLogUnits(logs, logOddsFactors(tables[index]!, 1, oddsGrid, "exact")));
    }
    const mixtures = sums.map((logs) => logMeanExp(logs.map(toNats)));
    expectClose([...mixtures, logMeanExp(mixtures)], [...logMixturePerBoundary, logAverage]);
  });

  it("agrees between bound and exact where `auto` prefers the bound", () => {
    const table = tableOf([1_000, 12, 9_000, 20]);
    const [exact, bound, auto] = (["exact", "bound", "auto"] as const).map((method) => logOddsFactors(table, 1.25, [2.5], method)[0]!);
    expect(auto).toBe(bound);
    expect(Math.abs(exact! - bound!)).toBeLessThan(0.05);
    expect(logOddsFactors(tableOf([100, 12, 900, 20]), 1.25, [2.5])).toEqual(logOddsFactors(tableOf([100, 12, 900, 20]), 1.25, [2.5], "exact"));
  });

  it("bets on rates above the limit that stay rates", () => {
    for (const limit of [0.0001, 0.01, 0.5, 0.99]) for (const rate of limitAlternatives(limit)) expect(rate > limit && rate < 1).toBe(true);
  });
});
