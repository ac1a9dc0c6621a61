import { formatTime, parseDuration, parseTime } from "../../../api/duration.ts";
import { formatWeight, percentOf } from "../../../api/weight.ts";
import { noTraffic, sameGoal } from "../../traffic/goal.ts";
import type { Command } from "../decision.ts";
import type { ReleaseStatus } from "../../../api/release.ts";
import type { ReleaseInput } from "../input.ts";
import type { ReplicaSetView } from "../observation.ts";
import { sameSelector } from "../selector.ts";
import { soonMs, type Finding, type ReleaseRule } from "./finding.ts";
import { turnBack } from "./interruptions.ts";

/** The first pass: what will be changed is written down as it is now, and the clocks start. */
export const notStarted: ReleaseRule = (input) => {
  const { status, obs, step, steps } = input;
  if (status.step !== undefined) return undefined;
  const now = formatTime(obs.nowMs);
  const deadlineMs = parseDuration(input.release.spec.plan?.deadline ?? "2h") ?? 7_200_000;
  const originals = {
    ...(obs.service === undefined ? {} : { serviceSelector: { ...obs.service.selector } }),
    routes: { ...obs.traffic.originals },
  };
  return {
    reason: "Preparing",
    message: `${input.release.spec.revision.images.join(", ")} meets its users in ${steps.length} steps`,
    status: {
      ...status,
      phase: "Progressing",
      startedAt: now,
      deadlineAt: formatTime(obs.nowMs + deadlineMs),
      readyDeadlineAt: readyDeadline(input),
      step: { index: 0, name: step.name, count: steps.length, enteredAt: now },
      weight: { desired: percentOf(step.contenderBasisPoints) },
      originals,
    },
    journal: true,
    lookAgainMs: 0,
  };
};

function readyDeadline({ obs }: Pick<ReleaseInput, "obs">): string {
  return formatTime(obs.nowMs + (parseDuration(obs.delivery.spec.progressDeadline) ?? 600_000));
}

/** Something that the release stands on went away; nothing moves until it is back. */
export const groundMissing: ReleaseRule = ({ obs, status }) => {
  const problem = obs.problems.find(
    ({ reason }) =>
      reason === "ServiceNotFound" ||
      reason === "RouteNotFound" ||
      reason === "RouteUnsuitable" ||
      reason === "ServiceUnsuitable",
  );
  if (problem === undefined) return undefined;
  return {
    reason: problem.reason,
    message: problem.message,
    status: { ...status, phase: "Held", message: problem.message },
    journal: true,
    lookAgainMs: 5_000,
  };
};

/** Callers inside the cluster must not reach the contender by the user's Service before its time. */
export const contenderMissing: ReleaseRule = (input) => {
  const { obs, contender, release, needed, routed, status } = input;
  if (contender !== undefined && (obs.contenderService !== undefined || !routed)) return undefined;
  const commands: Command[] = routed ? [...pin(input)] : [];
  if (contender === undefined) commands.push(startContender(input));
  if (routed && obs.contenderService === undefined) {
    commands.push({
      kind: "createContenderService",
      release: release.metadata.name,
      podTemplateHash: contender?.podTemplateHash ?? podTemplateHashOf(input),
    });
  }
  const old = contender === undefined ? ownedByWorkload(input) : undefined;
  const taking =
    old === undefined ? {} : { contender: { replicaSet: old.name, takenOver: true, replicas: needed, ready: 0 } };
  return {
    reason: "Preparing",
    message: `${needed} pods of the contender are started`,
    status: { ...status, ...taking },
    commands,
    lookAgainMs: soonMs,
  };
};

function pin({ obs, status, stable }: ReleaseInput): Command[] {
  const original = status.originals?.serviceSelector;
  if (obs.service === undefined || original === undefined || stable === undefined) return [];
  const selector = { ...original, "pod-template-hash": stable.podTemplateHash };
  return sameSelector(obs.service.selector, selector) ? [] : [{ kind: "selectPods", selector }];
}

/** A ReplicaSet of the workload with this very template is taken over; else a new one is made. */
function startContender(input: ReleaseInput): Command {
  const { release, needed } = input;
  const old = ownedByWorkload(input);
  if (old === undefined)
    return {
      kind: "createContender",
      release: release.metadata.name,
      templateHash: release.spec.revision.templateHash,
      replicas: needed,
    };
  return { kind: "takeOverReplicaSet", release: release.metadata.name, name: old.name, uid: old.uid, replicas: needed };
}

