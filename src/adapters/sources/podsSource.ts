import { isTidegateError, messageOf, TidegateError } from "../../api/error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CounterSeries, MetricSource, PodEndpoint } from "../../ports/metricSource.ts";
import { fetchText } from "./fetchText.ts";
import { keyOf, podSeries } from "./podSeries.ts";
import { parsePrometheusText } from "./prometheusText.ts";
import { namingSource } from "./sourceErrors.ts";

export type PodsSourceOptions = {
  readonly port: number;
  /** Default `/metrics`. */
  readonly path?: string;
  readonly clock: Clock;
  /** Per pod, from the first to the last byte. Default 2,000. */
  readonly timeoutMs?: number;
  /** Per pod. Default 4 MiB. */
  readonly maxBytes?: number;
  /** Default `http_requests_total`. */
  readonly requestsMetric?: string;
  /** Default: `code`, then `status`. */
  readonly codeLabels?: readonly string[];
  /** Histogram in seconds, without `_bucket`. Default `http_request_duration_seconds`. */
  readonly durationMetric?: string;
};

const concurrency = 8;
const maxProblems = 10;

/**
 * Asks every pod for its own counters. A pod that cannot be read is a problem, not an end: the rest counts, and its
 * track is observed as long as one of its pods was. Only when no pod at all could be read does it throw, with the
 * first pod's error.
 */
export function createPodsSource(options: PodsSourceOptions): MetricSource {
  return {
    kind: "pods",
    async read({ pods }, signal) {
      const results = await mapBounded(pods, (pod) => readPod(pod, options, signal));
      if (signal.aborted)
        throw new TidegateError("SOURCE_ABORTED", "reading the pods' metrics was called off", { retry: "later" });
      const failed = results.filter((result) => result.kind === "failed");
      const first = failed[0];
      if (first !== undefined && failed.length === pods.length) throw allFailed(first.error, pods.length);
      const read = results.filter((result) => result.kind === "read");
      const observed = (track: PodEndpoint["track"]): boolean => {
        const own = results.filter((result) => result.pod.track === track);
        return own.length === 0 || own.some((result) => result.kind === "read");
      };
      return {
        atMs: options.clock.now(),
        series: read.map(({ series }) => series),
        observed: { stable: observed("stable"), contender: observed("contender") },
        unread: failed.map(({ pod }) => keyOf(pod)),
        problems: [...describe(failed), ...nothingCounted(read, options)],
      };
    },
  };
}

type PodResult =
  | { readonly kind: "read"; readonly pod: PodEndpoint; readonly series: CounterSeries; readonly named: boolean }
  | { readonly kind: "failed"; readonly pod: PodEndpoint; readonly error: TidegateError };

async function readPod(pod: PodEndpoint, options: PodsSourceOptions, signal: AbortSignal): Promise<PodResult> {
  const {
    clock,
    timeoutMs = 2_000,
    maxBytes = 4 * 1024 * 1024,
    requestsMetric = "http_requests_total",
    durationMetric = "http_request_duration_seconds",
  } = options;
  const url = `http://${pod.ip.includes(":") ? `[${pod.ip}]` : pod.ip}:${options.port}${options.path ?? "/metrics"}`;
  const rules = { requestsMetric, durationMetric, codeLabels: options.codeLabels ?? ["code", "status"] };
  try {
    const text = await fetchText(url, { clock, signal, timeoutMs, maxBytes });
    const wanted = new Set([requestsMetric, `${durationMetric}_bucket`]);
    const samples = namingSource(url, () => parsePrometheusText(text, { wanted }));
    const named = samples.some(({ name }) => name === requestsMetric);
    return { kind: "read", pod, named, series: namingSource(url, () => podSeries(pod, samples, rules)) };
  } catch (error) {
    if (!isTidegateError(error)) throw error;
    return { kind: "failed", pod, error };
  }
}

function allFailed(first: TidegateError, count: number): TidegateError {
  const message = count === 1 ? first.message : `none of ${count} pods could be read; the first: ${first.message}`;
  return new TidegateError(first.code, message, { retry: "later", cause: first });
}

/** Pods that all answer without ever naming the counter: rather a wrong name than no traffic. */
function nothingCounted(
  read: readonly Extract<PodResult, { kind: "read" }>[],
  { requestsMetric = "http_requests_total" }: PodsSourceOptions,
): string[] {
  if (read.length === 0 || read.some(({ named }) => named)) return [];
  return [
    `no pod has a counter called ${requestsMetric}: either none has served a request yet, or it is called otherwise`,
  ];
}

function describe(failed: readonly Extract<PodResult, { kind: "failed" }>[]): string[] {
  const shown = failed.slice(0, maxProblems).map(({ pod, error }) => `pod ${pod.name}: ${messageOf(error)}`);
  return failed.length > maxProblems ? [...shown, `and ${failed.length - maxProblems} more pods`] : shown;
}

async function mapBounded<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await run(item);
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work));
  return results;
}
