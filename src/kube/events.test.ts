import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import type { AnyObject } from "../api/object.ts";
import { TidegateError } from "../api/error.ts";
import { createEventRecorder } from "./events.ts";
import { pod } from "./testing/objects.ts";
import { until } from "./testing/until.ts";
import type { KubeClient, ObjectRef, Patch } from "./types.ts";

type Writes = { created: AnyObject[]; patched: { ref: ObjectRef; patch: Patch }[]; failNext: TidegateError[] };

/** Records what is written; anything else is a fault of the test. */
function fakeClient(writes: Writes, hold?: Promise<void>): KubeClient {
  const write = async (): Promise<void> => {
    await hold;
    const failure = writes.failNext.shift();
    if (failure !== undefined) throw failure;
  };
  const client = {
    async create(_resource: unknown, object: AnyObject) {
      await write();
      writes.created.push(object);
      return object;
    },
    async patch(_resource: unknown, ref: ObjectRef, patch: Patch) {
      await write();
      writes.patched.push({ ref, patch });
    },
  };
  return client as unknown as KubeClient;
}

function setUp(hold?: Promise<void>, more: { host?: string; signal?: AbortSignal } = {}) {
  const clock = createFakeClock();
  const writes: Writes = { created: [], patched: [], failNext: [] };
  const logged: string[] = [];
  const recorder = createEventRecorder(fakeClient(writes, hold), {
    component: "tidegate",
    clock,
    random: { next: () => 0.5 },
    log: (message) => logged.push(message),
    ...more,
  });
  return { clock, writes, logged, recorder };
}

const advanced = { type: "Normal", reason: "StepEntered", message: "weight 5 %", action: "Shift" } as const;

