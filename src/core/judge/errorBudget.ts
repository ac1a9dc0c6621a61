import { logSumExp } from "./logSumExp.ts";

export type WeightedEvidence = { readonly weight: number; readonly logE: number };

/**
 * log Σ w_j M_j, with the weights scaled to sum 1. An average of e-processes is one whatever the dependence between
 * them, so the chance that this ever reaches log(1/alpha) without cause is at most alpha (Ville), and it fires
 * whenever a Bonferroni split of alpha by the same weights would. 0 (no evidence) without checks.
 */
export function weightedLogE(evidence: readonly WeightedEvidence[]): number {
  const total = evidence.reduce((sum, { weight }) => sum + weight, 0);
  if (total <= 0) return 0;
  return logSumExp(evidence.map(({ weight, logE }) => Math.log(weight / total) + logE));
}

/** The logarithm of the e-value at which one check alone would spend the budget. */
export function logThresholdAlone(evidence: readonly WeightedEvidence[], weight: number, alpha: number): number {
  const total = evidence.reduce((sum, other) => sum + other.weight, 0);
  return Math.log(total / (alpha * weight));
}
