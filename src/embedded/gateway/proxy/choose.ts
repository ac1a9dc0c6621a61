import type { Random } from "../../../ports/random.ts";
import type { Backend, Rule } from "../routeTable.ts";

/** A backend by weight; undefined when the rule has none or all weights are 0. */
export function chooseBackend(rule: Rule, random: Random): Backend | undefined {
  const { backends, cumulativeWeights, totalWeight } = rule;
  if (totalWeight <= 0) return undefined;
  const point = backends.length === 1 ? 0 : random.next() * totalWeight;
  for (let index = 0; index < backends.length; index++) {
    if (point < (cumulativeWeights[index] ?? 0)) return backends[index];
  }
  return undefined;
}

export type Loaded = { readonly inFlight: number };

/**
 * The endpoint with the fewest requests under way among those not in `tried`. Equals take turns, starting at `turn`,
 * which the caller counts up.
 */
export function chooseEndpoint<T extends Loaded>(
  endpoints: readonly T[],
  turn: number,
  tried: readonly T[],
): T | undefined {
  let best: T | undefined;
  for (let step = 0; step < endpoints.length; step++) {
    const candidate = endpoints[(turn + step) % endpoints.length];
    if (candidate === undefined || tried.includes(candidate)) continue;
    if (best === undefined || candidate.inFlight < best.inFlight) best = candidate;
    if (best.inFlight === 0) break;
  }
  return best;
}
