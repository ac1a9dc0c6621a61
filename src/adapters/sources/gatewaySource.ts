import { ruleNamePrefix } from "../../api/names.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CounterSeries, MetricSource, SampleRequest } from "../../ports/metricSource.ts";
import { BucketSums, countOf } from "./counters.ts";
import { fetchText } from "./fetchText.ts";
import { parsePrometheusText, type MetricSample } from "./prometheusText.ts";
import { namingSource } from "./sourceErrors.ts";

export type GatewaySourceOptions = {
  /** The gateway's metrics endpoint. */
  readonly url: string;
  readonly clock: Clock;
  /** From the first to the last byte. Default 2,000. */
  readonly timeoutMs?: number;
  /** Default 16 MiB. */
  readonly maxBytes?: number;
};

/** Tidegate's own probes are no users. */
const probeRulePrefix = `${ruleNamePrefix}probe-`;

const requestsMetric = "tidegate_gateway_requests_total";
const durationMetric = "tidegate_gateway_request_duration_seconds";
const wanted = new Set([requestsMetric, `${durationMetric}_bucket`]);

/**
 * Counts requests where they pass: at the embedded gateway, which names the Service that it chose. A request is an
 * error with status 500 and above; one that the client gave up (499) is neither error nor request.
 */
export function createGatewaySource(options: GatewaySourceOptions): MetricSource {
  const { url, clock, timeoutMs = 2_000, maxBytes = 16 * 1024 * 1024 } = options;
  return {
    kind: "gateway",
    async read(request, signal) {
      const text = await fetchText(url, { clock, signal, timeoutMs, maxBytes });
      const atMs = clock.now();
      const series = namingSource(url, () => gatewaySeries(parsePrometheusText(text, { wanted }), request));
      // The gateway sees every request of both tracks; a track without series has served nothing yet.
      return { atMs, series, observed: { stable: true, contender: true }, problems: [] };
    },
  };
}

type Sums = { track: CounterSeries["track"]; key: string; requests: number; errors: number; buckets: BucketSums };

const clientGaveUp = "499";

function gatewaySeries(samples: readonly MetricSample[], request: SampleRequest): CounterSeries[] {
  const sums = new Map<string, Sums>();
  for (const sample of samples) {
    const track = trackOf(sample, request);
    if (track !== undefined) addSample(sumsFor(sums, track, sample), sample);
  }
  return [...sums.values()].map(({ buckets, ...counts }) => {
    const latency = buckets.histogram(durationMetric);
    return { ...counts, perPod: false, ...(latency === undefined ? {} : { latency }) };
  });
}

function trackOf({ labels }: MetricSample, request: SampleRequest): CounterSeries["track"] | undefined {
  if (labels["mirror"] === "true" || labels["backend_namespace"] !== request.namespace) return undefined;
  if (labels["rule"]?.startsWith(probeRulePrefix) === true) return undefined;
  const { httpRoutes } = request;
  const ours = labels["namespace"] === request.namespace && httpRoutes?.includes(labels["route"] ?? "") !== false;
  if (httpRoutes !== undefined && !ours) return undefined;
  if (labels["service"] === request.stableService) return "stable";
  return labels["service"] === request.contenderService ? "contender" : undefined;
}

function sumsFor(sums: Map<string, Sums>, track: Sums["track"], { labels }: MetricSample): Sums {
  const key = [labels["namespace"], labels["route"], labels["rule"], labels["port"]].join("/");
  const id = `${track} ${key}`;
  const known = sums.get(id);
  if (known !== undefined) return known;
  const made = { track, key, requests: 0, errors: 0, buckets: new BucketSums() };
  sums.set(id, made);
  return made;
}

function addSample(sums: Sums, sample: MetricSample): void {
  if (sample.name !== requestsMetric) {
    sums.buckets.add(sample);
    return;
  }
  const code = sample.labels["code"] ?? "";
  const value = countOf(sample);
  if (code === clientGaveUp) return;
  sums.requests += value;
  if (Number(code) >= 500) sums.errors += value;
}
