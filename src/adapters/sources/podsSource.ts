import type { Clock } from "../../ports/clock.ts";
import type { MetricSource } from "../../ports/metricSource.ts";

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

export function createPodsSource(_options: PodsSourceOptions): MetricSource {
  throw new Error("not ready");
}
