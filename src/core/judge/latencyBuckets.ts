import type { EventTable } from "./oddsEProcess.ts";
import type { LatencyCounts } from "./types.ts";

/** How many requests were slower than each boundary. */
export function slowerThan(latency: LatencyCounts): number[] {
  const slower: number[] = [];
  let above = latency.counts[latency.boundariesMs.length] ?? 0;
  for (let index = latency.boundariesMs.length - 1; index >= 0; index--) {
    slower[index] = above;
    above += latency.counts[index] ?? 0;
  }
  return slower;
}

export function latencyTotal(latency: LatencyCounts): number {
  return latency.counts.reduce((sum, count) => sum + count, 0);
}

/** One table per boundary: "slower than this" is the event. The two tracks must have the same boundaries. */
export function boundaryTables(contender: LatencyCounts, stable: LatencyCounts): EventTable[] {
  const contenderRequests = latencyTotal(contender);
  const stableRequests = latencyTotal(stable);
  const stableSlower = slowerThan(stable);
  return slowerThan(contender).map((contenderEvents, index) => ({
    contenderRequests,
    contenderEvents,
    stableRequests,
    stableEvents: stableSlower[index] ?? 0,
  }));
}

/** The upper bound of the bucket that holds the quantile; Infinity above the last boundary, undefined without requests. */
export function quantileMs(latency: LatencyCounts, quantile: number): number | undefined {
  const total = latencyTotal(latency);
  if (total === 0) return undefined;
  let seen = 0;
  for (const [index, boundary] of latency.boundariesMs.entries()) {
    seen += latency.counts[index] ?? 0;
    if (seen >= quantile * total) return boundary;
  }
  return Infinity;
}

export function sameBoundaries(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((boundary, index) => boundary === b[index]);
}

export function addLatency(a: LatencyCounts | undefined, b: LatencyCounts | undefined): LatencyCounts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (!sameBoundaries(a.boundariesMs, b.boundariesMs)) return b;
  return { boundariesMs: a.boundariesMs, counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)) };
}
