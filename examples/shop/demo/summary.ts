import { formatDuration, parseTime } from "../../../src/api/duration.ts";
import type { Release } from "../../../src/api/release.ts";
import type { LoadReport } from "../../../testing/load/report.ts";

export type Comparison = {
  readonly errorRate: number;
  /** Seconds from the change until the contender's weight was 0 again. */
  readonly seconds: number;
  readonly failed: number;
  readonly inRollingUpdate: number;
};

export type LoadSpan = {
  /** Reports of the load generator before the change and after the end. */
  readonly before: LoadReport;
  readonly after: LoadReport;
  readonly requestsPerSecond: number;
  /** How long a pod of the shop takes to become ready, as measured at the first rollout. */
  readonly readySeconds: number;
};

/**
 * What a plain rolling update would have cost by the same moment: it replaces three pods one after the other, each as
 * soon as the one before is ready, and a version's share of the requests is its share of the pods.
 */
export function compare(release: Release, load: LoadSpan): Comparison {
  const { before, after, requestsPerSecond, readySeconds } = load;
  const { status } = release;
  const contender = status?.totals?.contender ?? { requests: 0, errors: 0 };
  const errorRate = contender.requests === 0 ? 0 : contender.errors / contender.requests;
  const startedMs = parseTime(status?.startedAt ?? "");
  const turned = status?.journal?.find((entry) => entry.rule === "checkFailed")?.at ?? status?.finishedAt ?? "";
  const seconds = (parseTime(turned) - startedMs) / 1_000;
  return {
    errorRate,
    seconds,
    failed: failures(after) - failures(before),
    inRollingUpdate: Math.round(requestsPerSecond * errorRate * exposedSeconds(seconds, readySeconds)),
  };
}

/** Integral over time of the new version's share of the pods, for three pods replaced one by one. */
function exposedSeconds(seconds: number, readySeconds: number): number {
  const shares = [0, 1 / 3, 2 / 3];
  let exposed = 0;
  for (const [index, share] of shares.entries())
    exposed += share * Math.max(0, Math.min(seconds, (index + 1) * readySeconds) - index * readySeconds);
  return exposed + Math.max(0, seconds - 3 * readySeconds);
}

/** Requests that got no good answer: a version's own 500s, and what failed for any other reason. */
export function failures(report: LoadReport): number {
  const own = Object.values(report.versions).reduce((sum, version) => sum + (version.statuses["500"] ?? 0), 0);
  return own + report.foreignFailures;
}

export function rollbackLines(release: Release, comparison: Comparison): string[] {
  const { status, metadata } = release;
  const totals = status?.totals;
  const counted =
    totals === undefined
      ? ""
      : `contender ${totals.contender.errors} of ${totals.contender.requests} requests failed, stable ${totals.stable.errors} of ${totals.stable.requests}`;
  return [
    `Release ${metadata.name} was taken back after ${formatDuration(comparison.seconds * 1_000)}.`,
    `  why:   ${status?.ending?.message ?? status?.message ?? ""}`,
    `  seen:  ${counted}`,
    `  cost:  ${comparison.failed} requests failed in total; a plain rolling update would have failed about ${comparison.inRollingUpdate} by then`,
    `         (${(comparison.errorRate * 100).toFixed(1)} % of the new version's requests fail, and it would have had all of them within seconds), and it would go on failing.`,
  ];
}
