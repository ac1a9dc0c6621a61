import { logSumExp } from "./logSumExp.ts";

/**
 * One 2x2 table: how many requests each track had, and how many of them were events (errors, or slower than a
 * boundary).
 */
export type EventTable = {
  readonly contenderRequests: number;
  readonly contenderEvents: number;
  readonly stableRequests: number;
  readonly stableEvents: number;
};

export type OddsMethod = "exact" | "bound" | "auto";

/** Odds ratios that are bet on, as multiples of the tolerated one, with equal prior weight. */
export const oddsGrid: readonly number[] = [1.5, 2, 3, 5, 10, 20, 50, 100];

/** Odds ratios that are bet on when the claim is "not three times as bad". */
export const notWorseGrid: readonly number[] = [1, 1.5, 2];
export const notWorseOddsRatio = 3;

/** Below this share of events the bound loses next to nothing against the exact normaliser. */
const rareShare = 0.01;
const maxTerms = 4_096;

/**
 * The window's factor of the conditional odds e-process, as a logarithm, for each alternative odds ratio `r`:
 * (r/r0)^x P(r0)/P(r), where P is the normaliser of Fisher's non-central hypergeometric distribution of the
 * contender's events x, given both tracks' requests and the events of both together. Conditioned so, the base rate
 * drops out. `bound` puts the binomial in the normaliser's place: never larger in expectation for r > r0
 * (Hoeffding's convex order), and constant in cost. `auto` chooses by what is conditioned on, never by x.
 */
export function logOddsFactors(
  table: EventTable,
  r0: number,
  oddsRatios: readonly number[],
  method: OddsMethod = "auto",
): number[] {
  const events = table.contenderEvents + table.stableEvents;
  if (events === 0) return oddsRatios.map(() => 0);
  const logNull = Math.log(r0);
  const normalise = useExact(table, method) ? exactNormaliser(table) : boundNormaliser(table);
  const nullNormaliser = normalise(logNull);
  return oddsRatios.map((ratio) => {
    const logRatio = Math.log(ratio);
    return table.contenderEvents * (logRatio - logNull) + nullNormaliser - normalise(logRatio);
  });
}

/**
 * Evidence that the contender's odds are below `notWorseOddsRatio` times stable's. Only exact: the bound would be too
 * generous here. Where the exact form costs too much the window says nothing, which is decided by what is conditioned on.
 */
export function logNotWorseFactors(
  table: EventTable,
  r1: number = notWorseOddsRatio,
  oddsRatios: readonly number[] = notWorseGrid,
): number[] {
  if (termsOf(table) > maxTerms) return oddsRatios.map(() => 0);
  return logOddsFactors(table, r1, oddsRatios, "exact");
}

function useExact(table: EventTable, method: OddsMethod): boolean {
  if (method !== "auto") return method === "exact";
  const requests = table.contenderRequests + table.stableRequests;
  const rare = table.contenderEvents + table.stableEvents < rareShare * requests;
  return !rare && termsOf(table) <= maxTerms;
}

function termsOf({ contenderRequests, stableRequests, contenderEvents, stableEvents }: EventTable): number {
  const events = contenderEvents + stableEvents;
  return Math.min(events, contenderRequests) - Math.max(0, events - stableRequests) + 1;
}

/**
 * log Σ_x C(nc,x) C(nb,E-x) r^x up to a constant that cancels, from the ratio of neighbouring terms: without
 * factorials nothing of the size of n! is ever subtracted.
 */
function exactNormaliser(table: EventTable): (logRatio: number) => number {
  const { contenderRequests, stableRequests } = table;
  const events = table.contenderEvents + table.stableEvents;
  const lowest = Math.max(0, events - stableRequests);
  const highest = Math.min(events, contenderRequests);
  const logTerms = [0];
  let last = 0;
  for (let x = lowest; x < highest; x++) {
    last += Math.log(((contenderRequests - x) * (events - x)) / ((x + 1) * (stableRequests - events + x + 1)));
    logTerms.push(last);
  }
  return (logRatio) => logSumExp(logTerms.map((term, index) => term + (lowest + index) * logRatio));
}

function boundNormaliser(table: EventTable): (logRatio: number) => number {
  const events = table.contenderEvents + table.stableEvents;
  const share = table.contenderRequests / (table.contenderRequests + table.stableRequests);
  return (logRatio) => events * Math.log(1 - share + share * Math.exp(logRatio));
}
