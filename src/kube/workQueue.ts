import { messageOf } from "../api/error.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { systemRandom } from "../ports/random.ts";
import { backoffMs } from "./backoff.ts";
import type { Log } from "./log.ts";
import type { WorkQueue } from "./types.ts";

export type WorkQueueDeps = {
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Keys under way at once; 4 when absent. */
  readonly concurrency?: number | undefined;
  readonly log?: Log | undefined;
};

type Handler = (key: string, signal: AbortSignal) => Promise<void>;
type Delayed = { readonly at: number; readonly cancel: () => void };

const failureBackoff = { firstMs: 5, capMs: 10_000, jitter: 0.1 };

/**
 * A queue of distinct keys in order of arrival. Its size is bounded by the number of distinct keys. Of several delayed
 * adds of one key the earliest counts, because looking too early is harmless and looking too late is not.
 */
export function createWorkQueue(deps: WorkQueueDeps = {}): WorkQueue {
  const { clock = systemClock, random = systemRandom, concurrency = 4, log } = deps;
  const ready = new Set<string>();
  const running = new Set<string>();
  const again = new Set<string>();
  const delayed = new Map<string, Delayed>();
  const failures = new Map<string, number>();
  let pump: (() => void) | undefined;

  function add(key: string): void {
    if (running.has(key)) {
      again.add(key);
      return;
    }
    ready.add(key);
    pump?.();
  }

  function addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) {
      add(key);
      return;
    }
    const at = clock.now() + delayMs;
    const known = delayed.get(key);
    if (known !== undefined && known.at <= at) return;
    known?.cancel();
    const cancel = clock.schedule(delayMs, () => {
      delayed.delete(key);
      add(key);
    });
    delayed.set(key, { at, cancel });
  }

  async function handle(key: string, handler: Handler, signal: AbortSignal): Promise<void> {
    ready.delete(key);
    running.add(key);
    try {
      await handler(key, signal);
      failures.delete(key);
    } catch (error) {
      if (!signal.aborted) retryLater(key, error);
    }
    running.delete(key);
    if (again.delete(key)) ready.add(key);
  }

  function retryLater(key: string, error: unknown): void {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    const delayMs = backoffMs(failureBackoff, count, random);
    log?.("a key could not be handled", {
      key,
      failures: count,
      delayMs: Math.round(delayMs),
      error: messageOf(error),
    });
    addAfter(key, delayMs);
  }

  function stop(): void {
    for (const { cancel } of delayed.values()) cancel();
    delayed.clear();
    failures.clear();
  }

  async function run(handler: Handler, signal: AbortSignal): Promise<void> {
    const done = Promise.withResolvers<void>();
    const next = (): void => {
      if (signal.aborted) {
        if (running.size === 0) done.resolve();
        return;
      }
      for (const key of ready) {
        if (running.size >= concurrency) return;
        void handle(key, handler, signal).then(next);
      }
    };
    pump = next;
    signal.addEventListener("abort", next, { once: true });
    next();
    await done.promise;
    pump = undefined;
    stop();
  }

  return {
    add,
    addAfter,
    run,
    get length() {
      return ready.size;
    },
  };
}
