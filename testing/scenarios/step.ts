import type { ScenarioContext } from "./context.ts";
import type { Reader } from "./reader.ts";

/** A step as a file says it: what it is, and how it is done. Throws StepFailed, or what the client throws. */
export type Step = { readonly kind: string; readonly told: string; run(context: ScenarioContext): Promise<void> };

/** How one word of the vocabulary is read and done. */
export type StepKind = { read(value: unknown, path: string): Omit<Step, "kind"> };

export class StepFailed extends Error {}

export function stepKind<T>(reader: Reader<T>, run: (args: T, context: ScenarioContext) => Promise<void>): StepKind {
  return {
    read(value, path) {
      const args = reader(value, path);
      return { told: JSON.stringify(value), run: (context) => run(args, context) };
    },
  };
}

/** Tries until there is nothing left to say, or fails with what was said last. */
export async function until(
  problemsNow: () => Promise<readonly string[]>,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const end = Date.now() + withinMs;
  let problems = await problemsNow();
  while (problems.length > 0) {
    if (Date.now() >= end) throw new StepFailed(`after ${withinMs / 1_000} s still: ${problems.join("; ")}`);
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
    problems = await problemsNow();
  }
}
