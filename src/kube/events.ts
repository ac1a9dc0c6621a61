import type { KubeObject } from "../api/object.ts";
import { isTidegateError, messageOf } from "../api/error.ts";
import { resources } from "../api/resources.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { systemRandom } from "../ports/random.ts";
import { createBucket } from "./bucket.ts";
import { eventKey, eventObject, timestamp } from "./eventObject.ts";
import type { Log } from "./log.ts";
import type { KubeClient, ObjectRef } from "./types.ts";

export type EventFacts = {
  readonly type: "Normal" | "Warning";
  /** One word in UpperCamelCase. */
  readonly reason: string;
  /** Cut at 1,024 characters. */
  readonly message: string;
  readonly action?: string | undefined;
  /** The part of the object that it is about, for example `spec.containers{web}`. */
  readonly fieldPath?: string | undefined;
};

export interface EventRecorder {
  /** Never blocks, never throws: what cannot be written in time is counted, logged and dropped. */
  emit(regarding: KubeObject, facts: EventFacts): void;
  /** Writes what waits, at most `timeoutMs` long. Resolves with the number of events that were left. */
  flush(timeoutMs: number): Promise<number>;
}

export type EventRecorderDeps = {
  /** The name of who reports, for example `tidegate`. */
  readonly component: string;
  /** The node on which it runs, when it runs on one. */
  readonly host?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly log?: Log | undefined;
  /** Ends the recorder: what waits then is dropped without a word. */
  readonly signal?: AbortSignal | undefined;
};

/** An event that waits, with how often it happened since it was written last. */
type Waiting = {
  readonly regarding: KubeObject;
  readonly facts: EventFacts;
  readonly firstAt: number;
  lastAt: number;
  times: number;
};
type Written = { readonly ref: ObjectRef; readonly at: number; count: number };

const maxWaiting = 1_000;
const maxRemembered = 2_000;
/** After this long the same event is told as a new one: the API server forgets events after an hour. */
const aggregateMs = 10 * 60_000;
const maxAttempts = 3;
const retryMs = 1_000;

/**
 * Writes core/v1 Events one after the other, at most 10 a second with bursts of 50. The same event about the same
 * object within ten minutes raises the count of the one that is there.
 */
export function createEventRecorder(client: KubeClient, deps: EventRecorderDeps): EventRecorder {
  const { component, host, clock = systemClock, random = systemRandom, log = () => {}, signal } = deps;
  const waiting = new Map<string, Waiting>();
  const written = new Map<string, Written>();
  const bucket = createBucket({ clock, burst: 50, perSecond: 10 });
  let draining: Promise<void> | undefined;
  let hurry = false;
  let wake = new AbortController();
  const isOver = (): boolean => signal?.aborted === true;
  signal?.addEventListener("abort", end, { once: true });

  function end(): void {
    waiting.clear();
    wake.abort();
  }

  function emit(regarding: KubeObject, facts: EventFacts): void {
    if (isOver()) return;
    const key = eventKey(regarding, facts);
    const known = waiting.get(key);
    if (known !== undefined) {
      known.times++;
      known.lastAt = clock.now();
      return;
    }
    if (waiting.size >= maxWaiting) {
      log("too many events wait; one was dropped", { reason: facts.reason, object: regarding.metadata.name });
      return;
    }
    waiting.set(key, { regarding, facts, firstAt: clock.now(), lastAt: clock.now(), times: 1 });
    draining ??= drain().finally(() => {
      draining = undefined;
    });
  }

  async function drain(): Promise<void> {
    // Lets the caller finish first, so that what it emits twice in one pass is one write.
    await Promise.resolve();
    for (;;) {
      const [next] = waiting;
      if (next === undefined) return;
      const waitMs = hurry ? 0 : bucket.take();
      if (waitMs > 0) await clock.sleep(waitMs, wake.signal);
      if (isOver()) return;
      await write(next[0], next[1]);
    }
  }

  async function write(key: string, event: Waiting): Promise<void> {
    waiting.delete(key);
    for (let attempt = 1; ; attempt++) {
      try {
        await writeOnce(key, event);
        return;
      } catch (error) {
        if (isOver()) return;
        const final = hurry || attempt >= maxAttempts || !isTidegateError(error) || error.retry === "never";
        if (final) {
          log("an event could not be written", {
            reason: event.facts.reason,
            object: event.regarding.metadata.name,
            error: messageOf(error),
          });
          return;
        }
        await clock.sleep(retryMs * attempt, wake.signal);
      }
    }
  }

  async function writeOnce(key: string, event: Waiting): Promise<void> {
    const known = written.get(key);
    if (known !== undefined && event.lastAt - known.at < aggregateMs && (await raiseCount(known, event))) return;
    const object = eventObject({ ...event, component, host, random });
    await client.create(resources.events, object, { signal });
    remember(key, {
      ref: { namespace: object.metadata.namespace, name: object.metadata.name },
      at: event.firstAt,
      count: event.times,
    });
  }

  /** False when the event is no longer there. */
  async function raiseCount(known: Written, event: Waiting): Promise<boolean> {
    const count = known.count + event.times;
    try {
      const body = { count, lastTimestamp: timestamp(event.lastAt) };
      await client.patch(resources.events, known.ref, { kind: "merge", body }, { signal });
      known.count = count;
      return true;
    } catch (error) {
      if (isTidegateError(error, "KUBE_NOT_FOUND")) return false;
      throw error;
    }
  }

  function remember(key: string, event: Written): void {
    written.delete(key);
    written.set(key, event);
    const [oldest] = written.keys();
    if (written.size > maxRemembered && oldest !== undefined) written.delete(oldest);
  }

  async function flush(timeoutMs: number): Promise<number> {
    hurry = true;
    wake.abort();
    const stop = new AbortController();
    await Promise.race([draining ?? Promise.resolve(), clock.sleep(timeoutMs, stop.signal)]);
    stop.abort();
    hurry = false;
    wake = new AbortController();
    return waiting.size + (draining === undefined ? 0 : 1);
  }

  return { emit, flush };
}
