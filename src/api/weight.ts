/** Weights are whole basis points inside (10,000 = all traffic) and percent with two decimals in objects. */

export const allBasisPoints = 10_000;

export function basisPointsOf(percent: number): number {
  return Math.round(percent * 100);
}

export function percentOf(basisPoints: number): number {
  return basisPoints / 100;
}

/** `5 %`, `12.5 %`, `0.01 %`. */
export function formatWeight(basisPoints: number): string {
  return `${percentOf(basisPoints)} %`;
}
