import { messageOf } from "../../api/error.ts";
import type { KubeObject } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Pod } from "./podTypes.ts";
import { wholeSeconds } from "./times.ts";

export type PodEvent = {
  readonly type: "Normal" | "Warning";
  readonly reason: "Started" | "Killing" | "BackOff" | "Unhealthy" | "Failed";
  readonly message: string;
  readonly container?: string | undefined;
};

export interface PodEvents {
  /** Records the event some time soon. Repeats are counted in one object; a pod that has too many is cut off. */
  emit(pod: Pod, event: PodEvent): void;
}

type Known = { readonly name: string; count: number; writtenAtMs: number };
type Allowance = { tokens: number; atMs: number };

const BURST = 25;
const REFILL_MS = 300_000;
const REPEAT_MS = 1000;
const MAX_KNOWN = 1000;
const MAX_PENDING = 100;

/** An event sink in front of the API. What it cannot write is dropped: events are news, not state. */
export function createPodEvents(deps: {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}): PodEvents {
  const { client, clock, nodeName, signal, log } = deps;
  const known = new Map<string, Known>();
  const allowances = new Map<string, Allowance>();
  let pending = 0;
  let tail = Promise.resolve();

  function isAllowed(uid: string): boolean {
    const nowMs = clock.now();
    const { tokens, atMs } = allowances.get(uid) ?? { tokens: BURST, atMs: nowMs };
    const left = Math.min(BURST, tokens + (nowMs - atMs) / REFILL_MS);
    remember(allowances, uid, { tokens: Math.max(0, left - 1), atMs: nowMs });
    return left >= 1;
  }

  async function write(pod: Pod, event: PodEvent, key: string): Promise<void> {
    const repeated = known.get(key);
    const nowMs = clock.now();
    const namespace = pod.metadata.namespace ?? "default";
    if (repeated !== undefined) {
      repeated.count++;
      if (nowMs - repeated.writtenAtMs < REPEAT_MS) return;
      repeated.writtenAtMs = nowMs;
      const body = { count: repeated.count, lastTimestamp: wholeSeconds(nowMs) };
      await client.patch(resources.events, { namespace, name: repeated.name }, { kind: "merge", body }, { signal });
      return;
    }
    const name = `${pod.metadata.name}.${(BigInt(nowMs) * 1_000_000n + BigInt(known.size)).toString(16)}`;
    remember(known, key, { name, count: 1, writtenAtMs: nowMs });
    await client.create<KubeObject>(
      resources.events,
      eventObject({ pod, event, name, namespace, nodeName, at: wholeSeconds(nowMs) }),
      { signal },
    );
  }

  return {
    emit(pod, event) {
      const key = JSON.stringify([pod.metadata.uid, event.reason, event.container, event.message]);
      if (signal.aborted || pending >= MAX_PENDING) return;
      if (!isAllowed(pod.metadata.uid ?? "")) return;
      pending++;
      tail = tail
        .then(() => write(pod, event, key))
        .catch((error: unknown) => {
          known.delete(key);
          if (!signal.aborted)
            log(`event ${event.reason} of pod ${pod.metadata.name} was not recorded: ${messageOf(error)}`);
        })
        .then(() => void pending--);
    },
  };
}

/** Adds to a map that forgets its oldest entries. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > MAX_KNOWN && oldest.done !== true) map.delete(oldest.value);
}

type EventParts = {
  readonly pod: Pod;
  readonly event: PodEvent;
  readonly name: string;
  readonly namespace: string;
  readonly nodeName: string;
  readonly at: string;
};

function eventObject({ pod, event, name, namespace, nodeName, at }: EventParts): KubeObject {
  const { uid, resourceVersion } = pod.metadata;
  const object = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: "v1",
      kind: "Pod",
      namespace,
      name: pod.metadata.name,
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(event.container === undefined ? {} : { fieldPath: `spec.containers{${event.container}}` }),
    },
    reason: event.reason,
    message: event.message,
    type: event.type,
    source: { component: "kubelet", host: nodeName },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    reportingComponent: "kubelet",
    reportingInstance: nodeName,
  };
  return object;
}
