import { setTimeout as sleep } from "node:timers/promises";

/** Resolves as soon as the condition holds; looks every 10 ms. Rejects after the deadline, telling what was seen last. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  seen: () => unknown = () => undefined,
  deadlineMs = 15_000,
): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) {
      const last = seen();
      throw new Error(
        `the condition did not hold within ${deadlineMs} ms${last === undefined ? "" : `: ${JSON.stringify(last)}`}`,
      );
    }
    await sleep(10);
  }
}
