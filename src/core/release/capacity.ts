import { allBasisPoints } from "../../api/weight.ts";
import type { TrafficCapabilities } from "../traffic/goal.ts";
import type { ResolvedStep } from "./plan.ts";

/**
 * Pods that the contender needs in a step.
 *
 * With a router: the share of the replicas that the weight is of all traffic, at least one. Without: so many that
 * contender / (contender + replicas) is the weight, at most as many as there are replicas; stable is never shrunk.
 * A capacity written in the plan replaces that, but a track that gets requests has at least one pod.
 */
export function replicasNeeded(step: ResolvedStep, replicas: number, capabilities: TrafficCapabilities): number {
  if (replicas === 0) return 0;
  const written = writtenCapacity(step.capacity, replicas);
  const least = step.contenderBasisPoints > 0 || step.matches.length > 0 ? 1 : 0;
  if (written !== undefined) return Math.max(least, written);
  const share = step.contenderBasisPoints / allBasisPoints;
  if (capabilities.shares === "requests") return Math.max(1, Math.ceil(replicas * share - 1e-9));
  if (share >= 0.5) return replicas;
  return Math.min(replicas, Math.max(1, Math.ceil((share / (1 - share)) * replicas - 1e-9)));
}

function writtenCapacity(capacity: number | string | undefined, replicas: number): number | undefined {
  if (capacity === undefined) return undefined;
  if (typeof capacity === "number") return capacity;
  if (capacity.endsWith("%")) return Math.ceil((replicas * Number(capacity.slice(0, -1))) / 100);
  return Number(capacity);
}