function ownedByWorkload({ obs, release }: ReleaseInput): ReplicaSetView | undefined {
  return obs.replicaSets.find(
    (set) => set.owner === "workload" && set.templateHash === release.spec.revision.templateHash,
  );
}

export function podTemplateHashOf(input: ReleaseInput): string {
  return ownedByWorkload(input)?.podTemplateHash ?? `tg${input.release.spec.revision.templateHash}`;
}

/** The Service is pinned to stable while two tracks run. Somebody may have put it back. */
export const serviceUnpinned: ReleaseRule = (input) => {
  if (!input.routed) return undefined;
  const commands = pin(input);
  return commands.length === 0
    ? undefined
    : { reason: "Preparing", message: "the Service is pinned to the stable pods", commands };
};

const broken: readonly string[] = ["CrashLoopBackOff", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];
const restartsThatAreACrashLoop = 3;

/** A hard guard: no statistics are needed to see that these pods do not work. */
export const contenderCrashing: ReleaseRule = (input) => {
  const pod = input.contender?.pods.find(
    ({ waitingReason, restarts }) =>
      (waitingReason !== undefined && broken.includes(waitingReason)) || restarts >= restartsThatAreACrashLoop,
  );
  if (pod === undefined) return undefined;
  const why = pod.waitingReason ?? `${pod.restarts} restarts`;
  const detail = pod.waitingMessage === undefined ? "" : `: ${pod.waitingMessage}`;
  return failed(input, "ContenderCrashing", `pod ${pod.name} of the contender does not run (${why}${detail})`);
};

/** What a failure does is the plan's to say. */
export function failed(
  input: ReleaseInput,
  reason: "ContenderCrashing" | "ContenderUnavailable" | "CheckFailed" | "GuardTripped",
  message: string,
  facts?: Readonly<Record<string, string>>,
): Finding {
  const extra = facts === undefined ? {} : { facts };
  if (input.release.spec.plan?.onFailure !== "hold")
    return turnBack(input, { phase: "RolledBack", reason, message }, extra);
  const held = `${message}; the plan says to hold, so somebody has to decide`;
  return { reason, message: held, status: { ...input.status, phase: "Held", message: held }, journal: true, ...extra };
}

export const contenderMisSized: ReleaseRule = ({ contender, needed, status }) => {
  if (contender === undefined || contender.replicas === needed || contender.owner !== "release") return undefined;
  const { name, uid } = contender;
  return {
    reason: "Preparing",
    message: `the contender is scaled from ${contender.replicas} to ${needed} pods`,
    status,
    commands: [{ kind: "scaleReplicaSet", name, uid, replicas: needed }],
    lookAgainMs: soonMs,
  };
};

export const contenderNotReady: ReleaseRule = (input) => {
  const { contender, needed, status, obs } = input;
  if (contender === undefined || contender.ready >= needed) return undefined;
  const message = `${contender.ready} of ${needed} pods of the contender are ready`;
  const readyDeadlineAt = status.readyDeadlineAt ?? readyDeadline(input);
  const leftMs = parseTime(readyDeadlineAt) - obs.nowMs;
  if (leftMs <= 0)
    return failed(input, "ContenderUnavailable", `${message} after ${obs.delivery.spec.progressDeadline}`);
  return {
    reason: "Preparing",
    message,
    status: { ...status, readyDeadlineAt, message },
    lookAgainMs: Math.min(leftMs, 5_000),
  };
};

/** No pod is wanted, so there is nobody to send traffic to and nothing to be learnt. */
export const workloadAtZero: ReleaseRule = ({ obs, status }) => {
  if (obs.workload === undefined || obs.workload.replicas > 0) return undefined;
  const message = `Deployment ${obs.workload.name} is scaled to 0; the release goes on when it has replicas again`;
  return {
    reason: "Preparing",
    message,
    status: { ...withoutClock(status), phase: "Held", message },
    lookAgainMs: 30_000,
  };
};

