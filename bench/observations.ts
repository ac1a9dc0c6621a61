import type { Delivery } from "../src/api/delivery.ts";
import { formatTime } from "../src/api/duration.ts";
import type { PlanStep } from "../src/api/plan.ts";
import type { Release, ReleaseStatus } from "../src/api/release.ts";
import type { JudgeWindow } from "../src/core/judge/index.ts";
import { decide } from "../src/core/release/decide.ts";
import type { Observation, ReplicaSetView } from "../src/core/release/observation.ts";

const startMs = Date.UTC(2026, 0, 1);
const steps: readonly PlanStep[] = [5, 25, 50, 100].map((weight) => ({ weight, for: "2m" }));

function aDelivery(planSteps: readonly PlanStep[]): Delivery {
  const stable = { templateHash: "aaaa", replicaSet: "shop-aaaa", images: ["shop:v1"] };
  return {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Delivery",
    metadata: {
      name: "shop",
      namespace: "prod",
      uid: "delivery",
      generation: 1,
      finalizers: ["tidegate.dev/delivery"],
    },
    spec: {
      workload: { kind: "Deployment", name: "shop" },
      service: { name: "shop", port: "http" },
      traffic: { gatewayAPI: { httpRoutes: ["shop"], probePath: "/" } },
      plan: {
        steps: [...planSteps],
        deadline: "2h",
        onFailure: "rollback",
        onInconclusive: "hold",
        onNewRevision: "replace",
        drain: "2s",
      },
      metrics: { interval: "5s" },
      progressDeadline: "10m",
      historyLimit: 10,
    },
    status: { phase: "Idle", stable, release: "shop-1", lastNumber: 1, interlock: "policy", router: "gatewayAPI" },
  };
}

function aReplicaSet(hash: string, owner: "workload" | "release", replicas: number): ReplicaSetView {
  const pods = Array.from({ length: replicas }, (_, index) => {
    const name = `shop-${hash}-${index}`;
    return {
      name,
      uid: name,
      ip: `10.0.0.${index + 1}`,
      ready: true,
      startedAtMs: startMs,
      restarts: 0,
      waitingReason: undefined,
      waitingMessage: undefined,
    };
  });
  return {
    name: `shop-${hash}`,
    uid: hash,
    templateHash: hash,
    podTemplateHash: hash,
    owner,
    ownerName: owner === "release" ? "shop-2" : "shop",
    replicas,
    current: replicas,
    ready: replicas,
    deleting: false,
    images: ["shop:v1"],
    pods,
  };
}

function aRelease(number: number, status: ReleaseStatus, planSteps: readonly PlanStep[]): Release {
  const { plan } = aDelivery(planSteps).spec;
  return {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Release",
    metadata: {
      name: `shop-${number}`,
      namespace: "prod",
      uid: `release-${number}`,
      labels: { "tidegate.dev/delivery": "shop" },
    },
    spec: {
      delivery: "shop",
      number,
      workload: { kind: "Deployment", name: "shop", uid: "deployment" },
      revision: { templateHash: number === 1 ? "aaaa" : "bbbb", images: [`shop:v${number}`] },
      stable: { templateHash: "aaaa", replicaSet: "shop-aaaa", images: ["shop:v1"] },
      plan,
      router: "gatewayAPI",
    },
    status,
  };
}

const capabilities = { shares: "requests", headerMatch: true, probes: true, granularityBasisPoints: 1 } as const;

