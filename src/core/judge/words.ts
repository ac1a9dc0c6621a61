import type { TrackFigures } from "./types.ts";

/** A share as `0.42 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** `12 of 3,000 (0.4 %)` */
export function figures(track: TrackFigures): string {
  const counts = `${count(track.errors)} of ${count(track.requests)}`;
  return track.rate === undefined ? counts : `${counts} (${percent(track.rate)})`;
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** An e-value for people: `3.2`, `450`, `1.2e+15`. */
export function odds(logE: number): string {
  const value = Math.exp(Math.min(690, logE));
  return value >= 1e6 ? value.toExponential(1) : String(Number(value.toPrecision(2)));
}

/** `about 12 minutes`, `about 30 seconds`. */
export function span(milliseconds: number): string {
  const [value, unit] =
    milliseconds < 90_000
      ? [milliseconds / 1_000, "second"]
      : milliseconds < 5_400_000
        ? [milliseconds / 60_000, "minute"]
        : [milliseconds / 3_600_000, "hour"];
  const rounded = Math.max(1, Math.round(value));
  return `about ${count(rounded)} ${unit}${rounded === 1 ? "" : "s"}`;
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function rateOf([requests, errors]: readonly [number, number]): TrackFigures {
  return requests === 0 ? { requests, errors } : { requests, errors, rate: errors / requests };
}
