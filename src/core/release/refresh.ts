import { formatTime } from "../../api/duration.ts";
import type { Release, ReleaseStatus } from "../../api/release.ts";
import { percentOf } from "../../api/weight.ts";
import {
  addWindow,
  appendToRecord,
  emptyJudgeState,
  emptyWindowRecord,
  type JudgeState,
  type JudgeWindow,
  type WindowRecord,
} from "../judge/index.ts";
import type { TrafficGoal } from "../traffic/goal.ts";
import { judgeConfigOf } from "./checks.ts";
import type { Observation, ReplicaSetView } from "./observation.ts";
import type { ResolvedStep } from "./plan.ts";

type Facts = {
  readonly obs: Observation;
  readonly release: Release;
  readonly stored: ReleaseStatus;
  readonly step: ResolvedStep;
  readonly stepCount: number;
  readonly contender: ReplicaSetView | undefined;
  readonly goal: TrafficGoal;
  /** As many pods of the contender as the step needs are ready. */
  readonly ready: boolean;
  readonly inForce: boolean;
};

/** The stored status with what was observed since: pods, weight, the step's clock, the evidence. Decides nothing. */
export function refreshStatus(facts: Facts): ReleaseStatus {
  const { stored, contender } = facts;
  const withPods: ReleaseStatus =
    contender === undefined
      ? stored
      : {
          ...stored,
          contender: {
            replicaSet: contender.name,
            replicas: contender.replicas,
            ready: contender.ready,
            ...(stored.contender?.takenOver === true ? { takenOver: true } : {}),
          },
        };
  return withEvidence(withWeight(withClock(withReadiness(withPods, facts), facts), facts), facts);
}

/** The deadline for readiness is over once the pods are ready; when they no longer are, they get a new one. */
function withReadiness(status: ReleaseStatus, { ready, contender }: Facts): ReleaseStatus {
  if (!ready || contender === undefined || status.readyDeadlineAt === undefined) return status;
  const { readyDeadlineAt: _reached, ...rest } = status;
  return rest;
}

function withClock(status: ReleaseStatus, { inForce, step, obs }: Facts): ReleaseStatus {
  if (status.intent !== "advance" || !inForce || status.step === undefined || status.step.confirmedAt !== undefined)
    return status;
  const confirmedAt = formatTime(obs.nowMs);
  return {
    ...status,
    step: { ...status.step, confirmedAt, ...(step.forMs > 0 ? { endsAt: formatTime(obs.nowMs + step.forMs) } : {}) },
  };
}

function withWeight(status: ReleaseStatus, { goal, inForce, obs }: Facts): ReleaseStatus {
  if (status.weight === undefined || status.intent !== "advance") return status;
  const { live } = obs.traffic;
  const written = live === undefined ? status.weight.written : percentOf(live.contenderBasisPoints);
  // Without a router the share is that of the pods, which may be less than the step says.
  const inEffect = obs.traffic.capabilities.shares === "pods" ? (live ?? goal) : goal;
  const accepted = inForce ? percentOf(inEffect.contenderBasisPoints) : status.weight.accepted;
  return {
    ...status,
    weight: {
      ...status.weight,
      desired: percentOf(goal.contenderBasisPoints),
      ...(written === undefined ? {} : { written }),
      ...(accepted === undefined ? {} : { accepted }),
    },
  };
}

function withEvidence(status: ReleaseStatus, { obs, release }: Facts): ReleaseStatus {
  const { look } = obs;
  if (look === undefined || status.step?.confirmedAt === undefined) return status;
  const evidence = status.evidence ?? { windows: "" };
  if (look.kind === "error") return { ...status, evidence: { ...evidence, sourceError: look.message } };
  const { sourceError: _gone, ...readable } = evidence;
  return addCounted(status, readable, look.window, release);
}

type Evidence = NonNullable<ReleaseStatus["evidence"]>;

function addCounted(status: ReleaseStatus, evidence: Evidence, window: JudgeWindow, release: Release): ReleaseStatus {
  const config = judgeConfigOf(release.spec);
  const before = (evidence.state as JudgeState | undefined) ?? emptyJudgeState(config);
  const state = addWindow(config, before, window);
  const record = appendToRecord(config, recordOf(evidence), window);
  const [stableRequests, stableErrors] = state.stable;
  const [requests, errors] = state.contender;
  const observed = observedShare(state);
  return {
    ...status,
    ...(status.weight === undefined || observed === undefined ? {} : { weight: { ...status.weight, observed } }),
    totals: { stable: { requests: stableRequests, errors: stableErrors }, contender: { requests, errors } },
    evidence: {
      windows: record.windows,
      ...(record.base === undefined ? {} : { base: plain(record.base) }),
      state: plain(state),
      at: formatTime(window.toMs),
    },
  };
}

/** The contender's share of the step's requests, in percent with two decimals. */
function observedShare(state: JudgeState): number | undefined {
  const contender = state.step.contender[0];
  const all = contender + state.step.stable[0];
  return all === 0 ? undefined : Math.round((contender / all) * 10_000) / 100;
}

export function recordOf(evidence: Evidence): WindowRecord {
  if (evidence.base === undefined) return { ...emptyWindowRecord, windows: evidence.windows };
  return { windows: evidence.windows, base: evidence.base as unknown as JudgeState };
}

function plain(state: JudgeState): Record<string, unknown> {
  return { ...state };
}
