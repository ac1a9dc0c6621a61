import { isTidegateError } from "../../../api/error.ts";
import { keyOf } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import { createWorkQueue } from "../../../kube/workQueue.ts";
import type { Cluster } from "../cluster.ts";
import { byNode, refOf } from "../cluster.ts";
import type { Node, Pod } from "../workloadTypes.ts";

/** A node may come back, after a restart of its agent, within this time and keep its pods. */
export const missingNodeGraceMs = 40_000;

/**
 * How long until a pod has to be deleted by force, because no node will ever confirm its end: 0 for now, undefined for
 * never. `nodeMissingSinceMs` is when its node was first found to be missing.
 */
export function untilForcedMs(
  pod: Pod,
  node: Node | undefined,
  nodeMissingSinceMs: number,
  nowMs: number,
): number | undefined {
  const nodeName = pod.spec.nodeName ?? "";
  if (nodeName === "") return pod.metadata.deletionTimestamp === undefined ? undefined : 0;
  if (node !== undefined) return undefined;
  return Math.max(0, nodeMissingSinceMs + missingNodeGraceMs - nowMs);
}

/** Removes pods that no node looks after. Handlers are registered at once; the loop ends with the signal. */
export function createPodCleanUp(cluster: Cluster): () => Promise<void> {
  const { clock, random, log, signal, pods, nodes } = cluster;
  const queue = createWorkQueue({ clock, random, concurrency: 2, log });
  const missingSince = new Map<string, number>();

  pods.informer.onChange(({ kind, object }) => {
    if (kind === "deleted") forgetIdleNode(object.spec.nodeName ?? "");
    else queue.add(keyOf(object));
  });
  nodes.informer.onChange(({ kind, object }) => {
    missingSince.delete(object.metadata.name);
    if (kind === "deleted") for (const pod of pods.store.byIndex(byNode, object.metadata.name)) queue.add(keyOf(pod));
  });

  function forgetIdleNode(name: string): void {
    if (missingSince.has(name) && pods.store.byIndex(byNode, name).length === 0) missingSince.delete(name);
  }

  function sinceWhen(name: string): number {
    const since = missingSince.get(name) ?? clock.now();
    missingSince.set(name, since);
    return since;
  }

  return () =>
    queue.run(async (key) => {
      const pod = pods.store.get(refOf(key));
      const name = pod?.spec.nodeName ?? "";
      const node = name === "" ? undefined : nodes.store.get({ name });
      if (pod === undefined || node !== undefined) return;
      const wait = untilForcedMs(pod, node, name === "" ? 0 : sinceWhen(name), clock.now());
      if (wait === 0) await forceDelete(cluster, pod);
      else if (wait !== undefined) queue.addAfter(key, wait);
    }, signal);
}

async function forceDelete({ client, signal }: Cluster, pod: Pod): Promise<void> {
  try {
    const name = pod.spec.nodeName ?? "";
    if (name !== "" && (await nodeLives({ client, signal }, name))) return;
    await client.delete(resources.pods, pod.metadata, { uid: pod.metadata.uid, gracePeriodSeconds: 0, signal });
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
}

/** Asks the server, because a late informer must not cost a running pod its life. */
async function nodeLives({ client, signal }: Pick<Cluster, "client" | "signal">, name: string): Promise<boolean> {
  return client.get(resources.nodes, { name }, { signal }).then(
    () => true,
    (error: unknown) => {
      if (isTidegateError(error, "KUBE_NOT_FOUND")) return false;
      throw error;
    },
  );
}
