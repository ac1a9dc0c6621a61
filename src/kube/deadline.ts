import type { Clock } from "../ports/clock.ts";

export type Deadline = {
  /** Aborted when the time is over or the caller's signal is. */
  readonly signal: AbortSignal;
  /** True when it was the time. */
  readonly expired: boolean;
  leftMs(): number;
  /** Frees the timer; call it in `finally`. */
  clear(): void;
};

/** One signal for "the caller gave up" and "it took longer than `timeoutMs`". */
export function startDeadline(clock: Clock, timeoutMs: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const end = clock.now() + timeoutMs;
  let expired = false;
  const give = (): void => controller.abort();
  const cancel = clock.schedule(timeoutMs, () => {
    expired = true;
    give();
  });
  if (outer?.aborted === true) give();
  outer?.addEventListener("abort", give, { once: true });
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    leftMs: () => Math.max(0, end - clock.now()),
    clear() {
      cancel();
      outer?.removeEventListener("abort", give);
    },
  };
}
