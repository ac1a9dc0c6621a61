import type { Sample } from "../core/judge/sample.ts";

export type { CounterSeries, Sample } from "../core/judge/sample.ts";

export type PodEndpoint = {
  readonly name: string;
  readonly uid: string;
  readonly ip: string;
  readonly track: "stable" | "contender";
  /** When its container started, where known. */
  readonly startedAtMs?: number;
};

/** What to read: who is stable, who is contender, at this moment. */
export type SampleRequest = {
  readonly namespace: string;
  /** Names of the Services behind the two tracks. */
  readonly stableService: string;
  readonly contenderService: string;
  /** Routes whose requests count; undefined: all routes. */
  readonly httpRoutes?: readonly string[];
  /** For sources that ask the pods. */
  readonly pods: readonly PodEndpoint[];
};

/** Where raw counters come from. */
export interface MetricSource {
  readonly kind: string;
  /**
   * Reads the raw counters of both tracks once.
   *
   * Throws a TidegateError: SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_HTTP_STATUS, SOURCE_TOO_LARGE,
   * SOURCE_BAD_ANSWER (all retry "later"), each naming the URL. A part that failed while the rest could be read is
   * not thrown: it stands in `problems`. Never waits longer than the source's deadline; an aborted signal ends it
   * with SOURCE_ABORTED.
   */
  read(request: SampleRequest, signal: AbortSignal): Promise<Sample>;
}
