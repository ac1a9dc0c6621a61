import type {
  JudgeCheck,
  JudgeConfig,
  JudgeContext,
  JudgeWindow,
  LatencyCounts,
  RequestCounts,
  TrackCounts,
} from "./types.ts";

/** For tests: a window of 5 s, the `index`th since the epoch. `[requests, errors]` per track. */
export function buildWindow(
  index: number,
  contender: readonly [number, number],
  stable: readonly [number, number],
  more: Partial<JudgeWindow> = {},
): JudgeWindow {
  const toMs = (index + 1) * 5_000;
  return {
    id: String(toMs),
    fromMs: toMs - 5_000,
    toMs,
    step: 0,
    contender: counts(contender),
    stable: counts(stable),
    ...more,
  };
}

export function buildConfig(
  checks: readonly JudgeCheck[] = [{ kind: "errors", name: "errors", weight: 1 }],
  more: Partial<JudgeConfig> = {},
): JudgeConfig {
  return { checks, ...more };
}

export function buildContext(more: Partial<JudgeContext> = {}): JudgeContext {
  return { step: 0, nowMs: 60_000, stepStartedMs: 0, ...more };
}

/** A histogram with boundaries at 10, 50, 100, 500 ms; the counts are per bucket. */
export function buildLatency(...bucketCounts: readonly number[]): LatencyCounts {
  return {
    boundariesMs: [10, 50, 100, 500],
    counts: Array.from({ length: 5 }, (_, index) => bucketCounts[index] ?? 0),
  };
}

export function withLatency(
  [requests, errors]: readonly [number, number],
  ...bucketCounts: readonly number[]
): TrackCounts {
  return { requests, errors, latency: buildLatency(...bucketCounts) };
}

function counts([requests, errors]: readonly [number, number]): RequestCounts {
  return { requests, errors };
}

export type Dice = {
  /** Uniform in [0, 1). */
  next(): number;
  poisson(mean: number): number;
  /** Errors that come in bursts of `meanBurst` on average, never more than `requests`. */
  errors(requests: number, rate: number, meanBurst?: number): number;
};

/** Seeded randomness (mulberry32) for simulated traffic. */
export function rollDice(seed: number): Dice {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const poisson = (mean: number): number => {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss(next)));
    let count = 0;
    for (let left = next() - Math.exp(-mean), term = Math.exp(-mean); left > 0; left -= term) term *= mean / ++count;
    return count;
  };
  return {
    next,
    poisson,
    errors(requests, rate, meanBurst = 1) {
      let total = 0;
      for (let bursts = poisson((requests * rate) / meanBurst); bursts > 0; bursts--) {
        total++;
        while (next() < 1 - 1 / meanBurst) total++;
      }
      return Math.min(requests, total);
    },
  };
}

function gauss(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
