import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import { createEventRecorder } from "../../kube/events.ts";
import type { Log } from "../../kube/log.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Pod } from "./podTypes.ts";

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

type Allowance = { readonly tokens: number; readonly atMs: number };

const BURST = 25;
const REFILL_MS = 300_000;
const MAX_KNOWN = 1000;

/** An event sink in front of the API. What it cannot write is dropped: events are news, not state. */
export function createPodEvents(deps: {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly nodeName: string;
  readonly signal: AbortSignal;
  readonly log: Log;
}): PodEvents {
  const { client, clock, nodeName } = deps;
  const recorder = createEventRecorder(client, { ...deps, component: "kubelet", host: nodeName });
  const allowances = new Map<string, Allowance>();

  function isAllowed(uid: string): boolean {
    const nowMs = clock.now();
    const { tokens, atMs } = allowances.get(uid) ?? { tokens: BURST, atMs: nowMs };
    const left = Math.min(BURST, tokens + (nowMs - atMs) / REFILL_MS);
    allowances.delete(uid);
    allowances.set(uid, { tokens: left >= 1 ? left - 1 : left, atMs: nowMs });
    const oldest = allowances.size > MAX_KNOWN ? allowances.keys().next().value : undefined;
    if (oldest !== undefined) allowances.delete(oldest);
    return left >= 1;
  }

  return {
    emit(pod, { container, ...facts }) {
      if (!isAllowed(pod.metadata.uid ?? "")) return;
      recorder.emit(pod, {
        ...facts,
        ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
      });
    },
  };
}
