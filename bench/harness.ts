/** What a benchmark gets to run with. */
export type BenchContext = {
  /** Sizes and times that only show that it works. */
  readonly quick: boolean;
  /** Aborted when the benchmark's time is over or somebody pressed Ctrl-C. */
  readonly signal: AbortSignal;
  /** A line for whoever waits; not part of the result. */
  readonly say: (progress: string) => void;
};

export type Benchmark = {
  readonly name: string;
  /** After this long it is given up. */
  readonly deadlineMs: number;
  run(context: BenchContext): Promise<readonly Table[]>;
};

/** Values of runs, or of single samples, in one unit. */
export type Figure = {
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
  /** What it is measured against, in the same unit and in the same run: a limit of the machine, or a plain equivalent. */
  readonly reference?: { readonly name: string; readonly values: readonly number[] };
  /** A bound that the project has set for itself. */
  readonly bound?: { readonly of: "median" | "p99" | "max"; readonly atMost: number };
};

export type Table = {
  readonly title: string;
  /** What was run, in a sentence: sizes, concurrency. */
  readonly note: string;
  readonly figures: readonly Figure[];
};

/** The value that this share of the values does not exceed (nearest rank); NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export type Times = { readonly warmUps: number; readonly runs: number };

/** Runs `once` some times for nothing, then keeps what it gives. One after the other; stops when aborted. */
export async function repeat<T>(times: Times, signal: AbortSignal, once: (run: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = -times.warmUps; run < times.runs; run++) {
    signal.throwIfAborted();
    const result = await once(run);
    if (run >= 0) results.push(result);
  }
  return results;
}

/**
 * Runs several contestants in turns, so that what else the machine does hits all of them alike. Every round has
 * another order. Gives each one's values by name.
 */
export async function takeTurns<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<number>>>,
  times: Times,
  signal: AbortSignal,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  await repeat(times, signal, async (run) => {
    const first = Math.abs(run) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      signal.throwIfAborted();
      const value = await contestants[name]();
      if (run >= 0) values[name].push(value);
    }
  });
  return values;
}

/** Milliseconds that it took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Works through `count` items with so many at a time; milliseconds that all of it took. */
export function inParallel(count: number, width: number, work: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  return timed(() => Promise.all(Array.from({ length: Math.min(width, count) }, lane)));
}

/** Milliseconds since 1970 with fractions, comparable between processes of one machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
