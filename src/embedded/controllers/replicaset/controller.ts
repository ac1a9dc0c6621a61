import { isTidegateError, messageOf } from "../../../api/error.ts";
import { controllerOf, keyOf } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import { createEventRecorder, type EventRecorder } from "../../../kube/events.ts";
import { createWorkQueue } from "../../../kube/workQueue.ts";
import { decideClaims, settleClaims } from "../claims.ts";
import type { Cluster } from "../cluster.ts";
import { byController, orphansOf, refOf } from "../cluster.ts";
import { matchesSelector } from "../../../api/labelSelector.ts";
import type { Pod, ReplicaSet } from "../workloadTypes.ts";
import { managePods } from "./managePods.ts";
import type { ReplicaSetInput } from "./plan.ts";
import { planReplicaSet, replicaSetStatus, untilNextAvailableMs } from "./plan.ts";
import { equalJson } from "../../../api/equalJson.ts";

/** Keeps as many pods as ReplicaSets ask for. Its handlers are registered at once; the loop ends with the signal. */
export function createReplicaSetController(cluster: Cluster): () => Promise<void> {
  const { clock, random, log, signal } = cluster;
  const queue = createWorkQueue({ clock, random, concurrency: 5, log });
  const events = createEventRecorder(cluster.client, { ...cluster, component: "replicaset-controller" });

  cluster.replicaSets.informer.onChange(({ object }) => queue.add(keyOf(object)));
  cluster.pods.informer.onChange((change) => {
    const seen = change.kind === "updated" ? [change.object, change.old] : [change.object];
    for (const pod of seen) for (const key of replicaSetsOf(cluster, pod)) queue.add(key);
  });

  return () =>
    queue.run(async (key) => {
      const againAfterMs = await syncReplicaSet(cluster, events, key);
      if (againAfterMs !== undefined) queue.addAfter(key, againAfterMs);
    }, signal);
}

/** The ReplicaSet that controls a pod, or those that might adopt it. */
function replicaSetsOf({ replicaSets }: Cluster, pod: Pod): readonly string[] {
  const controller = controllerOf(pod);
  const { namespace, labels } = pod.metadata;
  if (controller !== undefined) return controller.kind === "ReplicaSet" ? [`${namespace}/${controller.name}`] : [];
  return replicaSets.store
    .list(namespace)
    .filter(({ spec }) => matchesSelector(spec.selector, labels))
    .map(keyOf);
}

async function syncReplicaSet(cluster: Cluster, events: EventRecorder, key: string): Promise<number | undefined> {
  const replicaSet = cluster.replicaSets.store.get(refOf(key));
  if (replicaSet === undefined) return undefined;
  const pods = await ownedPods(cluster, replicaSet);
  const input = { replicaSet, pods, related: relatedPods(cluster, replicaSet), nowMs: cluster.clock.now() };
  const outcome = await managePods({ cluster, events, replicaSet }, planReplicaSet(input));
  await writeStatus(cluster, input, outcome.failure);
  if (outcome.error !== undefined) throw outcome.error;
  return untilNextAvailableMs(input);
}

function ownedPods(cluster: Cluster, replicaSet: ReplicaSet): Promise<readonly Pod[]> {
  const { store } = cluster.pods;
  const { uid = "", namespace = "" } = replicaSet.metadata;
  const orphans = store
    .byIndex(orphansOf, namespace)
    .filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
  return settleClaims(
    { ...cluster, owner: replicaSet, ownerResource: resources.replicaSets, resource: resources.pods, store },
    decideClaims(replicaSet, replicaSet.spec.selector, [...store.byIndex(byController, uid), ...orphans]),
  );
}

function relatedPods({ replicaSets, pods }: Cluster, replicaSet: ReplicaSet): readonly Pod[] {
  const owner = controllerOf(replicaSet)?.uid;
  const siblings = owner === undefined ? [replicaSet] : replicaSets.store.byIndex(byController, owner);
  return siblings.flatMap(({ metadata }) => [...pods.store.byIndex(byController, metadata.uid ?? "")]);
}

async function writeStatus(
  cluster: Cluster,
  input: ReplicaSetInput,
  failure: Parameters<typeof replicaSetStatus>[1],
): Promise<void> {
  const { client, clock, replicaSets, signal, log } = cluster;
  const { replicaSet } = input;
  const status = replicaSetStatus(input, failure, new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z"));
  if (equalJson(status, replicaSet.status)) return;
  try {
    replicaSets.store.written(
      await client.update<ReplicaSet>(
        resources.replicaSets,
        { ...replicaSet, status },
        { signal, subresource: "status" },
      ),
    );
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
    log("a ReplicaSet went before its status was written", { key: keyOf(replicaSet), error: messageOf(error) });
  }
}
