import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import { createWorkQueue } from "./workQueue.ts";

const middle = { next: () => 0.5 };
const stops: AbortController[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop.abort()));

function setUp(concurrency = 4) {
  const clock = createFakeClock();
  const queue = createWorkQueue({ clock, random: middle, concurrency });
  const stop = new AbortController();
  stops.push(stop);
  return { clock, queue, stop };
}

/** Handles that a test ends by hand. */
function manual() {
  const calls: { key: string; end: () => void; fail: () => void }[] = [];
  const handler = (key: string): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    calls.push({ key, end: resolve, fail: () => reject(new Error("no")) });
    return promise;
  };
  return { calls, handler, keys: () => calls.map(({ key }) => key) };
}

describe("createWorkQueue", () => {
  it("handles a key once however often it was added before its turn", async () => {
    const { clock, queue, stop } = setUp();
    const { keys, handler } = manual();
    for (const key of ["a", "b", "a", "a"]) queue.add(key);
    expect(queue.length).toBe(2);
    void queue.run(handler, stop.signal);
    await clock.advance(0);
    expect(keys()).toEqual(["a", "b"]);
    expect(queue.length).toBe(0);
  });

  it("never handles one key twice at once, and runs it once more when it was added meanwhile", async () => {
    const { clock, queue, stop } = setUp();
    const { calls, keys, handler } = manual();
    void queue.run(handler, stop.signal);
    queue.add("a");
    queue.add("a");
    queue.add("a");
    await clock.advance(0);
    expect(keys()).toEqual(["a"]);
    calls[0]!.end();
    await clock.advance(0);
    expect(keys()).toEqual(["a", "a"]);
    calls[1]!.end();
    await clock.advance(60_000);
    expect(keys()).toEqual(["a", "a"]);
  });

  it("works on so many keys at once and no more", async () => {
    const { clock, queue, stop } = setUp(2);
    const { calls, keys, handler } = manual();
    void queue.run(handler, stop.signal);
    for (const key of ["a", "b", "c", "d"]) queue.add(key);
    await clock.advance(0);
    expect(keys()).toEqual(["a", "b"]);
    calls[1]!.end();
    await clock.advance(0);
    expect(keys()).toEqual(["a", "b", "c"]);
  });

  it("runs a failing key again after 5 ms, doubled up to 10 s, and forgets that after a success", async () => {
    const { clock, queue, stop } = setUp();
    const at: number[] = [];
    let failing = true;
    const handler = async (): Promise<void> => {
      at.push(clock.now());
      if (failing) throw new Error("no");
    };
    void queue.run(handler, stop.signal);
    queue.add("a");
    await clock.advance(50_000);
    const waits = at.slice(1).map((time, index) => time - at[index]!);
    expect(waits.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(waits.at(-1)).toBe(10_000);
    failing = false;
    await clock.advance(10_000);
    failing = true;
    const before = at.length;
    queue.add("a");
    await clock.advance(5);
    expect(at.length - before).toBe(2);
  });

  it("hands a failing key that was added meanwhile out at once", async () => {
    const { clock, queue, stop } = setUp();
    const { calls, keys, handler } = manual();
    void queue.run(handler, stop.signal);
    queue.add("a");
    await clock.advance(0);
    queue.add("a");
    calls[0]!.fail();
    await clock.advance(0);
    expect(keys()).toEqual(["a", "a"]);
  });

  it("takes the earliest of several delays of one key", async () => {
    const { clock, queue, stop } = setUp();
    const at: number[] = [];
    const start = clock.now();
    void queue.run(async () => void at.push(clock.now() - start), stop.signal);
    queue.addAfter("a", 5_000);
    queue.addAfter("a", 1_000);
    queue.addAfter("a", 3_000);
    await clock.advance(10_000);
    expect(at).toEqual([1_000]);
  });

  it("lets what is under way end when it is stopped, and starts nothing more", async () => {
    const { clock, queue, stop } = setUp(1);
    const { calls, keys, handler } = manual();
    let ended = false;
    const running = queue.run(handler, stop.signal).then(() => (ended = true));
    queue.add("a");
    queue.add("b");
    queue.addAfter("c", 1_000);
    await clock.advance(0);
    stop.abort();
    await clock.advance(5_000);
    expect(ended).toBe(false);
    calls[0]!.end();
    await running;
    expect(keys()).toEqual(["a"]);
    expect(clock.pending).toBe(0);
  });

  it("gives the handler the signal, so that it can end early", async () => {
    const { queue, stop } = setUp();
    const running = queue.run(
      (_key, signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve())),
      stop.signal,
    );
    queue.add("a");
    stop.abort();
    await expect(running).resolves.toBeUndefined();
  });
});
