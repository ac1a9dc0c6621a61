import type { CounterSeries, Sample } from "./sample.ts";
import type { GapReason, JudgeWindow, LatencyCounts, RequestCounts, TrackCounts } from "./types.ts";

export type DifferenceOptions = {
  readonly step: number;
  /** Whether the weight was confirmed during the whole interval. Otherwise the window is a gap. */
  readonly weightConfirmed: boolean;
  /** Default: `toMs` in decimal. */
  readonly id?: string;
};

/**
 * The window between two samples of one source. Each series is differenced by itself:
 * - a counter that fell was restarted, and counts from 0;
 * - a new series counts from 0 if its process is younger than the earlier sample, or, where that is not known, if its
 *   track was watched then and had no such series; otherwise what it holds is of unknown age, and it counts from now;
 * - a series that vanished takes what it did since the last sample with it: that is lost, not negative;
 * - a count that is not a whole number of at least 0 leaves its series out.
 */
export function differenceSamples(before: Sample, after: Sample, options: DifferenceOptions): JudgeWindow {
  const gap = gapOf(before, after, options);
  return {
    id: options.id ?? String(after.atMs),
    fromMs: before.atMs,
    toMs: after.atMs,
    step: options.step,
    stable: differenceTrack(before, after, "stable"),
    contender: differenceTrack(before, after, "contender"),
    ...(gap === undefined ? {} : { gap }),
  };
}

type Track = CounterSeries["track"];

function gapOf(before: Sample, after: Sample, options: DifferenceOptions): GapReason | undefined {
  if (!before.observed.stable || !after.observed.stable) return "stableNotObserved";
  if (!before.observed.contender || !after.observed.contender) return "contenderNotObserved";
  return options.weightConfirmed ? undefined : "weightNotConfirmed";
}

type SeriesCounts = RequestCounts & { readonly latency?: LatencyCounts };

function differenceTrack(before: Sample, after: Sample, track: Track): TrackCounts {
  const earlier = new Map(
    before.series.filter((series) => series.track === track).map((series) => [series.key, series]),
  );
  const later = after.series.filter((series) => series.track === track && isUsable(series));
  const counts = later.map((series) => ({ series, counts: differenceSeries(earlier.get(series.key), series, before) }));
  const pods = counts.filter(({ series }) => series.perPod);
  const latency = sumLatency(counts.flatMap(({ counts: { latency: own } }) => (own === undefined ? [] : [own])));
  return {
    requests: counts.reduce((sum, { counts: { requests } }) => sum + requests, 0),
    errors: counts.reduce((sum, { counts: { errors } }) => sum + errors, 0),
    ...(latency === undefined ? {} : { latency }),
    ...(pods.length === 0
      ? {}
      : {
          byPod: Object.fromEntries(
            pods.map(({ series, counts: { requests, errors } }) => [series.key, { requests, errors }]),
          ),
        }),
  };
}

function differenceSeries(earlier: CounterSeries | undefined, series: CounterSeries, before: Sample): SeriesCounts {
  if (earlier !== undefined && isUsable(earlier) && !hasReset(earlier, series)) return subtract(series, earlier);
  if (earlier !== undefined) return sinceStart(series);
  return isYoung(series, before) ? sinceStart(series) : subtract(series, series);
}

function isYoung({ bornAtMs, track, key }: CounterSeries, before: Sample): boolean {
  if (bornAtMs !== undefined) return bornAtMs >= before.atMs;
  return before.observed[track] && before.unread?.includes(key) !== true;
}

function hasReset(earlier: CounterSeries, later: CounterSeries): boolean {
  if (earlier.bornAtMs !== undefined && later.bornAtMs !== undefined && later.bornAtMs > earlier.bornAtMs) return true;
  return later.requests < earlier.requests || later.errors < earlier.errors || total(later) < total(earlier);
}

function total({ latency }: CounterSeries): number {
  return latency?.counts.at(-1) ?? 0;
}

function subtract(later: CounterSeries, earlier: CounterSeries): SeriesCounts {
  const requests = later.requests - earlier.requests;
  const errors = Math.min(requests, later.errors - earlier.errors);
  if (later.latency === undefined) return { requests, errors };
  const now = later.latency;
  const then = earlier.latency?.boundariesMs.length === now.boundariesMs.length ? earlier.latency.counts : undefined;
  // A histogram that appears while its counter goes on is of unknown age.
  if (then === undefined) return { requests, errors };
  return {
    requests,
    errors,
    latency: perBucket(
      now.boundariesMs,
      now.counts.map((count, index) => Math.max(0, count - (then[index] ?? 0))),
    ),
  };
}

function sinceStart({ requests, errors, latency }: CounterSeries): SeriesCounts {
  const counts = { requests, errors: Math.min(errors, requests) };
  return latency === undefined ? counts : { ...counts, latency: perBucket(latency.boundariesMs, latency.counts) };
}

/** From "so many up to here" to "so many in here"; counts that a torn read made fall are levelled. */
function perBucket(boundariesMs: readonly number[], cumulative: readonly number[]): LatencyCounts {
  let below = 0;
  const counts = cumulative.map((count) => {
    const own = Math.max(0, count - below);
    below = Math.max(below, count);
    return own;
  });
  return { boundariesMs, counts };
}

/** Only histograms with the buckets of the first: pods that differ in them cannot be added up. */
function sumLatency(all: readonly LatencyCounts[]): LatencyCounts | undefined {
  const first = all[0];
  if (first === undefined) return undefined;
  const key = first.boundariesMs.join();
  const same = all.filter(({ boundariesMs }) => boundariesMs.join() === key);
  return {
    boundariesMs: first.boundariesMs,
    counts: first.counts.map((_, index) => same.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0)),
  };
}

function isUsable({ requests, errors, latency }: CounterSeries): boolean {
  return [requests, errors, ...(latency?.counts ?? [])].every((value) => Number.isSafeInteger(value) && value >= 0);
}