/** A Delivery with ten pods whose first revision serves. */
export function idleObservation(): Observation {
  const promoted: ReleaseStatus = {
    phase: "Promoted",
    intent: "promote",
    startedAt: formatTime(startMs),
    finishedAt: formatTime(startMs),
    message: "found serving",
  };
  return {
    nowMs: startMs,
    delivery: aDelivery(steps),
    releases: [aRelease(1, promoted, steps)],
    interventions: [],
    workload: {
      name: "shop",
      uid: "deployment",
      deleting: false,
      generation: 1,
      observedGeneration: 1,
      replicas: 10,
      paused: false,
      managed: true,
      held: undefined,
      templateHash: "aaaa",
      images: ["shop:v1"],
      source: {},
      conditions: [],
      rolledOut: true,
    },
    replicaSets: [aReplicaSet("aaaa", "workload", 10)],
    service: { name: "shop", deleting: false, selector: { app: "shop" }, endpoints: { aaaa: 10 } },
    contenderService: undefined,
    traffic: {
      router: "gatewayAPI",
      capabilities,
      live: undefined,
      pristine: true,
      accepted: true,
      pending: undefined,
      originals: { shop: "[]" },
      rewrittenBy: undefined,
      missing: false,
    },
    interlock: "policy",
    problems: [],
    look: undefined,
    probe: undefined,
  };
}

/** A release in the middle of its plan, with thirty windows of evidence behind it and the next one just counted. */
export function releasingObservation(planSteps: readonly PlanStep[], stepIndex: number): Observation {
  const weight = planSteps[stepIndex]?.weight ?? 0;
  const selector = { app: "shop", "pod-template-hash": "aaaa" };
  const base: Observation = {
    ...idleObservation(),
    delivery: aDelivery(planSteps),
    contenderService: { name: "shop-contender", deleting: false },
    replicaSets: [
      aReplicaSet("aaaa", "workload", 10),
      aReplicaSet("bbbb", "release", Math.max(1, Math.ceil(weight / 10))),
    ],
    service: { name: "shop", deleting: false, selector, endpoints: { aaaa: 10 } },
  };
  const traffic = { ...base.traffic, live: { contenderBasisPoints: weight * 100, matches: [] }, pristine: false };
  const workload =
    base.workload === undefined ? undefined : { ...base.workload, templateHash: "bbbb", paused: true, held: "shop-2" };
  const first: ReleaseStatus = {
    phase: "Progressing",
    intent: "advance",
    startedAt: formatTime(startMs),
    deadlineAt: formatTime(startMs + 7_200_000),
    warm: true,
    step: {
      index: stepIndex,
      name: `weight-${weight}`,
      count: planSteps.length,
      enteredAt: formatTime(startMs),
      confirmedAt: formatTime(startMs),
      endsAt: formatTime(startMs + 3_600_000),
    },
    weight: { desired: weight },
    originals: { serviceSelector: { app: "shop" }, routes: { shop: "[]" } },
  };
  let status = first;
  const at = (index: number): Observation => ({
    ...base,
    nowMs: startMs + index * 5_000,
    traffic,
    workload,
    releases: [aRelease(1, base.releases[0]?.status ?? first, planSteps), aRelease(2, status, planSteps)],
    look: { kind: "window", window: aWindow(index, stepIndex) },
  });
  for (let index = 1; index <= 30; index++) status = decide(at(index)).releaseStatus?.status ?? status;
  return at(31);
}

/** Five seconds: 1,000 requests to stable and 250 to the contender, 1 in 500 fails, latencies in twelve buckets. */
function aWindow(index: number, step: number): JudgeWindow {
  const boundariesMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000];
  const shares = [0, 40, 120, 60, 20, 6, 3, 1, 0, 0, 0, 0, 0];
  const track = (requests: number, errors: number): JudgeWindow["stable"] => ({
    requests,
    errors,
    latency: { boundariesMs, counts: shares.map((share) => (share * requests) / 250) },
  });
  const toMs = startMs + index * 5_000;
  return {
    id: String(toMs),
    fromMs: toMs - 5_000,
    toMs,
    step,
    stable: track(1_000, 2),
    contender: track(250, index % 2),
  };
}

export const fourSteps = steps;
/** More than the API server lets in (32). */
export const fiftySteps: readonly PlanStep[] = Array.from({ length: 50 }, (_, index) => ({
  weight: 2 * (index + 1),
  for: "2m",
}));
