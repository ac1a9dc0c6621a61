import { TidegateError } from "../../api/error.ts";
import type { CounterSeries, PodEndpoint } from "../../ports/metricSource.ts";
import { BucketSums, countOf } from "./counters.ts";
import type { MetricSample } from "./prometheusText.ts";

export type PodMetricNames = {
  readonly requestsMetric: string;
  readonly durationMetric: string;
  readonly codeLabels: readonly string[];
};

/**
 * One pod's counters added up over paths and methods. A pod that has not served a request yet may lack the metric
 * altogether; but requests without a status code cannot be judged, and throw SOURCE_BAD_ANSWER.
 */
export function podSeries(pod: PodEndpoint, samples: readonly MetricSample[], names: PodMetricNames): CounterSeries {
  let requests = 0;
  let errors = 0;
  const buckets = new BucketSums();
  for (const sample of samples) {
    if (sample.name !== names.requestsMetric) {
      buckets.add(sample);
      continue;
    }
    const value = countOf(sample);
    const code = codeOf(sample, names);
    if (code === "499") continue;
    requests += value;
    if (isError(code)) errors += value;
  }
  const latency = buckets.histogram(names.durationMetric);
  return {
    track: pod.track,
    key: keyOf(pod),
    perPod: true,
    requests,
    errors,
    ...(latency === undefined ? {} : { latency }),
    ...(pod.startedAtMs === undefined ? {} : { bornAtMs: pod.startedAtMs }),
  };
}

export function keyOf({ name, uid }: PodEndpoint): string {
  return `${name}/${uid}`;
}

function codeOf({ name, labels }: MetricSample, { codeLabels }: PodMetricNames): string {
  for (const label of codeLabels) {
    const code = labels[label];
    if (code !== undefined) return code;
  }
  throw new TidegateError("SOURCE_BAD_ANSWER", `the counter ${name} has none of the labels ${codeLabels.join(", ")}`, {
    retry: "later",
  });
}

/** `503` as well as `5xx`. */
function isError(code: string): boolean {
  return /^[5-9](?:[0-9]{2}|xx)$/i.test(code);
}
