import { formatTime, parseTime } from "../../../api/duration.ts";
import type { ReleaseStatus } from "../../../api/release.ts";
import { formatWeight, percentOf } from "../../../api/weight.ts";
import type { Verdict } from "../../judge/index.ts";
import { sameGoal } from "../../traffic/goal.ts";
import type { ReleaseInput } from "../input.ts";
import { soonMs, type ReleaseRule } from "./finding.ts";
import { turnBack } from "./interruptions.ts";
import { failed } from "./prepare.ts";

/** The plan says to hold on a failure, and this failure is already in the record. */
function failureIsHeld({ release, status }: ReleaseInput): boolean {
  return release.spec.plan?.onFailure === "hold" && status.verdict?.outcome === "fail";
}

export const checkFailed: ReleaseRule = (input) => {
  const { verdict } = input;
  if (verdict?.outcome !== "fail" || failureIsHeld(input)) return undefined;
  const facts = Object.fromEntries(Object.entries(verdict.because.facts).map(([name, value]) => [name, String(value)]));
  const finding = failed(
    { ...input, status: withVerdict(input, verdict) },
    "CheckFailed",
    verdict.because.message,
    facts,
  );
  return finding;
};

/** A verdict is as old as the newest window behind it, so that a pass without new evidence writes nothing. */
function withVerdict({ status, obs }: ReleaseInput, verdict: Verdict): ReleaseStatus {
  return {
    ...status,
    verdict: {
      outcome: verdict.outcome,
      message: verdict.because.message,
      at: status.evidence?.at ?? formatTime(obs.nowMs),
      checks: verdict.checks.map((check) => ({
        name: check.name,
        outcome: check.outcome,
        message: check.message,
        ...(check.eValue === undefined ? {} : { eValue: check.eValue.toPrecision(4) }),
      })),
      ...(verdict.needed === undefined ? {} : { needed: verdict.needed }),
    },
  };
}

/** Backward moves are always allowed; this stops only the forward ones. */
export const paused: ReleaseRule = (input) => {
  const { status, verdict } = input;
  if (status.paused === undefined) return undefined;
  const message = `paused by ${status.paused.by ?? "somebody"} in step ${input.step.name}`;
  return {
    reason: "Paused",
    message,
    status: { ...(verdict === undefined ? status : withVerdict(input, verdict)), phase: "Paused", message },
    lookAgainMs: 30_000,
  };
};

export const deadlineExceeded: ReleaseRule = (input) => {
  const { status, obs, release } = input;
  if (status.deadlineAt === undefined || obs.nowMs < parseTime(status.deadlineAt)) return undefined;
  const message = `the release took longer than its deadline of ${release.spec.plan?.deadline ?? "2h"}`;
  if (release.spec.plan?.onInconclusive === "rollback")
    return turnBack(input, { phase: "RolledBack", reason: "DeadlineExceeded", message });
  if (status.step?.skipped === true) return undefined;
  const held = `${message}; it stays in step ${input.step.name} until somebody promotes it or takes it back`;
  const known = status.message === held;
  return {
    reason: "DeadlineExceeded",
    message: held,
    status: { ...status, phase: "Held", message: held },
    journal: true,
    commands: known
      ? []
      : [{ kind: "emit", about: "release", type: "Warning", reason: "DeadlineExceeded", message: held }],
  };
};

export const weightNotWritten: ReleaseRule = (input) => {
  const { routed, obs, goal, status, step } = input;
  if (!routed || sameGoal(obs.traffic.live, goal)) return undefined;
  const matches =
    goal.matches.length === 0
      ? ""
      : ` and requests with ${goal.matches.map(({ name, exact }) => `${name}: ${exact}`).join(" or ")}`;
  return {
    reason: "WeightWritten",
    message: `step ${step.name}: the contender is to get ${formatWeight(goal.contenderBasisPoints)}${matches}`,
    status: { ...status, phase: "Progressing" },
    commands: [{ kind: "splitTraffic", goal, originals: status.originals?.routes ?? {} }],
    lookAgainMs: soonMs,
  };
};

export const weightNotConfirmed: ReleaseRule = ({ inForce, obs, step }) => {
  if (inForce) return undefined;
  return {
    reason: "WeightWritten",
    message: `step ${step.name}: the weight is written but not confirmed: ${obs.traffic.pending ?? "the router has not answered"}`,
    lookAgainMs: soonMs,
  };
};