/** Traffic never stays with a track that nobody answers for; the contender starts again from the probe rule. */
export const contenderUnanswering: ReleaseRule = (input) => {
  const { routed, obs, contender, stable, status } = input;
  const { live, missing } = obs.traffic;
  if (!routed || missing || live === undefined || sameGoal(live, noTraffic)) return undefined;
  if ((contender?.ready ?? 0) > 0 || (stable?.ready ?? 0) === 0) return undefined;
  const message = "no pod of the contender is ready, so its traffic returns to stable until one is";
  return {
    reason: "ContenderUnavailable",
    message,
    status: { ...cold(status), phase: "Progressing", message, weight: { ...status.weight, desired: 0, accepted: 0 } },
    commands: [{ kind: "splitTraffic", goal: noTraffic, originals: status.originals?.routes ?? {} }],
    journal: true,
    lookAgainMs: soonMs,
  };
};

/** The step's time counts from the moment when its weight is confirmed, and that is no longer so. */
function withoutClock(status: ReleaseStatus): ReleaseStatus {
  if (status.step === undefined) return status;
  const { confirmedAt: _since, endsAt: _until, ...step } = status.step;
  return { ...status, step };
}

/** As before the data plane met the contender. */
function cold(status: ReleaseStatus): ReleaseStatus {
  const { warm: _warm, ...rest } = withoutClock(status);
  return rest;
}

/** The data plane must reach the contender before any user is sent there. */
export const contenderCold: ReleaseRule = (input) => {
  const { routed, status, obs } = input;
  if (!routed || status.warm === true) return undefined;
  if (obs.traffic.pristine || obs.traffic.live === undefined) {
    return {
      reason: "WarmingUp",
      message: "the data plane meets the contender in a rule of its own, before it gets any traffic",
      status,
      commands: [{ kind: "splitTraffic", goal: noTraffic, originals: status.originals?.routes ?? {} }],
      lookAgainMs: soonMs,
    };
  }
  if (!obs.traffic.accepted)
    return {
      reason: "WarmingUp",
      message: `the probe rule is not in force: ${obs.traffic.pending ?? "the router has not answered"}`,
      lookAgainMs: soonMs,
    };
  if (obs.traffic.capabilities.probes && obs.probe?.reached !== true)
    return {
      reason: "WarmingUp",
      message: obs.probe?.message ?? "the contender is probed through the data plane",
      lookAgainMs: 100,
    };
  return {
    reason: "WarmingUp",
    message: "the data plane reaches the contender",
    status: { ...status, warm: true },
    lookAgainMs: 0,
  };
};

/**
 * Somebody else wrote the route: the weight is written again, later each time, and the writer is named. A route in
 * which nothing of Tidegate's is left begins again with the probe rule.
 */
export const routeRewritten: ReleaseRule = (input) => {
  const { obs, status, routed, goal } = input;
  const by = rewriter(input);
  if (!routed || by === undefined || status.warm !== true) return undefined;
  const nextMs = status.rewrites === undefined ? obs.nowMs : parseTime(status.rewrites.nextAt);
  if (obs.nowMs < nextMs)
    return {
      reason: "RouteRewritten",
      message: `${by} rewrote the route; the weight is written again in a moment`,
      status: withoutClock(status),
      lookAgainMs: nextMs - obs.nowMs,
    };
  const count = (status.rewrites?.count ?? 0) + 1;
  const waitMs = Math.min(60_000, 1_000 * 2 ** Math.min(count, 6));
  const message = `${by} rewrote the route (${count} times so far); the weight ${formatWeight(goal.contenderBasisPoints)} is written again`;
  const known = obs.traffic.pristine ? noTraffic : goal;
  return {
    reason: "RouteRewritten",
    message,
    status: {
      ...(obs.traffic.pristine ? cold(status) : withoutClock(status)),
      rewrites: { count, by, nextAt: formatTime(obs.nowMs + waitMs) },
    },
    commands: [
      { kind: "splitTraffic", goal: known, originals: status.originals?.routes ?? {} },
      { kind: "emit", about: "release", type: "Warning", reason: "RouteRewritten", message },
    ],
    journal: true,
    lookAgainMs: soonMs,
  };
};

/** Once the contender is warm its rules are in the route, unless somebody took them out. */
function rewriter({ obs }: ReleaseInput): string | undefined {
  if (obs.traffic.missing) return undefined;
  return obs.traffic.rewrittenBy ?? (obs.traffic.pristine ? "somebody" : undefined);
}
