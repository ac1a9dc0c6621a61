/** Error rates that are bet on against a limit: 2, 5, 10 and 50 times its odds. */
export function limitAlternatives(limit: number): number[] {
  const odds = limit / (1 - limit);
  return [2, 5, 10, 50].map((times) => (times * odds) / (1 + times * odds));
}

/**
 * One observation's factor of the e-process for "the error rate is at most `limit`", as a logarithm, for each
 * alternative rate: (p1/p0)^x ((1-p1)/(1-p0))^(n-x).
 */
export function logLimitFactors(
  counts: { readonly requests: number; readonly errors: number },
  limit: number,
  alternatives: readonly number[],
): number[] {
  const { requests, errors } = counts;
  return alternatives.map(
    (rate) => errors * Math.log(rate / limit) + (requests - errors) * Math.log((1 - rate) / (1 - limit)),
  );
}