export const heldByFailure: ReleaseRule = (input) => {
  if (input.verdict?.outcome !== "fail" || input.status.step?.skipped === true) return undefined;
  return {
    reason: "CheckFailed",
    message: input.status.message ?? "a check failed",
    status: withVerdict(input, input.verdict),
    lookAgainMs: 5_000,
  };
};

export const stepRunning: ReleaseRule = (input) => {
  const { status, obs, step, verdict } = input;
  if (status.step?.skipped === true || status.step?.endsAt === undefined) return undefined;
  const leftMs = parseTime(status.step.endsAt) - obs.nowMs;
  if (leftMs <= 0) return undefined;
  const message = `step ${step.name}: the contender gets ${formatWeight(step.contenderBasisPoints)}`;
  const judged = verdict === undefined ? status : withVerdict(input, verdict);
  return {
    reason: "StepStarted",
    message,
    status: { ...judged, phase: "Progressing", message },
    journal: true,
    lookAgainMs: leftMs,
  };
};

/** A step without traffic, or one that was only added to reach all of it, has nothing that could be asked. */
function needsEvidence({ step, release, status }: ReleaseInput): boolean {
  if (step.implied || step.contenderBasisPoints === 0 || status.step?.skipped === true) return false;
  return release.spec.checks === undefined || release.spec.checks.length > 0;
}

export const evidenceMissing: ReleaseRule = (input) => {
  const { verdict, release, step, status, obs } = input;
  if (!needsEvidence(input) || verdict?.outcome === "pass") return undefined;
  const needed =
    verdict?.needed ?? verdict?.because.message ?? status.evidence?.sourceError ?? "nothing was counted yet";
  const message = `step ${step.name}: not enough evidence: ${needed}`;
  const judged = verdict === undefined ? status : withVerdict(input, verdict);
  switch (release.spec.plan?.onInconclusive) {
    case "proceed":
      if (step.forMs > 0) return undefined;
      break;
    case "rollback":
      if (step.forMs > 0)
        return turnBack({ ...input, status: judged }, { phase: "RolledBack", reason: "Inconclusive", message });
      break;
    default:
  }
  const leftMs = parseTime(status.deadlineAt ?? formatTime(obs.nowMs + 60_000)) - obs.nowMs;
  return {
    reason: "Inconclusive",
    message,
    status: { ...judged, phase: "Held", message },
    lookAgainMs: Math.max(0, Math.min(leftMs, 30_000)),
  };
};

export const awaitingApproval: ReleaseRule = (input) => {
  const { step, status, release, verdict } = input;
  if (!step.approvalRequired || status.step?.approved === true) return undefined;
  const message = `step ${step.name} waits for approval: tidegate promote ${release.metadata.name}`;
  const judged = verdict === undefined ? status : withVerdict(input, verdict);
  return {
    reason: "AwaitingApproval",
    message,
    status: { ...judged, phase: "Held", message },
    journal: true,
    lookAgainMs: 30_000,
  };
};

export const stepPassed: ReleaseRule = (input) => {
  const { steps, step, status, obs, verdict } = input;
  const next = steps[step.index + 1];
  if (next === undefined) return undefined;
  const why =
    status.step?.skipped === true
      ? "by order"
      : needsEvidence(input)
        ? (verdict?.because.message ?? "nothing was counted")
        : "nothing is asked of it";
  const judged = verdict === undefined ? status : withVerdict(input, verdict);
  return {
    reason: "StepPassed",
    message: `step ${step.name} passed: ${why}; next ${next.name} with ${formatWeight(next.contenderBasisPoints)}`,
    status: {
      ...judged,
      phase: "Progressing",
      message: `step ${next.name}: the contender is to get ${formatWeight(next.contenderBasisPoints)}`,
      ...(judged.weight === undefined
        ? {}
        : { weight: { ...judged.weight, desired: percentOf(next.contenderBasisPoints) } }),
      step: { index: next.index, name: next.name, count: steps.length, enteredAt: formatTime(obs.nowMs) },
    },
    journal: true,
    lookAgainMs: 0,
  };
};

/** The last step is over: from here on the release only goes forward. */
export const planCompleted: ReleaseRule = (input) => {
  const { status, step, verdict } = input;
  const message = `step ${step.name} passed; the contender has all traffic that the plan gives it and is handed over`;
  const judged = verdict === undefined ? status : withVerdict(input, verdict);
  return {
    reason: "HandingOver",
    message,
    status: { ...judged, intent: "promote", phase: "Promoting", message },
    journal: true,
    lookAgainMs: 0,
  };
};
