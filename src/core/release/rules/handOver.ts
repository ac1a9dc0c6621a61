import { formatDuration, formatTime, parseDuration, parseTime } from "../../../api/duration.ts";
import { allBasisPoints } from "../../../api/weight.ts";
import type { ReleaseStatus } from "../../../api/release.ts";
import type { Command } from "../decision.ts";
import type { ReleaseInput } from "../input.ts";
import { sameSelector } from "../selector.ts";
import { isRouteGone } from "./rollback.ts";
import { soonMs, type Finding, type ReleaseRule } from "./finding.ts";
import { turnBack } from "./interruptions.ts";

function moved(
  input: ReleaseInput,
  handOver: NonNullable<ReleaseStatus["handOver"]>,
  finding: Omit<Finding, "status" | "reason">,
): Finding {
  return {
    reason: "HandingOver",
    status: { ...input.status, phase: "Promoting", handOver, message: finding.message },
    ...finding,
  };
}

/**
 * Nobody answers for the contender. Before the hand-over there is a way back; after it the Deployment, whose spec
 * holds the template that passed, rolls it out as it always did.
 */
export const contenderLost: ReleaseRule = (input) => {
  const { contender, stable, status, obs } = input;
  if (obs.workload?.replicas === 0) return undefined;
  if (status.handOver === undefined) {
    if (contender !== undefined && (contender.ready > 0 || (stable?.ready ?? 0) === 0)) return undefined;
    const message =
      contender === undefined ? "the contender's ReplicaSet is gone" : "no pod of the contender is ready any more";
    return turnBack(input, { phase: "RolledBack", reason: "ContenderUnavailable", message });
  }
  if (contender !== undefined) return undefined;
  const commands: Command[] = obs.workload?.paused === true ? [{ kind: "unpauseWorkload" }] : [];
  return {
    reason: "HandingOver",
    message: "the contender's ReplicaSet is gone; the Deployment rolls its template out by itself",
    commands,
    lookAgainMs: soonMs,
  };
};

/** The Deployment may have been scaled since; the contender must be able to carry all of it. */
export const contenderTooSmall: ReleaseRule = ({ obs, contender, status }) => {
  if (status.handOver !== undefined || contender === undefined || contender.owner !== "release") return undefined;
  const wanted = obs.workload?.replicas ?? 0;
  if (contender.replicas !== wanted) {
    return {
      reason: "HandingOver",
      message: `the contender is scaled to ${wanted} pods`,
      status,
      commands: [{ kind: "scaleReplicaSet", name: contender.name, uid: contender.uid, replicas: wanted }],
      lookAgainMs: soonMs,
    };
  }
  if (contender.ready < wanted)
    return {
      reason: "HandingOver",
      message: `${contender.ready} of ${wanted} pods of the contender are ready`,
      lookAgainMs: soonMs,
    };
  return undefined;
};

/** Callers of the Service reach the contender too before stable ends, so that there is always somebody to answer. */
export const serviceStillPinned: ReleaseRule = ({ obs, status, contender, routed }) => {
  if (!routed || status.handOver !== undefined) return undefined;
  const original = status.originals?.serviceSelector;
  if (original === undefined || obs.service === undefined || contender === undefined) return undefined;
  if (!sameSelector(obs.service.selector, original))
    return {
      reason: "HandingOver",
      message: "the Service selects both tracks again",
      status,
      commands: [{ kind: "selectPods", selector: original }],
      lookAgainMs: soonMs,
    };
  const reachable = obs.service.endpoints[contender.podTemplateHash] ?? 0;
  if (reachable < contender.replicas)
    return {
      reason: "HandingOver",
      message: `the Service reaches ${reachable} of ${contender.replicas} pods of the contender`,
      lookAgainMs: soonMs,
    };
  return undefined;
};

export const notHandedOver: ReleaseRule = (input) => {
  const { status, contender, obs } = input;
  if (contender === undefined || contender.owner === "workload") return undefined;
  const { name, uid } = contender;
  const commands: Command[] = [{ kind: "handOver", name, uid, replicas: obs.workload?.replicas ?? 0 }];
  if (status.handOver !== undefined && contender.owner === "nobody")
    return { reason: "HandingOver", message: "the Deployment has not adopted the ReplicaSet yet", lookAgainMs: soonMs };
  return moved(input, "Started", {
    message: `ReplicaSet ${name} becomes the Deployment's own; its pods stay as they are`,
    commands,
    journal: status.handOver === undefined,
    lookAgainMs: soonMs,
  });
};

