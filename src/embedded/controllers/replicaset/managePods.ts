import { isTidegateError, messageOf } from "../../../api/error.ts";
import { resources } from "../../../api/resources.ts";
import type { EventRecorder } from "../../../kube/events.ts";
import type { Cluster } from "../cluster.ts";
import type { Pod, ReplicaSet } from "../workloadTypes.ts";
import type { ManageFailure, ReplicaSetPlan } from "./plan.ts";
import { podOf } from "./plan.ts";

type Managing = { readonly cluster: Cluster; readonly events: EventRecorder; readonly replicaSet: ReplicaSet };

/** `failure` is for the status, `error` for the queue; neither when all went well. */
export type ManageOutcome = { readonly failure?: ManageFailure; readonly error?: unknown };

const removedAtOnce = 16;
const createdAtOnce = 64;

/** Makes the missing pods or deletes the surplus ones. A failure is told in the outcome, not thrown. */
export async function managePods(managing: Managing, plan: ReplicaSetPlan): Promise<ManageOutcome> {
  try {
    await createInBatches(managing, plan.create);
  } catch (error) {
    return isNamespaceEnding(error) ? {} : { failure: { reason: "FailedCreate", message: messageOf(error) }, error };
  }
  try {
    for (let done = 0; done < plan.remove.length; done += removedAtOnce) {
      await Promise.all(plan.remove.slice(done, done + removedAtOnce).map((pod) => removePod(managing, pod)));
    }
    return {};
  } catch (error) {
    return { failure: { reason: "FailedDelete", message: messageOf(error) }, error };
  }
}

/** One pod, then two, then four: when all would fail for the same reason, few requests find out. */
async function createInBatches(managing: Managing, count: number): Promise<void> {
  for (let done = 0, size = 1; done < count; done += size, size = Math.min(size * 2, createdAtOnce)) {
    const batch = Array.from({ length: Math.min(size, count - done) }, () => createPod(managing));
    const failed = (await Promise.allSettled(batch)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }
}

async function createPod({ cluster, events, replicaSet }: Managing): Promise<void> {
  const { client, pods, signal } = cluster;
  try {
    const pod = pods.store.written(await client.create(resources.pods, podOf(replicaSet), { signal }));
    events.emit(replicaSet, {
      type: "Normal",
      reason: "SuccessfulCreate",
      message: `Created pod: ${pod.metadata.name}`,
    });
  } catch (error) {
    if (!isNamespaceEnding(error)) {
      events.emit(replicaSet, {
        type: "Warning",
        reason: "FailedCreate",
        message: `Error creating: ${messageOf(error)}`,
      });
    }
    throw error;
  }
}

async function removePod({ cluster, events, replicaSet }: Managing, pod: Pod): Promise<void> {
  const { client, pods, signal } = cluster;
  try {
    await client.delete(resources.pods, pod.metadata, { uid: pod.metadata.uid, signal });
    pods.store.removed(pod.metadata);
    events.emit(replicaSet, {
      type: "Normal",
      reason: "SuccessfulDelete",
      message: `Deleted pod: ${pod.metadata.name}`,
    });
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return;
    events.emit(replicaSet, {
      type: "Warning",
      reason: "FailedDelete",
      message: `Error deleting: ${messageOf(error)}`,
    });
    throw error;
  }
}

function isNamespaceEnding(error: unknown): boolean {
  return isTidegateError(error, "KUBE_FORBIDDEN") && messageOf(error).includes("being terminated");
}
