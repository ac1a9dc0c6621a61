import type {
  Observation,
  PodView,
  ReplicaSetView,
  ServiceView,
  TrafficView,
  WorkloadView,
} from "../../src/core/release/observation.ts";
import type { TrafficCapabilities } from "../../src/core/traffic/goal.ts";
import { aDelivery, aFinishedRelease, builtAtMs } from "./delivery.ts";

export const byRequests: TrafficCapabilities = {
  shares: "requests",
  headerMatch: true,
  probes: true,
  granularityBasisPoints: 1,
};
export const byPods: TrafficCapabilities = {
  shares: "pods",
  headerMatch: false,
  probes: false,
  granularityBasisPoints: 1,
};

/** The Deployment `shop`, held, with the template v2 in its spec and four pods. */
export function aWorkloadView(parts: Partial<WorkloadView> = {}): WorkloadView {
  return {
    name: "shop",
    uid: "workload",
    deleting: false,
    generation: 1,
    observedGeneration: 1,
    replicas: 4,
    paused: true,
    managed: true,
    held: "shop-2",
    templateHash: "v2",
    images: ["shop:v2"],
    source: {},
    conditions: [],
    rolledOut: true,
    ...parts,
  };
}

export function aPodView(parts: Partial<PodView> = {}): PodView {
  return {
    name: "shop-v2-a",
    uid: "pod-a",
    ip: "10.0.0.1",
    ready: true,
    startedAtMs: builtAtMs,
    restarts: 0,
    waitingReason: undefined,
    waitingMessage: undefined,
    ...parts,
  };
}

/** The stable ReplicaSet with four ready pods. */
export function aReplicaSetView(parts: Partial<ReplicaSetView> = {}): ReplicaSetView {
  const { replicas = 4, current = replicas, ready = replicas } = parts;
  return {
    name: "shop-v1",
    uid: "rs-v1",
    templateHash: "v1",
    podTemplateHash: "v1",
    owner: "workload",
    ownerName: "shop",
    deleting: false,
    images: ["shop:v1"],
    pods: [],
    ...parts,
    replicas,
    current,
    ready,
  };
}

/** The ReplicaSet of release `shop-2` with one ready pod. */
export function aContender(parts: Partial<ReplicaSetView> = {}): ReplicaSetView {
  return aReplicaSetView({
    name: "shop-tgv2",
    uid: "rs-v2",
    templateHash: "v2",
    podTemplateHash: "tgv2",
    owner: "release",
    ownerName: "shop-2",
    images: ["shop:v2"],
    replicas: 1,
    ...parts,
  });
}

/** The user's Service, pinned to stable. */
export function aServiceView(parts: Partial<ServiceView> = {}): ServiceView {
  return {
    name: "shop",
    deleting: false,
    selector: { app: "shop", "pod-template-hash": "v1" },
    endpoints: { v1: 4 },
    ...parts,
  };
}

/** A route that nothing was done to. */
export function aTrafficView(parts: Partial<TrafficView> = {}): TrafficView {
  return {
    router: "gatewayAPI",
    capabilities: byRequests,
    live: undefined,
    pristine: true,
    accepted: true,
    pending: undefined,
    originals: { shop: "[]" },
    rewrittenBy: undefined,
    missing: false,
    ...parts,
  };
}

/** A route that carries the contender with this share, confirmed. */
export function aSplit(contenderBasisPoints: number, parts: Partial<TrafficView> = {}): TrafficView {
  return aTrafficView({ live: { contenderBasisPoints, matches: [] }, pristine: false, ...parts });
}

export function podsTraffic(contenderBasisPoints = 0): TrafficView {
  return aTrafficView({
    router: "pods",
    capabilities: byPods,
    live: { contenderBasisPoints, matches: [] },
    originals: {},
  });
}

/** An adopted Delivery at rest with v1 stable and v2 in the Deployment's spec; no release is on its way. */
export function anObservation(parts: Partial<Observation> = {}): Observation {
  return {
    nowMs: builtAtMs + 60_000,
    delivery: aDelivery(),
    releases: [aFinishedRelease()],
    interventions: [],
    workload: aWorkloadView(),
    replicaSets: [aReplicaSetView()],
    service: aServiceView(),
    contenderService: undefined,
    traffic: aTrafficView(),
    interlock: "policy",
    problems: [],
    look: undefined,
    probe: undefined,
    ...parts,
  };
}
