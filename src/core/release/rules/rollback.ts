import { formatDuration, formatTime, parseDuration, parseTime } from "../../../api/duration.ts";
import type { DeliveryStatus } from "../../../api/delivery.ts";
import { percentOf } from "../../../api/weight.ts";
import { noTraffic, sameGoal } from "../../traffic/goal.ts";
import type { ReleaseInput } from "../input.ts";
import type { Command } from "../decision.ts";
import type { Observation, ReplicaSetView } from "../observation.ts";
import { sameSelector } from "../selector.ts";
import { soonMs, type ReleaseRule } from "./finding.ts";

/** Stable has nothing ready: sending it the traffic would turn a bad version into an outage. */
export const rollbackBlocked: ReleaseRule = (input) => {
  const { contender, stable, status, routed, obs } = input;
  if (!routed || status.ending?.reason === "WorkloadDeleted" || obs.workload?.replicas === 0) return undefined;
  if (contenderShare(input) === 0 || (stable?.ready ?? 0) > 0 || (contender?.ready ?? 0) === 0) return undefined;
  const message = "stable has no ready pod, so the traffic stays with the contender until one is ready";
  const told = status.message === message;
  return {
    reason: "RollbackBlocked",
    message,
    status: { ...status, message },
    commands: told ? [] : [{ kind: "emit", about: "release", type: "Warning", reason: "RollbackBlocked", message }],
    journal: true,
    lookAgainMs: soonMs,
  };
};

function contenderShare({ obs }: ReleaseInput): number {
  return obs.traffic.live?.contenderBasisPoints ?? 0;
}

export const trafficOnContender: ReleaseRule = (input) => {
  const { obs, status, routed } = input;
  if (!routed || obs.traffic.pristine || sameGoal(obs.traffic.live, noTraffic)) return undefined;
  return {
    reason: "WeightWritten",
    message: "all traffic returns to stable",
    status: {
      ...status,
      weight: {
        desired: 0,
        ...(status.weight?.observed === undefined ? {} : { observed: status.weight.observed }),
        accepted: status.weight?.accepted ?? 0,
      },
    },
    commands: [{ kind: "splitTraffic", goal: noTraffic, originals: status.originals?.routes ?? {} }],
    journal: true,
  };
};

/** With no route left there is nobody who could confirm anything. */
export function isRouteGone({ traffic }: Observation): boolean {
  return traffic.missing && traffic.pristine;
}

export const returnUnconfirmed: ReleaseRule = ({ obs, routed, status }) => {
  if (!routed || isRouteGone(obs) || obs.traffic.accepted) return undefined;
  return {
    reason: "WeightWritten",
    message: `stable's traffic is written but not confirmed: ${obs.traffic.pending ?? "the router has not answered"}`,
    status: { ...status, phase: "RollingBack" },
    lookAgainMs: soonMs,
  };
};

export const contenderDraining: ReleaseRule = (input) => {
  const { status, obs, contender, routed } = input;
  if (!routed || contender === undefined || contender.current === 0) return undefined;
  if (status.drainUntil === undefined) {
    const drainMs = parseDuration(input.release.spec.plan?.drain ?? "2s") ?? 2_000;
    const message = `stable has all traffic; the contender may end its requests for ${formatDuration(drainMs)}`;
    return {
      reason: "WeightConfirmed",
      message,
      status: {
        ...status,
        weight: { ...status.weight, desired: 0, written: 0, accepted: 0 },
        drainUntil: formatTime(obs.nowMs + drainMs),
      },
      lookAgainMs: drainMs,
      journal: true,
    };
  }
  const leftMs = parseTime(status.drainUntil) - obs.nowMs;
  if (leftMs <= 0) return undefined;
  return { reason: "WeightConfirmed", message: "the contender drains", lookAgainMs: leftMs };
};

