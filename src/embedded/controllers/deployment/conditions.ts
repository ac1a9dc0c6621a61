import type { DeploymentStatus, WorkloadCondition } from "../workloadTypes.ts";

export const reasons = {
  newReplicaSetCreated: "NewReplicaSetCreated",
  foundNewReplicaSet: "FoundNewReplicaSet",
  replicaSetUpdated: "ReplicaSetUpdated",
  replicaSetCreateError: "ReplicaSetCreateError",
  newReplicaSetAvailable: "NewReplicaSetAvailable",
  progressDeadlineExceeded: "ProgressDeadlineExceeded",
  paused: "DeploymentPaused",
  resumed: "DeploymentResumed",
  minimumAvailable: "MinimumReplicasAvailable",
  minimumUnavailable: "MinimumReplicasUnavailable",
} as const;

type Conditions = readonly WorkloadCondition[];

export function findCondition(status: DeploymentStatus | undefined, type: string): WorkloadCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export type ConditionFacts = {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
};

/** A condition as of now; `at` is RFC 3339. */
export function newCondition(facts: ConditionFacts, at: string): WorkloadCondition {
  return { ...facts, lastUpdateTime: at, lastTransitionTime: at };
}

/**
 * The conditions with one of them set. Same status and reason: nothing changes, not even the message, so that a
 * condition does not flicker. Otherwise it moves to the end, and its transition time stays when the status does.
 */
export function withCondition(conditions: Conditions, condition: WorkloadCondition): Conditions {
  const current = conditions.find((other) => other.type === condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return conditions;
  const kept = current !== undefined && current.status === condition.status ? current.lastTransitionTime : undefined;
  return [
    ...withoutCondition(conditions, condition.type),
    kept === undefined ? condition : { ...condition, lastTransitionTime: kept },
  ];
}

export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type);
}
