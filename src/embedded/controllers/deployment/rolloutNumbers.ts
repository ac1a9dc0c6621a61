import type { Deployment, IntOrString, ReplicaSet } from "../workloadTypes.ts";

/** The largest int32 stands for "no limit" in fields that are defaulted. */
const noLimit = 2_147_483_647;

export function desiredReplicas(deployment: Deployment): number {
  return deployment.spec.replicas ?? 1;
}

export function specReplicas(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 1;
}

export function isRollingUpdate(deployment: Deployment): boolean {
  return (deployment.spec.strategy?.type ?? "RollingUpdate") === "RollingUpdate";
}

export function hasProgressDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== noLimit;
}

export function hasRevisionLimit(deployment: Deployment): boolean {
  const limit = deployment.spec.revisionHistoryLimit;
  return limit !== undefined && limit !== noLimit;
}

/** Pods that a rolling update may have beyond the desired number; 0 for other strategies. */
export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

/** Pods that may be missing during a rolling update; never more than desired, 0 for other strategies. */
export function maxUnavailable(deployment: Deployment): number {
  const desired = desiredReplicas(deployment);
  if (!isRollingUpdate(deployment) || desired === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, desired);
}

/** Surge rounds up, unavailability down; both at 0 would never move, so that one pod may be missing then. */
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const { maxSurge: surgeValue, maxUnavailable: unavailableValue } = deployment.spec.strategy?.rollingUpdate ?? {};
  const desired = desiredReplicas(deployment);
  const surge = scaledValue(surgeValue ?? "25%", desired, Math.ceil);
  const unavailable = scaledValue(unavailableValue ?? "25%", desired, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function scaledValue(value: IntOrString, total: number, round: (number: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? 0 : round((Number(percent) * total) / 100);
}

export function sumSpecReplicas(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + specReplicas(replicaSet), 0);
}

type Counter = "replicas" | "readyReplicas" | "availableReplicas" | "terminatingReplicas";

export function sumStatus(replicaSets: readonly ReplicaSet[], counter: Counter): number {
  return replicaSets.reduce((sum, replicaSet) => sum + (replicaSet.status?.[counter] ?? 0), 0);
}

export function isActive(replicaSet: ReplicaSet): boolean {
  return specReplicas(replicaSet) > 0;
}

/** The size that the strategy allows the new ReplicaSet now; `all` includes it. */
export function newReplicaSetSize(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const desired = desiredReplicas(deployment);
  if (!isRollingUpdate(deployment)) return desired;
  const room = desired + maxSurge(deployment) - sumSpecReplicas(all);
  if (room <= 0) return current;
  return current + Math.min(room, desired - current);
}

/** By age, then name: the order in which the controller prefers and shrinks ReplicaSets. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return compare(createdAt(a), createdAt(b)) || compare(a.metadata.name, b.metadata.name);
}

function createdAt(replicaSet: ReplicaSet): string {
  return replicaSet.metadata.creationTimestamp ?? "";
}

export function compare<V extends string | number>(a: V, b: V): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
