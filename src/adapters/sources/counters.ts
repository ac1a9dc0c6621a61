import { TidegateError } from "../../api/error.ts";
import type { MetricSample } from "./prometheusText.ts";

/** The whole count of a counter's sample. Throws SOURCE_BAD_ANSWER on NaN, infinities, negative numbers and fractions. */
export function countOf(sample: MetricSample): number {
  if (Number.isSafeInteger(sample.value) && sample.value >= 0) return sample.value;
  throw new TidegateError(
    "SOURCE_BAD_ANSWER",
    `the counter ${sample.name} has the value ${sample.value}, which is no count`,
    { retry: "later" },
  );
}

type Histogram = { readonly boundariesMs: readonly number[]; readonly counts: readonly number[] };

/** Adds up `_bucket` samples by their upper bound in seconds. */
export class BucketSums {
  readonly #counts = new Map<number, number>();

  add(sample: MetricSample): void {
    const bound = boundOf(sample);
    this.#counts.set(bound, (this.#counts.get(bound) ?? 0) + countOf(sample));
  }

  /** Cumulative counts by rising boundary in milliseconds; undefined without any bucket. Throws SOURCE_BAD_ANSWER without `+Inf`. */
  histogram(metric: string): Histogram | undefined {
    if (this.#counts.size === 0) return undefined;
    const bounds = [...this.#counts.keys()].toSorted((a, b) => a - b);
    if (bounds.at(-1) !== Infinity)
      throw new TidegateError("SOURCE_BAD_ANSWER", `the histogram ${metric} has no bucket le="+Inf"`, {
        retry: "later",
      });
    return {
      boundariesMs: bounds.slice(0, -1).map(toMilliseconds),
      counts: bounds.map((bound) => this.#counts.get(bound) ?? 0),
    };
  }
}

function boundOf({ name, labels }: MetricSample): number {
  const text = labels["le"] ?? "";
  if (/^\+?inf$/i.test(text)) return Infinity;
  const bound = text === "" ? Number.NaN : Number(text);
  if (Number.isFinite(bound)) return bound;
  throw new TidegateError("SOURCE_BAD_ANSWER", `a bucket of ${name} has the bound le="${text}", which is no number`, {
    retry: "later",
  });
}

/** 0.0075 s is 7.5 ms, not 7.499999999999999. */
function toMilliseconds(seconds: number): number {
  return Number((seconds * 1_000).toPrecision(12));
}
