import type { Deployment, ReplicaSet } from "../workloadTypes.ts";
import type { Fleet } from "./fleet.ts";
import { members, resize } from "./fleet.ts";
import {
  byAge,
  desiredReplicas,
  isActive,
  maxUnavailable,
  newReplicaSetSize,
  specReplicas,
  sumSpecReplicas,
  sumStatus,
} from "./rolloutNumbers.ts";

/**
 * The next move of a rolling update: first grow the newest ReplicaSet as far as the surge allows; when that changes
 * nothing, shrink the old ones as far as the minimum of available pods allows. One of both at a time.
 */
export function rollFleet(deployment: Deployment, fleet: Fleet): Fleet {
  const { newest } = fleet;
  if (newest === undefined) return fleet;
  const grown = resize(deployment, newest, sizeOfNewest(deployment, fleet, newest));
  if (grown !== newest) return { ...fleet, newest: grown };
  return { newest, old: shrinkOld(deployment, fleet, newest) };
}

function sizeOfNewest(deployment: Deployment, fleet: Fleet, newest: ReplicaSet): number {
  const desired = desiredReplicas(deployment);
  const current = specReplicas(newest);
  return current >= desired ? desired : newReplicaSetSize(deployment, members(fleet), current);
}

function shrinkOld(deployment: Deployment, fleet: Fleet, newest: ReplicaSet): readonly ReplicaSet[] {
  const minAvailable = desiredReplicas(deployment) - maxUnavailable(deployment);
  const newestMissing = specReplicas(newest) - (newest.status?.availableReplicas ?? 0);
  const spare = sumSpecReplicas(members(fleet)) - minAvailable - newestMissing;
  if (sumSpecReplicas(fleet.old) === 0 || spare <= 0) return fleet.old;
  const cleaned = takeFrom(
    deployment,
    fleet.old,
    spare,
    (old) => specReplicas(old) - (old.status?.availableReplicas ?? 0),
  );
  const active = [...cleaned.filter(isActive), newest];
  const available = sumStatus(active, "availableReplicas") - minAvailable;
  return takeFrom(deployment, cleaned, available, specReplicas);
}

/** Takes up to `budget` replicas away, oldest ReplicaSet first, from each at most what `removable` says. */
function takeFrom(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  budget: number,
  removable: (replicaSet: ReplicaSet) => number,
): readonly ReplicaSet[] {
  let left = budget;
  const resized = new Map<ReplicaSet, ReplicaSet>();
  for (const replicaSet of old.filter(isActive).toSorted(byAge)) {
    const taken = Math.max(0, Math.min(left, removable(replicaSet)));
    left -= taken;
    resized.set(replicaSet, resize(deployment, replicaSet, specReplicas(replicaSet) - taken));
  }
  return old.map((replicaSet) => resized.get(replicaSet) ?? replicaSet);
}
