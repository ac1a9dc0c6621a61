import { isFinished, type Release, type ReleaseStatus } from "../../api/release.ts";
import { advanceChain, deliveryChain, handOverChain, interruptionChain, rollbackChain } from "./chain.ts";
import type { Decision } from "./decision.ts";
import { releaseInput, type ReleaseInput } from "./input.ts";
import { withJournal } from "./journal.ts";
import { learntDispersion } from "./learn.ts";
import type { Observation, Track } from "./observation.ts";
import { finishFirstRelease } from "./rules/delivery.ts";
import { withConditions } from "./releaseConditions.ts";
import type { Finding } from "./rules/finding.ts";

/**
 * What to do now. Pure and total: the same observation gives the same decision, in a cluster, in a simulation and in
 * a replay. First match wins, along one chain for a Delivery at rest and along others for a release on its way.
 */
export function decide(obs: Observation): Decision {
  const release = activeRelease(obs.releases);
  if (release === undefined) return decideDelivery(obs);
  if (release.spec.plan === undefined) return finishFirstRelease(obs, release);
  const input = releaseInput(obs, release);
  for (const [rule, find] of [...interruptionChain, ...chainOf(input)]) {
    const finding = find(input);
    if (finding !== undefined) return releaseDecision(rule, finding, input);
  }
  throw new Error(`no rule applies to release ${release.metadata.name}; the last rule of every chain applies always`);
}

export function activeRelease(releases: readonly Release[]): Release | undefined {
  return releases.find((release) => !isFinished(release.status?.phase));
}

function chainOf({ status }: ReleaseInput): typeof advanceChain {
  switch (status.intent) {
    case "advance":
      return advanceChain;
    case "promote":
      return handOverChain;
    case "rollback":
      return rollbackChain;
    default:
      return status.intent satisfies never;
  }
}

function decideDelivery(obs: Observation): Decision {
  for (const [rule, find] of deliveryChain) {
    const finding = find(obs);
    if (finding !== undefined) return decisionOf(rule, finding);
  }
  return {
    because: { rule: "nothingToDeliver", reason: "WorkloadNotFound", message: "there is no workload" },
    commands: [],
  };
}

function releaseDecision(rule: string, finding: Finding, input: ReleaseInput): Decision {
  const decision = decisionOf(rule, finding);
  const next = finding.status ?? input.status;
  const told =
    finding.journal === true
      ? withJournal(next, decision.because, { nowMs: input.obs.nowMs, place: input.status, actor: finding.actor })
      : next;
  const status = withConditions(told, {
    generation: input.release.metadata.generation,
    reason: finding.reason,
    nowMs: input.obs.nowMs,
  });
  return {
    ...withLearnt(decision, input.release, status),
    releaseStatus: { name: input.release.metadata.name, status },
  };
}

/** When a release ends, the Delivery keeps what it taught about stable. */
function withLearnt(decision: Decision, release: Release, status: ReleaseStatus): Decision {
  if (decision.deliveryStatus === undefined || !isFinished(status.phase)) return decision;
  const dispersion = learntDispersion(release, status);
  return dispersion === undefined
    ? decision
    : { ...decision, deliveryStatus: { ...decision.deliveryStatus, dispersion } };
}

function decisionOf(rule: string, finding: Finding): Decision {
  const { reason, message, facts } = finding;
  return {
    because: { rule, reason, message, ...(facts === undefined ? {} : { facts }) },
    commands: finding.commands ?? [],
    ...(finding.deliveryStatus === undefined ? {} : { deliveryStatus: finding.deliveryStatus }),
    ...(finding.lookAgainMs === undefined ? {} : { lookAgainMs: finding.lookAgainMs }),
  };
}

/** Which track must be asked for through the data plane before the release can go on; undefined when none. */
export function probeWanted(obs: Observation): Track | undefined {
  const release = activeRelease(obs.releases);
  const status = release?.status;
  if (status === undefined || !obs.traffic.capabilities.probes || obs.traffic.pristine || !obs.traffic.accepted)
    return undefined;
  if (status.intent === "advance") return status.warm === true || status.step === undefined ? undefined : "contender";
  const adopted = status.handOver === "Adopted" || status.handOver === "Unpaused";
  return status.intent === "promote" && adopted ? "stable" : undefined;
}

/** Whether it makes sense to count requests now: a weight is in force, or was. */
export function evidenceWanted(release: Release | undefined): boolean {
  return release?.status?.intent === "advance" && release.status.step?.confirmedAt !== undefined;
}
