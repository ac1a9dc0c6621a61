import type { Deployment, ReplicaSet } from "../workloadTypes.ts";
import { byAge, compare, desiredReplicas, hasRevisionLimit, maxSurge, specReplicas } from "./rolloutNumbers.ts";

export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxAnnotation = "deployment.kubernetes.io/max-replicas";

/** A history longer than this loses its oldest entries. */
const maxHistoryLength = 2_000;

/** Annotations of a Deployment that say something about the Deployment alone. */
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  "deprecated.deployment.rollback.to",
]);

type Annotations = Readonly<Record<string, string>>;

/** The revision that a ReplicaSet carries; 0 without one, undefined when it is not a number. */
function revisionOf(replicaSet: ReplicaSet): number | undefined {
  const text = replicaSet.metadata.annotations?.[revisionAnnotation];
  if (text === undefined || text === "") return 0;
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

export function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map((replicaSet) => revisionOf(replicaSet) ?? 0)) + 1;
}

/**
 * Annotations of the newest ReplicaSet: those of the Deployment, and its revision. A revision never falls; the one that
 * is left goes to the history, which is how an undo keeps its trace.
 */
export function annotationsOfNewest(deployment: Deployment, replicaSet: ReplicaSet, revision: number): Annotations {
  const own = replicaSet.metadata.annotations ?? {};
  const result: Record<string, string> = { ...own };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!notCopied.has(key)) result[key] = value;
  }
  const left = revisionOf(replicaSet);
  if (left === undefined || left >= revision) return result;
  result[revisionAnnotation] = String(revision);
  const leftText = own[revisionAnnotation];
  if (leftText !== undefined) result[historyAnnotation] = extendHistory(own[historyAnnotation] ?? "", leftText);
  return result;
}

function extendHistory(history: string, revision: string): string {
  const revisions = history === "" ? [] : history.split(",");
  revisions.push(revision);
  while (revisions.length > 1 && revisions.join(",").length > maxHistoryLength) revisions.shift();
  return revisions.join(",");
}

/** The two annotations by which a later pass tells that the Deployment was scaled, and from what. */
export function replicaAnnotations(deployment: Deployment): Annotations {
  const desired = desiredReplicas(deployment);
  return { [desiredAnnotation]: String(desired), [maxAnnotation]: String(desired + maxSurge(deployment)) };
}

/** A number that an annotation holds, if it holds one. */
export function countAnnotation(replicaSet: ReplicaSet, name: string): number | undefined {
  const text = replicaSet.metadata.annotations?.[name];
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

export function sameAnnotations(a: Annotations = {}, b: Annotations = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Old ReplicaSets beyond the history limit, oldest revision first. What still has pods, or may have, is never among them. */
export function expiredReplicaSets(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  if (!hasRevisionLimit(deployment)) return [];
  const alive = old.filter((replicaSet) => replicaSet.metadata.deletionTimestamp === undefined);
  const surplus = alive.length - (deployment.spec.revisionHistoryLimit ?? 0);
  if (surplus <= 0) return [];
  const byRevision = alive.toSorted((a, b) => compare(revisionOf(a) ?? 0, revisionOf(b) ?? 0) || byAge(a, b));
  return byRevision.slice(0, surplus).filter(isIdle);
}

function isIdle(replicaSet: ReplicaSet): boolean {
  const { status, metadata } = replicaSet;
  if (specReplicas(replicaSet) !== 0 || (status?.replicas ?? 0) !== 0) return false;
  return (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
}
