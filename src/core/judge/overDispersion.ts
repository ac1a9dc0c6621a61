import type { DispersionSums, PodSpread, RequestCounts } from "./types.ts";

const millionths = 1e6;
/** Keeps every sum a safe integer, whatever is added. */
const limit = 4e15;

export const noDispersion: DispersionSums = { spread: 0, expected: 0 };

/** The integer sums over the pods of one track in one window, from which its part of the dispersion follows. */
export function podSpread(pods: readonly RequestCounts[]): PodSpread {
  let requests = 0;
  let errors = 0;
  let errorsSquared = 0;
  let errorsTimesRequests = 0;
  let requestsSquared = 0;
  for (const pod of pods) {
    requests += pod.requests;
    errors += pod.errors;
    errorsSquared += pod.errors * pod.errors;
    errorsTimesRequests += pod.errors * pod.requests;
    requestsSquared += pod.requests * pod.requests;
  }
  return { requests, errors, errorsSquared, errorsTimesRequests, requestsSquared };
}

/**
 * A window's part of the pooled ratio: how far the errors of the pods lie from their shares of the requests,
 * Σ(x - e n/N)², and how far they would if each error fell by itself, e(1 - Σ(n/N)²).
 */
export function spreadParts(pods: PodSpread): { spread: number; expected: number } {
  const { requests, errors } = pods;
  if (requests === 0 || errors === 0) return { spread: 0, expected: 0 };
  const perRequest = errors / requests;
  const spread =
    pods.errorsSquared - 2 * perRequest * pods.errorsTimesRequests + perRequest * perRequest * pods.requestsSquared;
  return { spread: Math.max(0, spread), expected: errors * (1 - pods.requestsSquared / (requests * requests)) };
}

export function addPodDispersion(sums: DispersionSums, pods: PodSpread): DispersionSums {
  return addParts(sums, spreadParts(pods));
}

type Counts = readonly [requests: number, events: number];

/**
 * Two neighbouring windows of one track against each other, for where pods cannot be told apart. Unlike errors,
 * "slower than 10 ms" may be frequent, so the expectation is that of drawing without replacement.
 */
export function addPairDispersion(sums: DispersionSums, first: Counts, second: Counts): DispersionSums {
  const pair = podSpread([first, second].map(([requests, errors]) => ({ requests, errors })));
  const { spread, expected } = spreadParts(pair);
  if (expected === 0) return sums;
  return addParts(sums, { spread, expected: (expected * (pair.requests - pair.errors)) / (pair.requests - 1) });
}

function addParts(sums: DispersionSums, parts: { spread: number; expected: number }): DispersionSums {
  return {
    spread: Math.min(limit, sums.spread + Math.round(parts.spread * millionths)),
    expected: Math.min(limit, sums.expected + Math.round(parts.expected * millionths)),
  };
}

/** The factor by which errors cluster: 1 for independent errors (and where nothing is known), larger for bursts. */
export function dispersionOf(...sums: readonly DispersionSums[]): number {
  const spread = sums.reduce((total, sum) => total + sum.spread, 0);
  const expected = sums.reduce((total, sum) => total + sum.expected, 0);
  return expected === 0 ? 1 : Math.max(1, spread / expected);
}

/** How many independent errors' worth of knowledge the sums hold. */
export function dispersionKnowledge(...sums: readonly DispersionSums[]): number {
  return sums.reduce((total, sum) => total + sum.expected, 0) / millionths;
}
