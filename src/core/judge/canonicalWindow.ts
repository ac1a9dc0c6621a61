import { latencyTotal, sameBoundaries } from "./latencyBuckets.ts";
import { podSpread } from "./overDispersion.ts";
import type { JudgeWindow, LatencyCounts, TrackCounts } from "./types.ts";

/**
 * The form of a window that is recorded and judged: stable's pods reduced to their sums, the contender's (which the
 * judge does not ask for) dropped, unusable counts turned into a gap. Idempotent, so a replay of the record and the
 * first run see the same numbers.
 */
export function canonicalWindow(window: JudgeWindow): JudgeWindow {
  const { id, fromMs, toMs, step } = window;
  const usable = isUsable(window.stable) && isUsable(window.contender) && toMs >= fromMs;
  const gap = usable ? window.gap : "invalidCounts";
  const stable: TrackCounts = usable ? canonicalTrack(window.stable, true) : { requests: 0, errors: 0 };
  const contender: TrackCounts = usable ? canonicalTrack(window.contender, false) : { requests: 0, errors: 0 };
  return {
    id,
    fromMs,
    toMs,
    step,
    stable: comparable(stable, contender) ? stable : withoutLatency(stable),
    contender,
    ...(gap === undefined ? {} : { gap }),
  };
}

function canonicalTrack(track: TrackCounts, withSpread: boolean): TrackCounts {
  const { requests, errors } = track;
  const latency = track.latency !== undefined && latencyTotal(track.latency) > 0 ? track.latency : undefined;
  const pods = track.byPod === undefined ? [] : Object.values(track.byPod);
  const spread = track.byPod === undefined ? track.spread : pods.length > 1 ? podSpread(pods) : undefined;
  return {
    requests,
    errors,
    ...(latency === undefined ? {} : { latency }),
    ...(withSpread && spread !== undefined && spread.errors > 0 ? { spread } : {}),
  };
}

/** Two histograms with different buckets cannot be laid side by side; the contender's is kept for thresholds. */
function comparable(stable: TrackCounts, contender: TrackCounts): boolean {
  if (stable.latency === undefined || contender.latency === undefined) return true;
  return sameBoundaries(stable.latency.boundariesMs, contender.latency.boundariesMs);
}

function withoutLatency({ latency: _latency, ...rest }: TrackCounts): TrackCounts {
  return rest;
}

function isUsable(track: TrackCounts): boolean {
  const pods = Object.values(track.byPod ?? {});
  const sums = track.spread === undefined ? [] : Object.values(track.spread);
  return (
    [track, ...pods].every(isCounts) &&
    sums.every(isCount) &&
    (track.latency === undefined || isHistogram(track.latency))
  );
}

function isCounts({ requests, errors }: { requests: number; errors: number }): boolean {
  return isCount(requests) && isCount(errors) && errors <= requests;
}

function isHistogram({ boundariesMs, counts }: LatencyCounts): boolean {
  const rising = boundariesMs.every(
    (boundary, index) => Number.isFinite(boundary) && boundary > (boundariesMs[index - 1] ?? -Infinity),
  );
  return rising && counts.length === boundariesMs.length + 1 && counts.every(isCount);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
