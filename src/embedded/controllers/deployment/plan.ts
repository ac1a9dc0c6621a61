import { equalJson } from "../../../api/equalJson.ts";
import type { Deployment, DeploymentStatus, Pod, ReplicaSet, WorkloadCondition } from "../workloadTypes.ts";
import { newCondition, reasons, withCondition } from "./conditions.ts";
import type { Fleet } from "./fleet.ts";
import { arrangeFleet, makeReplicaSet, members, resize } from "./fleet.ts";
import { expiredReplicaSets, revisionAnnotation } from "./revisions.ts";
import { desiredReplicas, hasProgressDeadline, isActive, isRollingUpdate, specReplicas } from "./rolloutNumbers.ts";
import { rollFleet } from "./rollFleet.ts";
import { countedStatus, isComplete, rfc3339, rolloutStatus, untilTimeoutMs } from "./rolloutStatus.ts";
import { scaleFleet, wasScaled } from "./scaleFleet.ts";

export type DeploymentInput = {
  readonly deployment: Deployment;
  /** Those that the Deployment controls, adopted ones included. */
  readonly replicaSets: readonly ReplicaSet[];
  /** Pods of a ReplicaSet, by its uid. Asked only by the strategy Recreate. */
  readonly podsOf: (replicaSetUid: string) => readonly Pod[];
  readonly nowMs: number;
};

export type DeploymentWrite =
  | { readonly kind: "createReplicaSet"; readonly replicaSet: ReplicaSet }
  | { readonly kind: "updateReplicaSet"; readonly replicaSet: ReplicaSet; readonly was: ReplicaSet }
  | { readonly kind: "deleteReplicaSet"; readonly replicaSet: ReplicaSet }
  | { readonly kind: "setRevision"; readonly revision: string }
  | { readonly kind: "updateStatus"; readonly status: DeploymentStatus };

export type DeploymentPlan = {
  readonly writes: readonly DeploymentWrite[];
  /** When to look again although nothing changed. */
  readonly againAfterMs?: number;
};

/** Where one pass leads: ReplicaSets as they should be, which go, and the conditions that it adds. */
type Move = {
  readonly fleet: Fleet;
  readonly conditions: readonly WorkloadCondition[];
  readonly cleanUp: "always" | "whenComplete" | "never";
};

/** Everything to write for a Deployment now. The order of the writes matters; the status comes last. */
export function planDeployment(input: DeploymentInput): DeploymentPlan {
  const { deployment, nowMs } = input;
  const seen = arrangeFleet(deployment, input.replicaSets);
  const conditions = withFound(input, seen, withPause(input));
  const rollsOut =
    deployment.metadata.deletionTimestamp === undefined &&
    deployment.spec.paused !== true &&
    !wasScaled(deployment, seen);
  const move = rollsOut ? roll(input, seen, conditions) : hold(deployment, seen, conditions);
  const statusInput = { deployment, nowMs, ...move };
  const status = rollsOut ? rolloutStatus(statusInput) : countedStatus(statusInput);
  const cleanUp =
    move.cleanUp === "always" || (move.cleanUp === "whenComplete" && isComplete(deployment, deployment.status ?? {}));
  const againAfterMs = untilTimeoutMs(deployment, status, nowMs);
  return {
    writes: [
      ...fleetWrites(input.replicaSets, move.fleet),
      ...(cleanUp ? expiredReplicaSets(deployment, move.fleet.old) : []).map((replicaSet): DeploymentWrite => ({
        kind: "deleteReplicaSet",
        replicaSet,
      })),
      ...revisionWrites(deployment, move.fleet),
      ...(equalJson(status, deployment.status) ? [] : [{ kind: "updateStatus", status } satisfies DeploymentWrite]),
    ],
    ...(againAfterMs === undefined ? {} : { againAfterMs }),
  };
}

/** A deadline that has passed stays told on a paused Deployment: pipelines wait for that answer. */
function withPause({ deployment, nowMs }: DeploymentInput): readonly WorkloadCondition[] {
  const conditions = deployment.status?.conditions ?? [];
  if (!hasProgressDeadline(deployment) || deployment.metadata.deletionTimestamp !== undefined) return conditions;
  const current = conditions.find(({ type }) => type === "Progressing");
  if (current?.reason === reasons.progressDeadlineExceeded) return conditions;
  const wasPaused = current?.reason === reasons.paused;
  const paused = deployment.spec.paused === true;
  if (paused === wasPaused) return conditions;
  const facts = paused
    ? { reason: reasons.paused, message: "Deployment is paused" }
    : { reason: reasons.resumed, message: "Deployment is resumed" };
  return withCondition(conditions, newCondition({ type: "Progressing", status: "Unknown", ...facts }, rfc3339(nowMs)));
}

