import type { Probe } from "./podTypes.ts";

export type ProbeKind = "startup" | "liveness" | "readiness";

/** How many results of the same kind came in a row, and what they have added up to. */
export type ProbeCount = {
  readonly verdict: "success" | "failure" | undefined;
  readonly succeeded: boolean;
  readonly inRow: number;
};

export const unprobed: ProbeCount = { verdict: undefined, succeeded: false, inRow: 0 };

/** Counts one result: the verdict changes when as many in a row agree as the probe's threshold asks for. */
export function countProbe(count: ProbeCount, succeeded: boolean, probe: Probe): ProbeCount {
  const inRow = count.inRow > 0 && count.succeeded === succeeded ? count.inRow + 1 : 1;
  const threshold = succeeded ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
  return { verdict: inRow >= threshold ? (succeeded ? "success" : "failure") : count.verdict, succeeded, inRow };
}

const QUICK_RETRY_MS = 50;
const QUICK_RETRIES_FOR_MS = 15_000;

/**
 * A container that has just started is asked every 50 ms whether it is ready, for up to 15 s, so that readiness is
 * noticed at once. Such early failures are not counted.
 */
export function isQuickRetry(kind: ProbeKind, count: ProbeCount, ranForMs: number): boolean {
  return kind !== "liveness" && count.verdict === undefined && ranForMs < QUICK_RETRIES_FOR_MS;
}

/** When to probe again: soon until the first success, then by the probe's period. */
export function nextProbeDelayMs(quick: boolean, succeeded: boolean, probe: Probe): number {
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  return quick && !succeeded ? Math.min(QUICK_RETRY_MS, periodMs) : periodMs;
}
