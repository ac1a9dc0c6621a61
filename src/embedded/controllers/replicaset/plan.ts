import type { Pod, ReplicaSet, ReplicaSetStatus, WorkloadCondition } from "../workloadTypes.ts";
import { controllerReference } from "../claims.ts";
import { isActivePod, isReadyPod, isTerminatingPod, untilAvailableMs } from "../pods/podState.ts";
import { podsToDelete } from "./rankPods.ts";

export type ReplicaSetInput = {
  readonly replicaSet: ReplicaSet;
  /** Pods that it controls. */
  readonly pods: readonly Pod[];
  /** Pods of every ReplicaSet with the same owner, its own included: they tell which node is doubled up. */
  readonly related: readonly Pod[];
  readonly nowMs: number;
};

export type ReplicaSetPlan = {
  /** How many pods to make. */
  readonly create: number;
  readonly remove: readonly Pod[];
};

/** Writes of one pass for one ReplicaSet; the rest waits for the next. */
const burst = 500;

/** How many pods are missing, or which are too many. A ReplicaSet that is being deleted does neither. */
export function planReplicaSet({ replicaSet, pods, related, nowMs }: ReplicaSetInput): ReplicaSetPlan {
  if (replicaSet.metadata.deletionTimestamp !== undefined) return { create: 0, remove: [] };
  const active = pods.filter(isActivePod);
  const missing = (replicaSet.spec.replicas ?? 1) - active.length;
  if (missing >= 0) return { create: Math.min(missing, burst), remove: [] };
  return { create: 0, remove: podsToDelete(active, related, Math.min(-missing, burst), nowMs) };
}

export type ManageFailure = { readonly reason: "FailedCreate" | "FailedDelete"; readonly message: string };

/** What the ReplicaSet has to say about its pods; zeros are left out, as on the wire, except `replicas`. */
export function replicaSetStatus(
  input: ReplicaSetInput,
  failure: ManageFailure | undefined,
  at: string,
): ReplicaSetStatus {
  const { replicaSet, pods, nowMs } = input;
  const active = pods.filter(isActivePod);
  const wanted = Object.entries(replicaSet.spec.template.metadata?.labels ?? {});
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0;
  const counts = {
    fullyLabeledReplicas: active.filter(({ metadata }) =>
      wanted.every(([key, value]) => metadata.labels?.[key] === value),
    ).length,
    readyReplicas: active.filter(isReadyPod).length,
    availableReplicas: active.filter((pod) => untilAvailableMs(pod, minReadySeconds, nowMs) === 0).length,
  };
  const conditions = withFailure(replicaSet.status?.conditions ?? [], failure, at);
  return {
    replicas: active.length,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    terminatingReplicas: pods.filter(isTerminatingPod).length,
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** The first failure stays told until a pass succeeds, so that its time is when the trouble began. */
function withFailure(
  conditions: WorkloadCondition[],
  failure: ManageFailure | undefined,
  at: string,
): WorkloadCondition[] {
  const known = conditions.find(({ type }) => type === "ReplicaFailure");
  if (failure === undefined) return conditions.filter((condition) => condition !== known);
  return known === undefined
    ? [...conditions, { type: "ReplicaFailure", status: "True", ...failure, lastTransitionTime: at }]
    : conditions;
}

/** How long until a pod that is ready becomes available; undefined when none waits for that. */
export function untilNextAvailableMs({ replicaSet, pods, nowMs }: ReplicaSetInput): number | undefined {
  const waits = pods
    .filter(isActivePod)
    .map((pod) => untilAvailableMs(pod, replicaSet.spec.minReadySeconds ?? 0, nowMs))
    .filter((wait) => wait !== undefined && wait > 0);
  return waits.length === 0 ? undefined : Math.min(...waits.map((wait) => wait ?? 0));
}

/** The pod that a ReplicaSet makes of its template. */
export function podOf(replicaSet: ReplicaSet): Pod {
  const { metadata = {}, spec = {} } = replicaSet.spec.template;
  const { namespace } = replicaSet.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      // The server makes the name.
      name: "",
      generateName: `${replicaSet.metadata.name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
      ...(metadata.finalizers === undefined ? {} : { finalizers: metadata.finalizers }),
      ownerReferences: [controllerReference(replicaSet)],
    },
    spec,
  };
}
