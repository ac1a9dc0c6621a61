import { describe, expect, it } from "vitest";
import { inParallel, median, quantile, repeat, takeTurns } from "./harness.ts";

const never = new AbortController().signal;

describe("quantile", () => {
  it.each([
    ["the middle of an odd number of values is the median", [3, 1, 2], 0.5, 2],
    ["of an even number it is the lower one of the two in the middle", [4, 1, 3, 2], 0.5, 2],
    ["p99 of few values is the greatest", [5, 9, 1], 0.99, 9],
    ["the share 0 is the least", [5, 9, 1], 0, 1],
  ])("%s", (_sentence, values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });

  it("does not sort numbers as text", () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  it("of nothing is not a number", () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("repeat", () => {
  it("keeps the runs and forgets the warm-up", async () => {
    const runs: number[] = [];
    const kept = await repeat({ warmUps: 2, runs: 3 }, never, (run) => Promise.resolve(runs.push(run)));
    expect(runs).toEqual([-2, -1, 0, 1, 2]);
    expect(kept).toEqual([3, 4, 5]);
  });

  it("stops when it is aborted", async () => {
    const ending = new AbortController();
    const attempt = repeat({ warmUps: 0, runs: 10 }, ending.signal, (run) => {
      if (run === 1) ending.abort(new Error("enough"));
      return Promise.resolve(run);
    });
    await expect(attempt).rejects.toThrow("enough");
  });
});

describe("takeTurns", () => {
  it("lets another contestant begin in every round, and keeps each one's values", async () => {
    const order: string[] = [];
    const contestant = (name: string) => (): Promise<number> => Promise.resolve(order.push(name));
    const values = await takeTurns({ a: contestant("a"), b: contestant("b") }, { warmUps: 1, runs: 2 }, never);
    expect(order.join("")).toBe("baabba");
    expect(values).toEqual({ a: [3, 6], b: [4, 5] });
  });
});

describe("inParallel", () => {
  it("does every item once, at most so many at a time", async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel(10, 3, async (index) => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      done.push(index);
    });
    expect(done.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(3);
  });
});
