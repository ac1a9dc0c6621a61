import type { Deployment, DeploymentStatus, WorkloadCondition } from "../workloadTypes.ts";
import { findCondition, newCondition, reasons, withCondition, withoutCondition } from "./conditions.ts";
import type { Fleet } from "./fleet.ts";
import { members } from "./fleet.ts";
import { desiredReplicas, hasProgressDeadline, maxUnavailable, sumSpecReplicas, sumStatus } from "./rolloutNumbers.ts";

type Conditions = readonly WorkloadCondition[];

export type StatusInput = {
  readonly deployment: Deployment;
  readonly fleet: Fleet;
  /** Those of the status, with what this pass already added. */
  readonly conditions: Conditions;
  readonly nowMs: number;
};

export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** What was counted, and whether the minimum is available; zeros are left out, as on the wire. */
export function countedStatus({ deployment, fleet, conditions, nowMs }: StatusInput): DeploymentStatus {
  const all = members(fleet);
  const available = sumStatus(all, "availableReplicas");
  const enough = available >= desiredReplicas(deployment) - maxUnavailable(deployment);
  const minimum = newCondition(
    {
      type: "Available",
      status: enough ? "True" : "False",
      reason: enough ? reasons.minimumAvailable : reasons.minimumUnavailable,
      message: enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
    },
    rfc3339(nowMs),
  );
  const counts = {
    replicas: sumStatus(all, "replicas"),
    updatedReplicas: fleet.newest?.status?.replicas ?? 0,
    readyReplicas: sumStatus(all, "readyReplicas"),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumSpecReplicas(all) - available),
  };
  const collisionCount = deployment.status?.collisionCount;
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    terminatingReplicas: sumStatus(all, "terminatingReplicas"),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: [...withCondition(conditions, minimum)],
  };
}

/** As `countedStatus`, with how the roll-out gets on. */
export function rolloutStatus(input: StatusInput): DeploymentStatus {
  const { deployment, fleet } = input;
  const status = countedStatus(input);
  const progressed = withProgress(input, status);
  const failures = replicaFailures(fleet);
  const conditions =
    failures === undefined ? withoutCondition(progressed, "ReplicaFailure") : withCondition(progressed, failures);
  return {
    ...status,
    conditions: hasProgressDeadline(deployment) ? [...conditions] : [...withoutCondition(conditions, "Progressing")],
  };
}

function withProgress({ deployment, fleet, conditions, nowMs }: StatusInput, status: DeploymentStatus): Conditions {
  const own = status.conditions ?? [];
  const current = conditions.find(({ type }) => type === "Progressing");
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === reasons.newReplicaSetAvailable;
  if (!hasProgressDeadline(deployment) || settled) return own;
  const subject =
    fleet.newest === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${fleet.newest.metadata.name}"`;
  const progressing = (truth: "True" | "False", reason: string, end: string): WorkloadCondition =>
    newCondition({ type: "Progressing", status: truth, reason, message: `${subject} ${end}` }, rfc3339(nowMs));
  if (isComplete(deployment, status)) {
    return withCondition(own, progressing("True", reasons.newReplicaSetAvailable, "has successfully progressed."));
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const next = progressing("True", reasons.replicaSetUpdated, "is progressing.");
    const since = current?.status === "True" ? current.lastTransitionTime : undefined;
    return [
      ...withoutCondition(own, "Progressing"),
      since === undefined ? next : { ...next, lastTransitionTime: since },
    ];
  }
  if (hasTimedOut(deployment, own, nowMs)) {
    return withCondition(own, progressing("False", reasons.progressDeadlineExceeded, "has timed out progressing."));
  }
  return own;
}

/** Whether only the newest ReplicaSet is left, in full and available. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredReplicas(deployment);
  const counts = [status.updatedReplicas ?? 0, status.replicas ?? 0, status.availableReplicas ?? 0];
  return (
    counts.every((count) => count === desired) &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldReplicas(after) < oldReplicas(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function oldReplicas({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus): number {
  return replicas - updatedReplicas;
}

function hasTimedOut(deployment: Deployment, conditions: Conditions, nowMs: number): boolean {
  const current = conditions.find(({ type }) => type === "Progressing");
  if (current === undefined || current.reason === reasons.newReplicaSetAvailable) return false;
  return current.reason === reasons.progressDeadlineExceeded || deadlineOf(deployment, current) < nowMs;
}

function deadlineOf(deployment: Deployment, condition: WorkloadCondition): number {
  return Date.parse(condition.lastUpdateTime ?? "") + (deployment.spec.progressDeadlineSeconds ?? 0) * 1_000;
}

/** How long until a roll-out that stands still has to be called timed out; undefined when nothing waits for that. */
export function untilTimeoutMs(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const current = findCondition(status, "Progressing");
  if (!hasProgressDeadline(deployment) || deployment.spec.paused === true || current === undefined) return undefined;
  if (isComplete(deployment, status) || current.reason === reasons.progressDeadlineExceeded) return undefined;
  return Math.max(0, deadlineOf(deployment, current) - nowMs) + 1_000;
}

/** Why pods cannot be made: the newest ReplicaSet's reason before those of old ones. */
function replicaFailures(fleet: Fleet): WorkloadCondition | undefined {
  const newestFirst = [...(fleet.newest === undefined ? [] : [fleet.newest]), ...fleet.old];
  return newestFirst.flatMap(({ status }) => status?.conditions ?? []).find(({ type }) => type === "ReplicaFailure");
}
