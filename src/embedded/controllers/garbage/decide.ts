import type { OwnerReference } from "../../../api/object.ts";
import type { GraphNode } from "./graph.ts";

export const orphanFinalizer = "orphan";
export const foregroundFinalizer = "foregroundDeletion";

/**
 * `present`: lives. `waiting`: is being deleted and waits for its dependents. `absent`: does not exist. `unknown`: of a
 * kind that is not served, so that nobody can tell.
 */
export type OwnerState = "present" | "waiting" | "absent" | "unknown";

export type Collection =
  | { readonly kind: "keep" }
  /** References to owners that are gone, or going, while another owner lives. */
  | { readonly kind: "dropOwners"; readonly uids: readonly string[] }
  | { readonly kind: "delete"; readonly policy: "Orphan" | "Background" | "Foreground" };

/** What becomes of an object, from the states of its owners. One that is being deleted is never touched again. */
export function decideCollection(
  node: GraphNode,
  stateOf: (owner: OwnerReference) => OwnerState,
  dependents: readonly GraphNode[],
): Collection {
  if (node.deleting || node.owners.length === 0) return { kind: "keep" };
  const states = node.owners.map((owner) => ({ uid: owner.uid, state: stateOf(owner) }));
  const lost = states.filter(({ state }) => state === "absent" || state === "waiting").map(({ uid }) => uid);
  if (lost.length === 0) return { kind: "keep" };
  if (states.some(({ state }) => state === "present")) return { kind: "dropOwners", uids: lost };
  if (states.some(({ state }) => state === "unknown")) return { kind: "keep" };
  const waits = states.some(({ state }) => state === "waiting");
  if (waits && dependents.length > 0) return { kind: "delete", policy: "Foreground" };
  return { kind: "delete", policy: policyOf(node) };
}

/** What somebody already asked for by a finalizer is kept to. */
function policyOf({ finalizers }: GraphNode): "Orphan" | "Background" | "Foreground" {
  if (finalizers.includes(orphanFinalizer)) return "Orphan";
  return finalizers.includes(foregroundFinalizer) ? "Foreground" : "Background";
}

export function isWaiting(node: GraphNode): boolean {
  return node.deleting && node.finalizers.includes(foregroundFinalizer);
}

export function isOrphaning(node: GraphNode): boolean {
  return node.deleting && node.finalizers.includes(orphanFinalizer);
}

/** Dependents that must go before an owner that is deleted in the foreground. */
export function blockingDependents(owner: GraphNode, dependents: readonly GraphNode[]): readonly GraphNode[] {
  return dependents.filter(({ owners }) =>
    owners.some(({ uid, blockOwnerDeletion }) => uid === owner.uid && blockOwnerDeletion === true),
  );
}
