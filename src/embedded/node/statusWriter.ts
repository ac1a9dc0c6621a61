import { isTidegateError, messageOf } from "../../api/error.ts";
import { resources } from "../../api/resources.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Pod, PodCondition, PodStatus } from "./podTypes.ts";

export interface StatusWriter {
  /** Writes the status when it differs from the last one; a newer one replaces one that waits. */
  publish(pod: Pod, status: PodStatus): void;
  /** Resolves when nothing waits any more, or the signal is aborted. */
  flush(): Promise<void>;
}

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 5000;

/** Writes the status of one pod, one request at a time, again until it succeeds or the pod is gone. */
export function createStatusWriter(deps: {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}): StatusWriter {
  const { client, clock, signal, log } = deps;
  let wanted: { readonly pod: Pod; readonly status: PodStatus; readonly text: string } | undefined;
  let written: typeof wanted;
  let gone = false;
  let active = false;
  let running = Promise.resolve();

  function unwritten(): typeof wanted {
    return gone || signal.aborted || wanted?.text === written?.text ? undefined : wanted;
  }

  async function run(): Promise<void> {
    if (active) return;
    active = true;
    let retryMs = FIRST_RETRY_MS;
    for (let next = unwritten(); next !== undefined; next = unwritten()) {
      const { namespace, name } = next.pod.metadata;
      try {
        const body = statusPatch(next.pod, next.status, written?.status);
        await client.patch(
          resources.pods,
          { namespace, name },
          { kind: "strategic", body },
          { subresource: "status", signal },
        );
        written = next;
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (isTidegateError(error, "KUBE_NOT_FOUND")) gone = true;
        else {
          if (!signal.aborted) log(`status of pod ${namespace}/${name} was not written: ${messageOf(error)}`);
          await clock.sleep(retryMs, signal);
          retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
        }
      }
    }
    active = false;
  }

  return {
    publish(pod, status) {
      wanted = { pod, status, text: JSON.stringify(status) };
      if (!active) running = run();
    },
    flush: () => running,
  };
}

/**
 * The patch that makes the status so. What a strategic merge would keep is named to be removed: texts that no longer
 * hold, and an address that the pod had before. The uid keeps it from another pod of the same name.
 */
export function statusPatch(pod: Pod, status: PodStatus, written: PodStatus | undefined): object {
  const formerIPs = (pod.status?.podIPs ?? []).filter(({ ip }) => ip !== status.podIP);
  const former = [...(written?.conditions ?? []), ...(pod.status?.conditions ?? [])];
  return {
    metadata: { uid: pod.metadata.uid },
    status: {
      reason: null,
      message: null,
      ...status,
      conditions: (status.conditions ?? []).map((condition) => ({ ...outdatedTexts(condition, former), ...condition })),
      ...(status.podIP === undefined
        ? {}
        : { podIPs: [...formerIPs.map(({ ip }) => ({ $patch: "delete", ip })), { ip: status.podIP }] }),
    },
  };
}

function outdatedTexts({ type }: PodCondition, former: readonly PodCondition[]): object {
  const known = former.filter((condition) => condition.type === type);
  return {
    ...(known.some(({ reason }) => reason !== undefined) ? { reason: null } : {}),
    ...(known.some(({ message }) => message !== undefined) ? { message: null } : {}),
  };
}