describe("createEventRecorder", () => {
  it("writes a core/v1 Event that kubectl finds by its object", async () => {
    const { clock, writes, recorder } = setUp();
    recorder.emit(pod("a", "7"), advanced);
    await clock.advance(0);
    expect(writes.created).toEqual([
      {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: "a.8000000000", namespace: "prod" },
        involvedObject: {
          apiVersion: "v1",
          kind: "Pod",
          name: "a",
          namespace: "prod",
          uid: "uid-a",
          resourceVersion: "7",
        },
        type: "Normal",
        reason: "StepEntered",
        message: "weight 5 %",
        action: "Shift",
        source: { component: "tidegate" },
        reportingComponent: "tidegate",
        reportingInstance: "tidegate",
        firstTimestamp: "2026-01-01T00:00:00Z",
        lastTimestamp: "2026-01-01T00:00:00Z",
        count: 1,
      },
    ]);
  });

  it("puts an event about a cluster-wide object into the namespace default", async () => {
    const { clock, writes, recorder } = setUp();
    recorder.emit({ apiVersion: "v1", kind: "Node", metadata: { name: "n" } }, advanced);
    await clock.advance(0);
    expect(writes.created[0]).toMatchObject({ metadata: { namespace: "default" }, involvedObject: { name: "n" } });
  });

  it("writes the same event emitted several times in one pass once, counted", async () => {
    const { clock, writes, recorder } = setUp();
    for (let count = 0; count < 3; count++) recorder.emit(pod("a", "7"), advanced);
    recorder.emit(pod("a", "7"), { ...advanced, message: "weight 25 %" });
    await clock.advance(0);
    expect(writes.created.map((event) => [event["message"], event["count"]])).toEqual([
      ["weight 5 %", 3],
      ["weight 25 %", 1],
    ]);
  });

  it("raises count and time of an event that is there already", async () => {
    const { clock, writes, recorder } = setUp();
    recorder.emit(pod("a", "7"), advanced);
    await clock.advance(60_000);
    recorder.emit(pod("a", "8"), advanced);
    await clock.advance(0);
    expect(writes.created).toHaveLength(1);
    expect(writes.patched).toEqual([
      {
        ref: { namespace: "prod", name: "a.8000000000" },
        patch: { kind: "merge", body: { count: 2, lastTimestamp: "2026-01-01T00:01:00Z" } },
      },
    ]);
  });

  it("writes it anew when the one that was there is gone, or too old to be found", async () => {
    const { clock, writes, recorder } = setUp();
    recorder.emit(pod("a", "7"), advanced);
    await clock.advance(60_000);
    writes.failNext.push(new TidegateError("KUBE_NOT_FOUND", "gone"));
    recorder.emit(pod("a", "7"), advanced);
    await clock.advance(11 * 60_000);
    recorder.emit(pod("a", "7"), advanced);
    await clock.advance(0);
    expect(writes.created).toHaveLength(3);
    expect(writes.patched).toEqual([]);
  });

  it("lets a burst of 50 through and then ten a second", async () => {
    const { clock, writes, recorder } = setUp();
    for (let count = 0; count < 80; count++) recorder.emit(pod("a", "7"), { ...advanced, message: `m${count}` });
    await until(() => clock.pending === 1, "the next event waits");
    expect(writes.created).toHaveLength(50);
    for (let tenth = 0; tenth < 10; tenth++) await clock.advance(100);
    expect(writes.created).toHaveLength(60);
    for (let tenth = 0; tenth < 20; tenth++) await clock.advance(100);
    expect(writes.created).toHaveLength(80);
  });

  it("drops what goes beyond a thousand waiting events, and says so", () => {
    const { logged, recorder } = setUp();
    for (let count = 0; count < 1_002; count++) recorder.emit(pod("a", "7"), { ...advanced, message: `m${count}` });
    expect(logged).toHaveLength(2);
  });

  it("tries again what failed in passing, and gives up what is refused", async () => {
    const { clock, writes, logged, recorder } = setUp();
    writes.failNext.push(new TidegateError("KUBE_UNREACHABLE", "down", { retry: "later" }));
    recorder.emit(pod("a", "7"), advanced);
    await clock.advance(1_000);
    expect(writes.created).toHaveLength(1);
    writes.failNext.push(new TidegateError("KUBE_FORBIDDEN", "no"));
    recorder.emit(pod("b", "7"), advanced);
    recorder.emit(pod("c", "7"), advanced);
    await clock.advance(1_000);
    expect(writes.created.map(({ metadata }) => metadata.name)).toEqual(["a.8000000000", "c.8000000000"]);
    expect(logged).toEqual(["an event could not be written"]);
  });

  it("cuts a message that is too long", async () => {
    const { clock, writes, recorder } = setUp();
    recorder.emit(pod("a", "7"), { ...advanced, message: "x".repeat(2_000) });
    await clock.advance(0);
    expect(String(writes.created[0]!["message"])).toHaveLength(1_024);
  });

  it("flushes what waits without minding the rate", async () => {
    const { writes, recorder } = setUp();
    for (let count = 0; count < 200; count++) recorder.emit(pod("a", "7"), { ...advanced, message: `m${count}` });
    expect(await recorder.flush(1_000)).toBe(0);
    expect(writes.created).toHaveLength(200);
  });

  it("ends a flush at its deadline and tells how many are left", async () => {
    const { clock, recorder } = setUp(new Promise(() => {}));
    recorder.emit(pod("a", "7"), advanced);
    recorder.emit(pod("b", "7"), advanced);
    const flushed = recorder.flush(1_000);
    await clock.advance(1_000);
    expect(await flushed).toBe(2);
  });

  it("names the node on which it runs, and the part of the object", async () => {
    const { clock, writes, recorder } = setUp(undefined, { host: "node-1" });
    recorder.emit(pod("a", "7"), { ...advanced, fieldPath: "spec.containers{web}" });
    await clock.advance(0);
    expect(writes.created[0]).toMatchObject({
      involvedObject: { fieldPath: "spec.containers{web}" },
      source: { component: "tidegate", host: "node-1" },
      reportingInstance: "node-1",
    });
  });

  it("writes and says nothing more after its end", async () => {
    const end = new AbortController();
    const { clock, writes, logged, recorder } = setUp(undefined, { signal: end.signal });
    for (let count = 0; count < 60; count++) recorder.emit(pod("a", "7"), { ...advanced, message: `m${count}` });
    await until(() => clock.pending === 1, "the next event waits");
    end.abort();
    recorder.emit(pod("b", "7"), advanced);
    await clock.advance(10_000);
    expect(writes.created).toHaveLength(50);
    expect(logged).toEqual([]);
  });
});
