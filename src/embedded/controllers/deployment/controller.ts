import { isTidegateError, messageOf } from "../../../api/error.ts";
import type { KubeObject } from "../../../api/object.ts";
import { controllerOf, keyOf } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import { createEventRecorder, type EventRecorder } from "../../../kube/events.ts";
import { createWorkQueue } from "../../../kube/workQueue.ts";
import { decideClaims, settleClaims } from "../claims.ts";
import type { Cluster } from "../cluster.ts";
import { byController, orphansOf, refOf } from "../cluster.ts";
import { matchesSelector, selectsEverything } from "../../../api/labelSelector.ts";
import type { Deployment, Pod, ReplicaSet } from "../workloadTypes.ts";
import { executePlan } from "./execute.ts";
import { planDeployment } from "./plan.ts";

/** Runs roll-outs. Its handlers are registered at once; the returned loop ends with the cluster's signal. */
export function createDeploymentController(cluster: Cluster): () => Promise<void> {
  const { clock, random, log, signal } = cluster;
  const queue = createWorkQueue({ clock, random, concurrency: 5, log });
  const events = createEventRecorder(cluster.client, { ...cluster, component: "deployment-controller" });

  cluster.deployments.informer.onChange(({ object }) => queue.add(keyOf(object)));
  cluster.replicaSets.informer.onChange((change) => {
    const seen = change.kind === "updated" ? [change.object, change.old] : [change.object];
    for (const object of seen) for (const key of deploymentsOf(cluster, object)) queue.add(key);
  });
  cluster.pods.informer.onChange((change) => {
    if (change.kind === "deleted") for (const key of recreatedBy(cluster, change.object)) queue.add(key);
  });

  return () =>
    queue.run(async (key) => {
      const againAfterMs = await syncDeployment(cluster, events, key);
      if (againAfterMs !== undefined) queue.addAfter(key, againAfterMs);
    }, signal);
}

/** The Deployment that controls a ReplicaSet, or those that might adopt it. */
function deploymentsOf({ deployments }: Cluster, replicaSet: ReplicaSet): readonly string[] {
  const controller = controllerOf(replicaSet);
  const { namespace, labels } = replicaSet.metadata;
  if (controller !== undefined) return controller.kind === "Deployment" ? [`${namespace}/${controller.name}`] : [];
  return deployments.store
    .list(namespace)
    .filter(({ spec }) => matchesSelector(spec.selector, labels))
    .map(keyOf);
}

/** A Deployment with the strategy Recreate waits for its last old pod. */
function recreatedBy({ replicaSets, deployments }: Cluster, pod: Pod): readonly string[] {
  const { namespace } = pod.metadata;
  const owner = namedController(pod, "ReplicaSet");
  const replicaSet = owner === undefined ? undefined : replicaSets.store.get({ namespace, name: owner });
  const name = replicaSet && namedController(replicaSet, "Deployment");
  const deployment = name === undefined ? undefined : deployments.store.get({ namespace, name });
  return deployment?.spec.strategy?.type === "Recreate" ? [keyOf(deployment)] : [];
}

function namedController(object: KubeObject, kind: string): string | undefined {
  const controller = controllerOf(object);
  return controller?.kind === kind ? controller.name : undefined;
}

async function syncDeployment(cluster: Cluster, events: EventRecorder, key: string): Promise<number | undefined> {
  const deployment = cluster.deployments.store.get(refOf(key));
  if (deployment === undefined || selectsEverything(deployment.spec.selector)) return undefined;
  const plan = planDeployment({
    deployment,
    replicaSets: await ownedReplicaSets(cluster, deployment),
    podsOf: (uid) => cluster.pods.store.byIndex(byController, uid),
    nowMs: cluster.clock.now(),
  });
  try {
    await executePlan({ cluster, events, deployment }, plan.writes);
  } catch (error) {
    // The namespace is going, and the Deployment with it: trying again would only fill the log.
    if (!isTidegateError(error, "KUBE_FORBIDDEN") || !messageOf(error).includes("being terminated")) throw error;
  }
  return plan.againAfterMs;
}

function ownedReplicaSets(cluster: Cluster, deployment: Deployment): Promise<readonly ReplicaSet[]> {
  const { store } = cluster.replicaSets;
  const { uid = "", namespace = "" } = deployment.metadata;
  const candidates = [...store.byIndex(byController, uid), ...store.byIndex(orphansOf, namespace)];
  return settleClaims(
    { ...cluster, owner: deployment, ownerResource: resources.deployments, resource: resources.replicaSets, store },
    decideClaims(deployment, deployment.spec.selector, candidates),
  );
}