/** With a template in the spec that is newer still, the Deployment scales no old ReplicaSet down while it is paused. */
export const stableStillRunning: ReleaseRule = ({ stable, obs, contender }) => {
  if (stable === undefined || stable.replicas === 0) return undefined;
  const queued = obs.workload !== undefined && obs.workload.templateHash !== contender?.templateHash;
  const { name, uid } = stable;
  const commands: Command[] = queued ? [{ kind: "scaleReplicaSet", name, uid, replicas: 0 }] : [];
  if (queued && !obs.workload.paused) commands.unshift({ kind: "pauseWorkload", held: "template changed" });
  return { reason: "HandingOver", message: "the former stable pods end", commands, lookAgainMs: soonMs };
};

export const stillPaused: ReleaseRule = (input) => {
  const { obs, contender } = input;
  if (obs.workload === undefined || !obs.workload.paused || obs.workload.templateHash !== contender?.templateHash)
    return undefined;
  return moved(input, "Adopted", {
    message: "the Deployment is no longer held",
    commands: [{ kind: "unpauseWorkload" }],
    lookAgainMs: soonMs,
  });
};

/** The user's Service now has the adopted pods behind it; the data plane must have noticed before traffic returns to it. */
export const stableCold: ReleaseRule = (input) => {
  const { routed, obs, status } = input;
  if (!routed || obs.traffic.pristine || status.handOver === "Returned") return undefined;
  const { live, capabilities } = obs.traffic;
  if (live?.contenderBasisPoints === allBasisPoints && capabilities.probes && obs.probe?.reached !== true) {
    return moved(input, "Unpaused", {
      message: obs.probe?.message ?? "the user's Service is probed through the data plane",
      lookAgainMs: 100,
    });
  }
  return undefined;
};

export const routesNotRestored: ReleaseRule = (input) => {
  const { routed, obs, status } = input;
  if (!routed || obs.traffic.pristine) return undefined;
  return moved(input, "Returned", {
    message: "routes are put back as they were",
    commands: [{ kind: "restoreTraffic", originals: status.originals?.routes ?? {} }],
    lookAgainMs: soonMs,
  });
};

export const restoreUnconfirmed: ReleaseRule = ({ routed, obs }) => {
  if (!routed || isRouteGone(obs) || obs.traffic.accepted) return undefined;
  return {
    reason: "HandingOver",
    message: `the restored route is not confirmed: ${obs.traffic.pending ?? "the router has not answered"}`,
    lookAgainMs: soonMs,
  };
};

export const contenderServiceLeft: ReleaseRule = (input) => {
  const { routed, obs, status } = input;
  if (!routed || obs.contenderService === undefined || obs.contenderService.deleting) return undefined;
  if (status.drainUntil === undefined) {
    const drainMs = parseDuration(input.release.spec.plan?.drain ?? "2s") ?? 2_000;
    const message = `requests under way may end for ${formatDuration(drainMs)}`;
    return {
      reason: "HandingOver",
      message,
      status: { ...status, message, drainUntil: formatTime(obs.nowMs + drainMs) },
      lookAgainMs: drainMs,
    };
  }
  const leftMs = parseTime(status.drainUntil) - obs.nowMs;
  if (leftMs > 0) return { reason: "HandingOver", message: "requests under way may end", lookAgainMs: leftMs };
  return {
    reason: "HandingOver",
    message: "the contender's Service is removed",
    status,
    commands: [{ kind: "deleteContenderService" }],
    lookAgainMs: soonMs,
  };
};

export const promoted: ReleaseRule = ({ obs, release, status, contender }) => {
  const { name } = release.metadata;
  const { revision } = release.spec;
  const message = `${revision.images.join(", ")} was promoted: its pods are the Deployment's own`;
  const finished: ReleaseStatus = {
    ...status,
    phase: "Promoted",
    handOver: "Returned",
    finishedAt: formatTime(obs.nowMs),
    message,
    weight: { ...status.weight, desired: 100, accepted: 100 },
  };
  const stable = {
    templateHash: revision.templateHash,
    images: revision.images,
    replicaSet: contender?.name ?? status.contender?.replicaSet ?? "",
  };
  const { rejected, ...rest } = obs.delivery.status ?? {};
  const kept = (rejected ?? []).filter((entry) => entry.templateHash !== revision.templateHash);
  return {
    reason: "Promoted",
    message,
    status: finished,
    deliveryStatus: { ...rest, stable, ...(kept.length === 0 ? {} : { rejected: kept }) },
    commands: [
      { kind: "sealRelease", name },
      { kind: "emit", about: "delivery", type: "Normal", reason: "Promoted", message: `release ${name}: ${message}` },
    ],
    journal: true,
  };
};
