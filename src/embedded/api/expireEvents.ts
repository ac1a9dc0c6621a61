import type { AnyObject } from "../../api/object.ts";
import type { Context } from "./context.ts";
import { recordOf } from "./json.ts";

const collection = "/events";
/** As long as the real server keeps an Event after it was last seen. */
const lifetimeMs = 3_600_000;
const sweepIntervalMs = 60_000;

/** Removes Events that are old, from time to time, so that they do not pile up. Returns the stopper. */
export function expireEvents(context: Context): () => void {
  let cancel = context.clock.schedule(sweepIntervalMs, sweep);
  function sweep(): void {
    const oldest = context.clock.now() - lifetimeMs;
    for (const [, stored] of Array.from(context.store.entries(collection))) {
      if (lastSeen(stored.object) < oldest) context.store.remove(collection, stored);
    }
    cancel = context.clock.schedule(sweepIntervalMs, sweep);
  }
  return () => cancel();
}

/** Milliseconds since the epoch; an Event is renewed by counting it again. */
function lastSeen(event: AnyObject): number {
  const times = [
    event.metadata.creationTimestamp,
    event["lastTimestamp"],
    recordOf(event["series"])["lastObservedTime"],
  ];
  return Math.max(...times.map((time) => (typeof time === "string" ? Date.parse(time) : 0)));
}
