import { createLatencies, type Latencies } from "./latencies.ts";
import { unnamedVersion, type FailureExample, type LoadReport } from "./report.ts";

export type Answer = { readonly version: string | undefined; readonly status: number; readonly latencyMs: number };

export type Counters = {
  answered(answer: Answer): void;
  /** No answer at all: the connection was refused, reset or timed out. */
  broke(what: string): void;
  unsent(): void;
  stalled(ms: number): void;
  report(): LoadReport;
};

type Version = { requests: number; readonly statuses: Record<string, number>; readonly latencies: Latencies };

const maxExamples = 20;
const gatewayStatuses: readonly number[] = [502, 503, 504];

/** Counts answers per version and tells the versions' own faults from everybody else's. */
export function createCounters(now: () => number): Counters {
  const startedMs = now();
  const versions = new Map<string, Version>();
  const examples: FailureExample[] = [];
  let requests = 0;
  let unsent = 0;
  let foreignFailures = 0;
  let lastMs = startedMs;
  let stalledMs = 0;

  function foreign(what: string): void {
    foreignFailures += 1;
    if (examples.length < maxExamples) examples.push({ at: new Date(now()).toISOString(), what });
  }

  function versionOf(name: string): Version {
    const known = versions.get(name);
    if (known !== undefined) return known;
    const made: Version = { requests: 0, statuses: {}, latencies: createLatencies() };
    versions.set(name, made);
    return made;
  }

  return {
    answered({ version, status, latencyMs }) {
      requests += 1;
      lastMs = now();
      const counted = versionOf(version ?? unnamedVersion);
      counted.requests += 1;
      counted.statuses[status] = (counted.statuses[status] ?? 0) + 1;
      counted.latencies.add(latencyMs);
      if (gatewayStatuses.includes(status) || (status >= 500 && version === undefined))
        foreign(`${status} ${version === undefined ? "by no version" : `by version ${version}`}`);
    },
    broke(what) {
      requests += 1;
      lastMs = now();
      foreign(what);
    },
    unsent() {
      unsent += 1;
    },
    stalled(ms) {
      stalledMs = Math.max(stalledMs, Math.round(ms));
    },
    report: () => ({
      requests,
      unsent,
      foreignFailures,
      versions: Object.fromEntries([...versions].map(([name, version]) => [name, reportOf(version)])),
      examples: [...examples],
      seconds: (lastMs - startedMs) / 1_000,
      stalledMs,
    }),
  };
}

function reportOf({ requests, statuses, latencies }: Version): LoadReport["versions"][string] {
  const at = (share: number): number => Math.round(latencies.quantile(share) * 10) / 10;
  return {
    requests,
    statuses: { ...statuses },
    latencyMs: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: Math.round(latencies.max * 10) / 10 },
  };
}
