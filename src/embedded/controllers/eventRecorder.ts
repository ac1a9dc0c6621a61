import { messageOf } from "../../api/error.ts";
import type { AnyObject, KubeObject } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import type { Log } from "../../kube/log.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";

type EventFacts = { readonly type: "Normal" | "Warning"; readonly reason: string; readonly message: string };

export interface EventRecorder {
  /** Tells users what happened to an object. Never waits and never fails: an event that cannot be written is logged. */
  record(about: KubeObject, facts: EventFacts): void;
}

type Known = { readonly name: string; readonly namespace: string; count: number };
type Deps = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Named as the source of the events, for example `deployment-controller`. */
  readonly component: string;
};

const maxWaiting = 1_000;
const maxKnown = 1_000;

/** Writes events one after the other; a repeated one is counted up. Under a flood the newest are dropped. */
export function createEventRecorder(deps: Deps): EventRecorder {
  const { clock, log, signal } = deps;
  const known = new Map<string, Known>();
  const waiting: { about: KubeObject; facts: EventFacts; at: string }[] = [];
  let busy = false;

  async function drain(): Promise<void> {
    busy = true;
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      await write(next.about, next.facts, next.at).catch((error: unknown) =>
        log("an event was lost", { error: messageOf(error) }),
      );
    }
    busy = false;
  }

  async function write(about: KubeObject, facts: EventFacts, at: string): Promise<void> {
    const key = [about.metadata.uid, facts.type, facts.reason, facts.message].join("\n");
    const repeated = known.get(key);
    if (repeated !== undefined && (await countUp(deps, repeated, at))) return;
    const event = eventOf(deps, { about, facts, at });
    await deps.client.create(resources.events, event, { signal });
    known.delete(key);
    known.set(key, { name: event.metadata.name, namespace: event.metadata.namespace ?? "default", count: 1 });
    const [oldest] = known.keys();
    if (known.size > maxKnown && oldest !== undefined) known.delete(oldest);
  }

  return {
    record(about, facts) {
      if (waiting.length >= maxWaiting || signal.aborted) return;
      waiting.push({ about, facts, at: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z") });
      if (!busy) void drain();
    },
  };
}

/** False when the event has expired meanwhile. */
async function countUp({ client, signal }: Deps, known: Known, at: string): Promise<boolean> {
  known.count += 1;
  const body = { count: known.count, lastTimestamp: at };
  return client.patch(resources.events, known, { kind: "merge", body }, { signal }).then(
    () => true,
    () => false,
  );
}

function eventOf(
  { component, random }: Deps,
  { about, facts, at }: { about: KubeObject; facts: EventFacts; at: string },
): AnyObject {
  const { name, namespace, uid, resourceVersion } = about.metadata;
  const suffix = Math.floor(random.next() * 2 ** 48)
    .toString(16)
    .padStart(12, "0");
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${suffix}`, namespace: namespace ?? "default" },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
    },
    ...facts,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}
