import type { Clock } from "../../src/ports/clock.ts";

export type FakeClock = Clock & {
  /** Moves time on and runs what fell due, in order, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  readonly pending: number;
};

type Timer = { at: number; order: number; run: () => void };

export function createFakeClock(startMs = Date.parse("2026-01-01T00:00:00Z")): FakeClock {
  let now = startMs;
  let order = 0;
  let timers: Timer[] = [];
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };

  function schedule(delayMs: number, run: () => void): () => void {
    const timer: Timer = { at: now + Math.max(0, delayMs), order: order++, run };
    timers.push(timer);
    return () => {
      timers = timers.filter((other) => other !== timer);
    };
  }

  return {
    now: () => now,
    schedule,
    sleep(delayMs, signal) {
      if (signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = schedule(delayMs, finish);
        function finish(): void {
          cancel();
          signal?.removeEventListener("abort", finish);
          resolve();
        }
        signal?.addEventListener("abort", finish, { once: true });
      });
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
        if (due === undefined) break;
        now = Math.max(now, due.at);
        timers = timers.filter((timer) => timer !== due);
        due.run();
        await settle();
      }
      now = end;
      await settle();
    },
    get pending() {
      return timers.length;
    },
  };
}
