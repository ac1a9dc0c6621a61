import type { Random } from "../ports/random.ts";

export type Backoff = { readonly firstMs: number; readonly capMs: number; readonly jitter: number };

/**
 * The wait before attempt `failures + 1`, in milliseconds: `firstMs` doubled for each further failure, spread evenly
 * by `jitter` (0.25 = a quarter to either side), never above `capMs`. No wait after no failure.
 */
export function backoffMs({ firstMs, capMs, jitter }: Backoff, failures: number, random: Random): number {
  if (failures <= 0) return 0;
  const plain = Math.min(capMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.min(capMs, plain * (1 - jitter + 2 * jitter * random.next()));
}
