import type { Deployment, ReplicaSet } from "../workloadTypes.ts";
import type { Fleet } from "./fleet.ts";
import { activeMembers, mapFleet, resize, resizeAndMark } from "./fleet.ts";
import { countAnnotation, desiredAnnotation, maxAnnotation } from "./revisions.ts";
import {
  byAge,
  compare,
  desiredReplicas,
  isActive,
  isRollingUpdate,
  maxSurge,
  specReplicas,
  sumSpecReplicas,
} from "./rolloutNumbers.ts";

/** Whether the Deployment was scaled since its active ReplicaSets were last sized. */
export function wasScaled(deployment: Deployment, fleet: Fleet): boolean {
  return activeMembers(fleet).some((replicaSet) => {
    const desired = countAnnotation(replicaSet, desiredAnnotation);
    return desired !== undefined && desired !== desiredReplicas(deployment);
  });
}

/**
 * Sizes without a roll-out, as for a paused or freshly scaled Deployment: the only active ReplicaSet takes the size of
 * the Deployment; beside a complete newest one the others end; several share the size in proportion.
 */
export function scaleFleet(deployment: Deployment, fleet: Fleet): Fleet {
  const only = activeOrLatest(fleet);
  if (only !== undefined) return replace(fleet, only, resize(deployment, only, desiredReplicas(deployment)));
  if (isSaturated(deployment, fleet.newest)) {
    return { newest: fleet.newest, old: fleet.old.map((replicaSet) => resize(deployment, replicaSet, 0)) };
  }
  return isRollingUpdate(deployment) ? scaleInProportion(deployment, fleet) : fleet;
}

function activeOrLatest(fleet: Fleet): ReplicaSet | undefined {
  const active = activeMembers(fleet);
  if (active.length > 1) return undefined;
  return active[0] ?? fleet.newest ?? fleet.old.toSorted(byAge).at(-1);
}

/** Whether the newest ReplicaSet alone is what the Deployment asks for, available in full. */
function isSaturated(deployment: Deployment, newest: ReplicaSet | undefined): boolean {
  if (newest === undefined) return false;
  const desired = desiredReplicas(deployment);
  const marked = countAnnotation(newest, desiredAnnotation) === desired;
  return marked && specReplicas(newest) === desired && (newest.status?.availableReplicas ?? 0) === desired;
}

/** The largest gets what rounding leaves; of equals the newer one when growing, the older one when shrinking. */
function scaleInProportion(deployment: Deployment, fleet: Fleet): Fleet {
  const desired = desiredReplicas(deployment);
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0;
  const toAdd = allowed - sumSpecReplicas(activeMembers(fleet));
  const ageSign = toAdd > 0 ? -1 : 1;
  const inOrder = activeMembers(fleet).toSorted(
    (a, b) => compare(specReplicas(b), specReplicas(a)) || ageSign * byAge(a, b),
  );
  const sizes = new Map<ReplicaSet, number>();
  let added = 0;
  for (const replicaSet of inOrder) {
    const share = toAdd === 0 ? 0 : shareOf(deployment, replicaSet, toAdd, added);
    added += share;
    sizes.set(replicaSet, specReplicas(replicaSet) + share);
  }
  const [first] = inOrder;
  if (first !== undefined && toAdd !== 0) sizes.set(first, Math.max(0, (sizes.get(first) ?? 0) + toAdd - added));
  return mapFleet(fleet, (replicaSet) => {
    const size = sizes.get(replicaSet);
    return size === undefined ? replicaSet : resizeAndMark(deployment, replicaSet, size);
  });
}

function shareOf(deployment: Deployment, replicaSet: ReplicaSet, toAdd: number, added: number): number {
  if (!isActive(replicaSet) || toAdd === added) return 0;
  const share = fractionOf(deployment, replicaSet);
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}

function fractionOf(deployment: Deployment, replicaSet: ReplicaSet): number {
  const size = specReplicas(replicaSet);
  const desired = desiredReplicas(deployment);
  if (desired === 0) return -size;
  const before = countAnnotation(replicaSet, maxAnnotation) ?? deployment.status?.replicas ?? 0;
  const max = before === 0 ? (deployment.status?.replicas ?? 0) : before;
  if (max === 0) return 0;
  return Math.round((size * (desired + maxSurge(deployment))) / max) - size;
}

function replace(fleet: Fleet, from: ReplicaSet, to: ReplicaSet): Fleet {
  return mapFleet(fleet, (replicaSet) => (replicaSet === from ? to : replicaSet));
}
