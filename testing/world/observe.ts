import type { Delivery } from "../../src/api/delivery.ts";
import { parseDuration, parseTime } from "../../src/api/duration.ts";
import type { Release } from "../../src/api/release.ts";
import { activeRelease, evidenceWanted, probeWanted } from "../../src/core/release/decide.ts";
import type {
  EvidenceLook,
  Observation,
  PodView,
  Problem,
  ReplicaSetView,
  TrafficView,
} from "../../src/core/release/observation.ts";
import { byPods, byRequests } from "../builders/observation.ts";
import { behaviourOf, readyPods, type World, type WorldPod, type WorldSet } from "./state.ts";

export function observeWorld(world: World, delivery: Delivery): Observation {
  const { workload, service } = world;
  const cached: Observation = {
    nowMs: world.nowMs,
    delivery,
    releases: world.releases,
    interventions: world.interventions.filter(({ status }) => status?.phase === undefined),
    workload:
      workload === undefined
        ? undefined
        : {
            ...workload,
            name: "shop",
            deleting: false,
            generation: 1,
            observedGeneration: 1,
            templateHash: workload.version,
            images: [`shop:${workload.version}`],
            source: {},
            rolledOut: isRolledOut(world),
          },
    replicaSets: world.sets.map((set) => viewSet(world, set)),
    service:
      service === undefined
        ? undefined
        : {
            name: "shop",
            deleting: false,
            selector: service.selector,
            endpoints: endpointsOf(world, service.selector),
          },
    contenderService: world.contenderService === undefined ? undefined : { name: "shop-contender", deleting: false },
    traffic: viewTraffic(world),
    interlock: world.interlock,
    problems: problemsOf(world),
    look: undefined,
    probe: undefined,
  };
  const track = probeWanted(cached);
  const release = activeRelease(world.releases);
  const look = release !== undefined && evidenceWanted(release) ? lookAtCounters(world, delivery, release) : undefined;
  if (track === undefined) return { ...cached, look };
  const reached = (track === "contender" ? contenderReady(world) : reachableByService(world)) > 0;
  return { ...cached, look, probe: { track, reached, message: `probe of ${track}: ${reached}` } };
}

function isRolledOut(world: World): boolean {
  const own = world.sets.filter(({ owner, replicas }) => owner === "workload" && replicas > 0);
  const others = own.filter(({ version }) => version !== world.workload?.version);
  return others.length === 0 && own.every((set) => readyPods(world, set) === world.workload?.replicas);
}

function viewSet(world: World, set: WorldSet): ReplicaSetView {
  return {
    name: set.name,
    uid: set.uid,
    templateHash: set.version,
    podTemplateHash: set.podTemplateHash,
    owner: set.owner,
    ownerName: set.ownerName,
    replicas: set.replicas,
    current: set.pods.length,
    ready: readyPods(world, set),
    deleting: false,
    images: [`shop:${set.version}`],
    pods: set.pods.map((pod) => viewPod(world, pod)),
  };
}

function viewPod({ nowMs }: World, { name, crashes, readyAtMs }: WorldPod): PodView {
  const backsOff = crashes && readyAtMs <= nowMs;
  return {
    name,
    uid: name,
    ip: "10.0.0.1",
    ready: !crashes && readyAtMs <= nowMs,
    startedAtMs: readyAtMs,
    restarts: backsOff ? 2 : 0,
    waitingReason: backsOff ? "CrashLoopBackOff" : undefined,
    waitingMessage: undefined,
  };
}

function endpointsOf(world: World, selector: Readonly<Record<string, string>>): Record<string, number> {
  const pinned = selector["pod-template-hash"];
  const selected = world.sets.filter(({ podTemplateHash }) => pinned === undefined || pinned === podTemplateHash);
  return Object.fromEntries(selected.map((set) => [set.podTemplateHash, readyPods(world, set)]));
}

function reachableByService(world: World): number {
  if (world.service === undefined) return 0;
  return Object.values(endpointsOf(world, world.service.selector)).reduce((sum, count) => sum + count, 0);
}

