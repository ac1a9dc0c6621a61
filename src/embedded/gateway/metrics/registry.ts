import type { Clock } from "../../../ports/clock.ts";
import type { SeriesLabels } from "../routeTable.ts";

/** Upper bounds of the latency buckets in milliseconds. */
export const bucketBoundsMs: readonly number[] = [
  1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000,
];

/** Who made the answer: the backend, the gateway in its place, or nobody because the client went away. */
export type Source = "backend" | "gateway" | "client";

export type Count = { readonly code: number; readonly source: Source; value: number };

/** The counters of one backend in one rule. */
export type Series = {
  readonly labels: SeriesLabels;
  readonly mirror: boolean;
  readonly counts: Map<string, Count>;
  /** Not cumulative; one more than there are bounds. */
  readonly buckets: number[];
  sumMs: number;
  observations: number;
  /** Since when the table has it no longer. */
  unusedSince: number | undefined;
};

export type MetricsRegistry = {
  /** The series of these labels; made at its first use. */
  series(key: string, labels: SeriesLabels, mirror: boolean): Series;
  /** Names the series that the current table can still count in; others are dropped after ten minutes. */
  retain(keys: ReadonlySet<string>): void;
  all(): Iterable<Series>;
};

const keepMs = 600_000;
const maxSeries = 10_000;
const maxCodesPerSeries = 64;

export function createMetricsRegistry(clock: Clock): MetricsRegistry {
  const plain = new Map<string, Series>();
  const mirrored = new Map<string, Series>();

  function sweep(): void {
    const now = clock.now();
    for (const map of [plain, mirrored]) {
      for (const [key, { unusedSince }] of map)
        if (unusedSince !== undefined && now - unusedSince >= keepMs) map.delete(key);
    }
  }

  return {
    series(key, labels, mirror) {
      const map = mirror ? mirrored : plain;
      const known = map.get(key);
      if (known !== undefined) return known;
      const made = emptySeries(labels, mirror);
      // Past the bound requests are served and not counted: a wrong sum is better than memory without end.
      if (plain.size + mirrored.size < maxSeries) map.set(key, made);
      return made;
    },
    retain(keys) {
      const now = clock.now();
      for (const map of [plain, mirrored]) {
        for (const [key, series] of map) series.unusedSince = keys.has(key) ? undefined : (series.unusedSince ?? now);
      }
      sweep();
    },
    all() {
      sweep();
      return [...plain.values(), ...mirrored.values()];
    },
  };
}

function emptySeries(labels: SeriesLabels, mirror: boolean): Series {
  const buckets = Array.from({ length: bucketBoundsMs.length + 1 }, () => 0);
  return { labels, mirror, counts: new Map(), buckets, sumMs: 0, observations: 0, unusedSince: undefined };
}

/** Counts one answer. Past 64 distinct codes the hundred of the code is counted, so that a backend cannot fill the memory. */
export function countAnswer(series: Series, code: number, source: Source): void {
  const key = `${code} ${source}`;
  const known = series.counts.get(key);
  if (known !== undefined) known.value++;
  else if (series.counts.size < maxCodesPerSeries || code % 100 === 0)
    series.counts.set(key, { code, source, value: 1 });
  else countAnswer(series, code - (code % 100), source);
}

export function observeDuration(series: Series, durationMs: number): void {
  let index = 0;
  while (index < bucketBoundsMs.length && durationMs > (bucketBoundsMs[index] ?? Infinity)) index++;
  series.buckets[index] = (series.buckets[index] ?? 0) + 1;
  series.sumMs += durationMs;
  series.observations++;
}
