import { isTidegateError, messageOf } from "../../../api/error.ts";
import { controllerOf } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import type { EventRecorder } from "../../../kube/events.ts";
import type { Cluster } from "../cluster.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "../workloadTypes.ts";
import { newCondition, reasons, withCondition } from "./conditions.ts";
import type { DeploymentWrite } from "./plan.ts";
import { revisionAnnotation } from "./revisions.ts";
import { specReplicas } from "./rolloutNumbers.ts";
import { rfc3339 } from "./rolloutStatus.ts";
import { sameTemplate } from "./template.ts";

type Execution = { readonly cluster: Cluster; readonly events: EventRecorder; readonly deployment: Deployment };

/**
 * Writes what was planned, in order. The first write that fails ends it: KUBE_CONFLICT means that the plan was made of
 * something old, and the next pass plans anew.
 */
export async function executePlan(execution: Execution, writes: readonly DeploymentWrite[]): Promise<void> {
  let current = execution;
  for (const write of writes) current = { ...current, deployment: await executeWrite(current, write) };
}

/** Resolves with the Deployment as it is after the write. */
async function executeWrite(execution: Execution, write: DeploymentWrite): Promise<Deployment> {
  const { cluster, deployment } = execution;
  switch (write.kind) {
    case "createReplicaSet":
      await createReplicaSet(execution, write.replicaSet);
      return deployment;
    case "updateReplicaSet":
      await updateReplicaSet(execution, write.replicaSet, write.was);
      return deployment;
    case "deleteReplicaSet":
      await deleteReplicaSet(cluster, write.replicaSet);
      return deployment;
    case "setRevision":
      return setRevision(execution, write.revision);
    case "updateStatus":
      return updateStatus(execution, write.status);
    default:
      throw new Error(`unknown write ${String(write satisfies never)}`);
  }
}

async function createReplicaSet(execution: Execution, replicaSet: ReplicaSet): Promise<void> {
  const { client, signal, replicaSets } = execution.cluster;
  try {
    replicaSets.store.written(await client.create(resources.replicaSets, replicaSet, { signal }));
  } catch (error) {
    if (isTidegateError(error, "KUBE_ALREADY_EXISTS")) return resolveCollision(execution, replicaSet);
    if (!isTidegateError(error, "KUBE_FORBIDDEN")) await reportCreateError(execution, replicaSet, error);
    throw error;
  }
  if (specReplicas(replicaSet) > 0) recordScaling(execution, replicaSet, 0);
}

/** An own ReplicaSet of that template is the one we wanted; any other has our name, and the next hash differs. */
async function resolveCollision(execution: Execution, wanted: ReplicaSet): Promise<void> {
  const { cluster, deployment } = execution;
  const existing = await cluster.client.get<ReplicaSet>(resources.replicaSets, wanted.metadata, {
    signal: cluster.signal,
  });
  const ours = controllerOf(existing)?.uid === deployment.metadata.uid;
  if (ours && sameTemplate(existing.spec.template, deployment.spec.template)) return;
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  await updateStatus(execution, { ...deployment.status, collisionCount });
  throw new Error(`ReplicaSet ${wanted.metadata.name} belongs to somebody else; trying another hash`);
}

async function reportCreateError(execution: Execution, replicaSet: ReplicaSet, error: unknown): Promise<void> {
  const { cluster, events, deployment } = execution;
  const message = `Failed to create new replica set "${replicaSet.metadata.name}": ${messageOf(error)}`;
  const failed = newCondition(
    { type: "Progressing", status: "False", reason: reasons.replicaSetCreateError, message },
    rfc3339(cluster.clock.now()),
  );
  const before = deployment.status?.conditions ?? [];
  const conditions = withCondition(before, failed);
  if (conditions === before) return;
  events.emit(deployment, { type: "Warning", reason: reasons.replicaSetCreateError, message });
  await updateStatus(execution, { ...deployment.status, conditions: [...conditions] });
}

async function updateReplicaSet(execution: Execution, replicaSet: ReplicaSet, was: ReplicaSet): Promise<void> {
  const { client, signal, replicaSets } = execution.cluster;
  replicaSets.store.written(await client.update(resources.replicaSets, replicaSet, { signal }));
  if (specReplicas(replicaSet) !== specReplicas(was)) recordScaling(execution, replicaSet, specReplicas(was));
}

function recordScaling({ events, deployment }: Execution, replicaSet: ReplicaSet, from: number): void {
  const to = specReplicas(replicaSet);
  const message = `Scaled ${to > from ? "up" : "down"} replica set ${replicaSet.metadata.name} from ${from} to ${to}`;
  events.emit(deployment, { type: "Normal", reason: "ScalingReplicaSet", message });
}

async function deleteReplicaSet({ client, signal, replicaSets }: Cluster, replicaSet: ReplicaSet): Promise<void> {
  try {
    await client.delete(resources.replicaSets, replicaSet.metadata, { uid: replicaSet.metadata.uid, signal });
    replicaSets.store.removed(replicaSet.metadata);
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
}

/** Not through the status, so that it does not depend on what a status write may touch beside the status. */
async function setRevision({ cluster, deployment }: Execution, revision: string): Promise<Deployment> {
  const { client, signal, deployments } = cluster;
  const { resourceVersion, uid } = deployment.metadata;
  const body = { metadata: { uid, resourceVersion, annotations: { [revisionAnnotation]: revision } } };
  const patch = { kind: "merge", body } as const;
  return deployments.store.written(
    await client.patch<Deployment>(resources.deployments, deployment.metadata, patch, { signal }),
  );
}

async function updateStatus({ cluster, deployment }: Execution, status: DeploymentStatus): Promise<Deployment> {
  const { client, signal, deployments } = cluster;
  return deployments.store.written(
    await client.update<Deployment>(
      resources.deployments,
      { ...deployment, status },
      { signal, subresource: "status" },
    ),
  );
}