export const contenderRunning: ReleaseRule = ({ contender, status }) => {
  if (contender === undefined || contender.owner !== "release") return undefined;
  if (contender.replicas > 0) {
    return {
      reason: "RolledBack",
      message: "the contender is scaled to 0",
      status,
      commands: [{ kind: "scaleReplicaSet", name: contender.name, uid: contender.uid, replicas: 0 }],
      lookAgainMs: soonMs,
    };
  }
  if (contender.current > 0)
    return { reason: "RolledBack", message: "the contender's pods are ending", lookAgainMs: soonMs };
  return undefined;
};

/** Routes and Service are put back exactly as they were, once no contender pod is left that they could reach. */
export const tracesLeft: ReleaseRule = (input) => {
  const { obs, status } = input;
  const commands: Command[] = [];
  if (input.routed && !obs.traffic.pristine)
    commands.push({ kind: "restoreTraffic", originals: status.originals?.routes ?? {} });
  const original = status.originals?.serviceSelector;
  if (original !== undefined && obs.service !== undefined && !sameSelector(obs.service.selector, original))
    commands.push({ kind: "selectPods", selector: original });
  if (commands.length === 0) return undefined;
  return { reason: "RolledBack", message: "routes and Service are put back as they were", status, commands };
};

/** A ReplicaSet that was let go for a hand-over is nobody's when the Deployment goes before it takes it. */
function isOurs(input: ReleaseInput, contender: ReplicaSetView): boolean {
  return contender.owner === "release" || (contender.owner === "nobody" && isWorkloadGone(input));
}

function isWorkloadGone({ obs, release }: ReleaseInput): boolean {
  return obs.workload === undefined || obs.workload.deleting || obs.workload.uid !== release.spec.workload.uid;
}

export const contenderLeft: ReleaseRule = (input) => {
  const { obs, contender, status } = input;
  const commands: Command[] = [];
  if (obs.contenderService !== undefined && !obs.contenderService.deleting)
    commands.push({ kind: "deleteContenderService" });
  if (contender !== undefined && isOurs(input, contender) && !contender.deleting) {
    const { name, uid } = contender;
    const owed = status.contender?.takenOver === true && !isWorkloadGone(input);
    commands.push(owed ? { kind: "giveBackReplicaSet", name, uid } : { kind: "deleteReplicaSet", name, uid });
  }
  if (commands.length === 0) return undefined;
  return {
    reason: "RolledBack",
    message: "the contender's Service and ReplicaSet are removed",
    status,
    commands,
    lookAgainMs: soonMs,
  };
};

/** Nothing of the contender is left. */
export const takenBack: ReleaseRule = (input) => {
  const { obs, release, status } = input;
  const phase = status.ending?.phase ?? "RolledBack";
  const { name } = release.metadata;
  const why = status.ending?.message ?? "the release was taken back";
  const message = phase === "RolledBack" ? `Tidegate took release ${name} back: ${why}` : why;
  const finished = {
    ...status,
    phase,
    finishedAt: formatTime(obs.nowMs),
    message,
    weight: { ...status.weight, desired: 0, written: 0, accepted: percentOf(0) },
  };
  const commands: Command[] = [{ kind: "sealRelease", name }];
  if (phase === "RolledBack") {
    commands.unshift({ kind: "reportToWorkload", message });
    commands.push({ kind: "emit", about: "delivery", type: "Warning", reason: "RolledBack", message });
  }
  return {
    reason: phase === "RolledBack" ? "RolledBack" : phase === "Superseded" ? "Superseded" : "ReturnedToStable",
    message,
    status: finished,
    deliveryStatus: withRejected(input, phase),
    commands,
    journal: true,
  };
};

function withRejected({ obs, release }: ReleaseInput, phase: string): DeliveryStatus {
  const status = obs.delivery.status ?? {};
  if (phase !== "RolledBack") return status;
  const { templateHash } = release.spec.revision;
  const others = (status.rejected ?? []).filter((entry) => entry.templateHash !== templateHash);
  return { ...status, rejected: [...others, { templateHash, release: release.metadata.name }].slice(-20) };
}
