import type { Clock } from "../ports/clock.ts";

export type BucketOptions = { readonly clock: Clock; readonly burst: number; readonly perSecond: number };

/** A token bucket. `take` gives the wait in milliseconds until its token is there; the token is taken either way. */
export function createBucket({ clock, burst, perSecond }: BucketOptions): { take(): number } {
  let tokens = burst;
  let filledAt = clock.now();
  return {
    take() {
      const now = clock.now();
      tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1_000) * perSecond) - 1;
      filledAt = now;
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1_000;
    },
  };
}
