import type { Release, ReleaseStatus } from "../../api/release.ts";
import { judgeConfigOf } from "./checks.ts";
import { judge, type JudgeState, type Verdict } from "../judge/index.ts";
import { parseTime } from "../../api/duration.ts";
import { sameGoal, type TrafficGoal } from "../traffic/goal.ts";
import { replicasNeeded } from "./capacity.ts";
import type { Observation, ReplicaSetView } from "./observation.ts";
import { resolveSteps, type ResolvedStep } from "./plan.ts";
import { refreshStatus } from "./refresh.ts";

/** What the rules about one active release look at: the observation and what follows from it. */
export type ReleaseInput = {
  readonly obs: Observation;
  readonly release: Release;
  /** The stored status brought up to what was observed. */
  readonly status: ReleaseStatus;
  readonly steps: readonly ResolvedStep[];
  readonly step: ResolvedStep;
  readonly goal: TrafficGoal;
  readonly contender: ReplicaSetView | undefined;
  readonly stable: ReplicaSetView | undefined;
  /** Pods that the step needs of the contender. */
  readonly needed: number;
  /** Traffic is split by a router, not by the number of pods. */
  readonly routed: boolean;
  /** The step's weight is written and confirmed. */
  readonly inForce: boolean;
  readonly verdict: Verdict | undefined;
};

export function releaseInput(obs: Observation, release: Release): ReleaseInput {
  const steps = release.spec.plan === undefined ? [] : resolveSteps(release.spec.plan);
  const stored = release.status ?? { phase: "Pending", intent: "advance" };
  const step = steps[stored.step?.index ?? 0] ?? steps.at(-1);
  if (step === undefined) throw new Error(`release ${release.metadata.name} has no plan`);
  const contender =
    obs.replicaSets.find((set) => set.owner === "release" && set.ownerName === release.metadata.name) ??
    findHandedOver(obs, release, stored);
  const stable = obs.replicaSets.find((set) => set.name === release.spec.stable?.replicaSet);
  const needed = replicasNeeded(step, obs.workload?.replicas ?? 0, obs.traffic.capabilities);
  const goal: TrafficGoal = { contenderBasisPoints: step.contenderBasisPoints, matches: step.matches };
  const routed = obs.traffic.capabilities.shares === "requests";
  const ready = (contender?.ready ?? 0) >= needed;
  const inForce = routed ? sameGoal(obs.traffic.live, goal) && obs.traffic.accepted && ready : ready;
  const status = refreshStatus({
    obs,
    release,
    stored,
    step,
    stepCount: steps.length,
    contender,
    goal,
    ready,
    inForce,
  });
  return {
    obs,
    release,
    status,
    steps,
    step,
    goal,
    contender,
    stable,
    needed,
    routed,
    inForce,
    verdict: verdictOf(release, status, step, obs),
  };
}

/** After the hand-over the contender's ReplicaSet is the workload's. */
function findHandedOver(obs: Observation, release: Release, stored: ReleaseStatus): ReplicaSetView | undefined {
  if (stored.handOver === undefined) return undefined;
  const adopted = obs.replicaSets.filter(
    (set) => set.templateHash === release.spec.revision.templateHash && set.owner !== "other",
  );
  return (
    adopted.find((set) => set.name === stored.contender?.replicaSet) ?? adopted.find((set) => set.owner === "workload")
  );
}

function verdictOf(release: Release, status: ReleaseStatus, step: ResolvedStep, obs: Observation): Verdict | undefined {
  const state = status.evidence?.state;
  const confirmedAt = status.step?.confirmedAt;
  if (state === undefined || confirmedAt === undefined) return undefined;
  const sourceError = status.evidence?.sourceError;
  return judge(judgeConfigOf(release.spec), state as unknown as JudgeState, {
    step: step.index,
    nowMs: obs.nowMs,
    stepStartedMs: parseTime(confirmedAt),
    ...(sourceError === undefined ? {} : { sourceError }),
  });
}
