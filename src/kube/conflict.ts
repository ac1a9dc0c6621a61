import { isTidegateError } from "../api/error.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { systemRandom } from "../ports/random.ts";
import { backoffMs } from "./backoff.ts";

export type ConflictOptions = {
  /** How often `run` is called at most; 5 when absent. */
  readonly attempts?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Calls `run` again, after a short wait, while it throws KUBE_CONFLICT. `run` must read the object anew each time.
 * Anything else that it throws, and the conflict of the last attempt, comes out unchanged.
 */
export async function retryOnConflict<R>(
  run: (attempt: number) => Promise<R>,
  options: ConflictOptions = {},
): Promise<R> {
  const { attempts = 5, clock = systemClock, random = systemRandom, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt);
    } catch (error) {
      if (!isTidegateError(error, "KUBE_CONFLICT") || attempt >= attempts || signal?.aborted === true) throw error;
      await clock.sleep(backoffMs({ firstMs: 10, capMs: 1_000, jitter: 0.5 }, attempt, random), signal);
    }
  }
}