function withFound(
  input: DeploymentInput,
  { newest }: Fleet,
  conditions: readonly WorkloadCondition[],
): readonly WorkloadCondition[] {
  const known = conditions.some(({ type }) => type === "Progressing");
  if (newest === undefined || known || !hasProgressDeadline(input.deployment)) return conditions;
  return withCondition(
    conditions,
    progressing(input, reasons.foundNewReplicaSet, `Found new replica set "${newest.metadata.name}"`),
  );
}

function progressing({ nowMs }: DeploymentInput, reason: string, message: string): WorkloadCondition {
  return newCondition({ type: "Progressing", status: "True", reason, message }, rfc3339(nowMs));
}

/** Sizes only. A Deployment that is being deleted is not even sized. */
function hold(deployment: Deployment, fleet: Fleet, conditions: readonly WorkloadCondition[]): Move {
  if (deployment.metadata.deletionTimestamp !== undefined) return { fleet, conditions, cleanUp: "never" };
  return {
    fleet: scaleFleet(deployment, fleet),
    conditions,
    cleanUp: deployment.spec.paused === true ? "always" : "never",
  };
}

function roll(input: DeploymentInput, fleet: Fleet, conditions: readonly WorkloadCondition[]): Move {
  return isRollingUpdate(input.deployment) ? rollOn(input, fleet, conditions) : recreate(input, fleet, conditions);
}

function rollOn(input: DeploymentInput, fleet: Fleet, conditions: readonly WorkloadCondition[]): Move {
  const started = withNewest(input, fleet, conditions);
  const next = rollFleet(input.deployment, started.fleet);
  const same = members(next).every((replicaSet, index) => replicaSet === members(started.fleet)[index]);
  return { fleet: next, conditions: started.conditions, cleanUp: same ? "whenComplete" : "never" };
}

/** All old pods end before the first new one starts. */
function recreate(input: DeploymentInput, fleet: Fleet, conditions: readonly WorkloadCondition[]): Move {
  const { deployment } = input;
  if (fleet.old.some(isActive)) {
    const old = fleet.old.map((replicaSet) => resize(deployment, replicaSet, 0));
    return { fleet: { ...fleet, old }, conditions, cleanUp: "never" };
  }
  if (oldPodsRun(input, fleet)) return { fleet, conditions, cleanUp: "never" };
  const started = withNewest(input, fleet, conditions);
  const { newest } = started.fleet;
  const full = newest && resize(deployment, newest, desiredReplicas(deployment));
  return { fleet: { ...started.fleet, newest: full }, conditions: started.conditions, cleanUp: "whenComplete" };
}

function oldPodsRun({ podsOf }: DeploymentInput, fleet: Fleet): boolean {
  const pods = fleet.old.flatMap((replicaSet) => [...podsOf(replicaSet.metadata.uid ?? "")]);
  return pods.some(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
}

function withNewest(
  input: DeploymentInput,
  fleet: Fleet,
  conditions: readonly WorkloadCondition[],
): Pick<Move, "fleet" | "conditions"> {
  if (fleet.newest !== undefined) return { fleet, conditions };
  const newest = makeReplicaSet(input.deployment, fleet.old);
  const created = progressing(input, reasons.newReplicaSetCreated, `Created new replica set "${newest.metadata.name}"`);
  return {
    fleet: { ...fleet, newest },
    conditions: hasProgressDeadline(input.deployment) ? withCondition(conditions, created) : conditions,
  };
}

/** Growing before shrinking: capacity is never given up before its replacement is asked for. */
function fleetWrites(before: readonly ReplicaSet[], fleet: Fleet): DeploymentWrite[] {
  const known = new Map(before.map((replicaSet) => [replicaSet.metadata.uid, replicaSet]));
  const writes = members(fleet).flatMap((replicaSet): DeploymentWrite[] => {
    const was = replicaSet.metadata.uid === undefined ? undefined : known.get(replicaSet.metadata.uid);
    if (was === undefined) return [{ kind: "createReplicaSet", replicaSet }];
    return was === replicaSet ? [] : [{ kind: "updateReplicaSet", replicaSet, was }];
  });
  const growth = (write: DeploymentWrite): number =>
    write.kind === "updateReplicaSet"
      ? specReplicas(write.replicaSet) - specReplicas(write.was)
      : Number.POSITIVE_INFINITY;
  return writes.toSorted((a, b) => Math.sign(growth(b) - growth(a)) || 0);
}

function revisionWrites(deployment: Deployment, { newest }: Fleet): DeploymentWrite[] {
  const revision = newest?.metadata.annotations?.[revisionAnnotation];
  if (revision === undefined || deployment.metadata.annotations?.[revisionAnnotation] === revision) return [];
  return [{ kind: "setRevision", revision }];
}