/** Ready pods behind the contender's Service. */
export function contenderReady(world: World): number {
  const hash = world.contenderService?.podTemplateHash;
  return readyPods(
    world,
    world.sets.find((set) => set.podTemplateHash === hash),
  );
}

function viewTraffic(world: World): TrafficView {
  const { route } = world;
  if (!world.routed) return { ...noChange, router: "pods", capabilities: byPods, live: podShare(world) };
  const accepted = route !== undefined && route.acceptedAtMs <= world.nowMs;
  return {
    ...noChange,
    live: route?.rewrittenBy === undefined ? route?.goal : undefined,
    pristine: route?.goal === undefined,
    accepted,
    pending: accepted ? undefined : "the gateway has not answered",
    originals: route === undefined ? {} : { shop: "[]" },
    rewrittenBy: route?.rewrittenBy,
    missing: route === undefined,
  };
}

const noChange: TrafficView = {
  router: "gatewayAPI",
  capabilities: byRequests,
  live: undefined,
  pristine: true,
  accepted: true,
  pending: undefined,
  originals: {},
  rewrittenBy: undefined,
  missing: false,
};

function podShare(world: World): NonNullable<TrafficView["live"]> {
  const release = activeRelease(world.releases);
  const ready = (name: string | undefined): number =>
    readyPods(
      world,
      world.sets.find((set) => set.name === name),
    );
  const contender = ready(release?.status?.contender?.replicaSet);
  const all = contender + ready(release?.spec.stable?.replicaSet);
  return { contenderBasisPoints: all === 0 ? 0 : Math.round((contender / all) * 10_000), matches: [] };
}

function problemsOf(world: World): Problem[] {
  const problems: Problem[] = [];
  if (world.workload === undefined) problems.push({ reason: "WorkloadNotFound", message: "Deployment shop is gone" });
  if (world.service === undefined) problems.push({ reason: "ServiceNotFound", message: "Service shop is gone" });
  if (world.routed && world.route === undefined)
    problems.push({ reason: "RouteNotFound", message: "HTTPRoute shop is gone" });
  return problems;
}

/** Milliseconds until the counters are to be read again. */
export function counterDueMs(world: World, delivery: Delivery, release: Release | undefined): number {
  const confirmedAt = release?.status?.step?.confirmedAt;
  if (release === undefined || confirmedAt === undefined || release.status?.intent !== "advance") return Infinity;
  const { looked } = world;
  if (looked === undefined || looked.step !== release.status.step?.index || looked.atMs < parseTime(confirmedAt))
    return 0;
  return Math.max(0, looked.atMs + (parseDuration(delivery.spec.metrics.interval) ?? 5_000) - world.nowMs);
}

/** A baseline when a step was confirmed, then a window at every interval. */
function lookAtCounters(world: World, delivery: Delivery, release: Release): EvidenceLook | undefined {
  if (counterDueMs(world, delivery, release) > 0) return undefined;
  const step = release.status?.step?.index ?? 0;
  const before = world.looked;
  world.looked = { atMs: world.nowMs, step };
  if (before === undefined || before.step !== step || before.atMs >= world.nowMs) return undefined;
  const share = (viewTraffic(world).live?.contenderBasisPoints ?? 0) / 10_000;
  const all = (world.requestsPerSecond * (world.nowMs - before.atMs)) / 1_000;
  const contender = Math.round(all * share);
  const stable = Math.round(all) - contender;
  const count = (requests: number, version: string): { requests: number; errors: number } => {
    const expected = requests * behaviourOf(world, version).errorRate;
    return { requests, errors: Math.min(requests, Math.floor(expected + world.random())) };
  };
  return {
    kind: "window",
    window: {
      id: String(world.nowMs),
      fromMs: before.atMs,
      toMs: world.nowMs,
      step,
      stable: count(stable, release.spec.stable?.templateHash ?? ""),
      contender: count(contender, release.spec.revision.templateHash),
    },
  };
}
