import type { Delivery } from "../../src/api/delivery.ts";
import type { Intervention } from "../../src/api/intervention.ts";
import type { Condition } from "../../src/api/object.ts";
import type { Release } from "../../src/api/release.ts";
import type { TrafficGoal } from "../../src/core/traffic/goal.ts";
import { aDelivery, aFinishedRelease, builtAtMs } from "../builders/delivery.ts";

/** How the pods of a version behave. */
export type Behaviour = {
  readonly readyAfterMs: number;
  readonly errorRate: number;
  readonly crashes: boolean;
};

export type WorldPod = { readonly name: string; readonly readyAtMs: number; readonly crashes: boolean };

export type WorldSet = {
  readonly name: string;
  readonly uid: string;
  readonly version: string;
  readonly podTemplateHash: string;
  owner: "workload" | "release" | "nobody";
  ownerName: string | undefined;
  replicas: number;
  /** What the Deployment controller believes the Deployment's size was when it last scaled this. */
  desired: number;
  pods: WorldPod[];
};

export type WorldRoute = {
  goal: TrafficGoal | undefined;
  acceptedAtMs: number;
  rewrittenBy: string | undefined;
};

export type WorldWorkload = {
  uid: string;
  replicas: number;
  paused: boolean;
  managed: boolean;
  held: string | undefined;
  version: string;
  conditions: Condition[];
};

/** A cluster in memory that holds one Delivery and whatever that stands on. Changed in place. */
export type World = {
  nowMs: number;
  readonly random: () => number;
  readonly behaviours: Map<string, Behaviour>;
  readonly requestsPerSecond: number;
  readonly routed: boolean;
  readonly interlock: "policy" | "reactive";
  delivery: Delivery | undefined;
  releases: Release[];
  interventions: Intervention[];
  workload: WorldWorkload | undefined;
  sets: WorldSet[];
  service: { selector: Record<string, string> } | undefined;
  contenderService: { podTemplateHash: string } | undefined;
  route: WorldRoute | undefined;
  /** When the counters were last read, and for which step. */
  looked: { atMs: number; step: number } | undefined;
  serial: number;
  readonly events: string[];
};

export type WorldOptions = {
  readonly delivery?: Parameters<typeof aDelivery>[0];
  readonly behaviours?: Readonly<Record<string, Partial<Behaviour>>>;
  readonly routed?: boolean;
  readonly interlock?: "policy" | "reactive";
  readonly requestsPerSecond?: number;
  readonly replicas?: number;
  readonly random?: () => number;
};

const healthy: Behaviour = { readyAfterMs: 2_000, errorRate: 0, crashes: false };

export function behaviourOf(world: World, version: string): Behaviour {
  return world.behaviours.get(version) ?? healthy;
}

/** Four pods of v1 serve, adopted by a Delivery. */
export function createWorld(options: WorldOptions = {}): World {
  const { routed = true, interlock = "policy", requestsPerSecond = 100, replicas = 4 } = options;
  const delivery = deliveryOf(options.delivery, routed);
  const world: World = {
    nowMs: builtAtMs,
    random: options.random ?? (() => 0.5),
    behaviours: new Map(Object.entries(options.behaviours ?? {}).map(([name, own]) => [name, { ...healthy, ...own }])),
    requestsPerSecond,
    routed,
    interlock,
    delivery,
    releases: [firstRelease()],
    interventions: [],
    workload: {
      uid: "workload",
      replicas,
      paused: false,
      managed: true,
      held: undefined,
      version: "v1",
      conditions: [],
    },
    sets: [],
    service: { selector: { app: "shop" } },
    contenderService: undefined,
    route: routed ? { goal: undefined, acceptedAtMs: 0, rewrittenBy: undefined } : undefined,
    looked: undefined,
    serial: 1,
    events: [],
  };
  world.sets.push(newSet(world, { name: "shop-v1", version: "v1", podTemplateHash: "v1", replicas }));
  for (const set of world.sets) set.pods = Array.from({ length: replicas }, () => newPod(world, set.version, true));
  return world;
}

function deliveryOf(parts: WorldOptions["delivery"], routed: boolean): Delivery {
  const delivery = aDelivery(parts);
  if (routed) return delivery;
  const { traffic: _none, ...spec } = delivery.spec;
  return { ...delivery, spec };
}

function firstRelease(): Release {
  const release = aFinishedRelease();
  const { plan: _plan, stable: _stable, ...spec } = release.spec;
  return { ...release, spec };
}

type NewSet = Pick<WorldSet, "name" | "version" | "podTemplateHash" | "replicas"> & Partial<WorldSet>;

export function newSet(world: World, set: NewSet): WorldSet {
  return {
    uid: `rs-${++world.serial}`,
    owner: "workload",
    ownerName: "shop",
    desired: set.replicas,
    pods: [],
    ...set,
  };
}

export function newPod(world: World, version: string, readyNow = false): WorldPod {
  const { readyAfterMs, crashes } = behaviourOf(world, version);
  const readyAtMs = readyNow ? world.nowMs : world.nowMs + readyAfterMs;
  return { name: `shop-${version}-${++world.serial}`, readyAtMs, crashes: crashes && !readyNow };
}

export function readyPods(world: World, set: WorldSet | undefined): number {
  return (set?.pods ?? []).filter((pod) => !pod.crashes && pod.readyAtMs <= world.nowMs).length;
}
