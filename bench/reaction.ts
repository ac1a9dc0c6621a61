import { setTimeout as sleep } from "node:timers/promises";
import { ruleNamePrefix } from "../src/api/names.ts";
import type { KubeObject } from "../src/api/object.ts";
import type { Release } from "../src/api/release.ts";
import { resources } from "../src/api/resources.ts";
import { createClient } from "../src/kube/client.ts";
import { loadKubeConfig } from "../src/kube/config.ts";
import type { KubeClient } from "../src/kube/types.ts";
import { freePort } from "../testing/scenarios/embedded/freePort.ts";
import type { Child } from "./child.ts";
import { countsSince, totalOf, type RequestCounts } from "./countingClient.ts";
import { preciseNow, repeat, type Benchmark, type BenchContext, type Figure, type Table } from "./harness.ts";
import type { Failures } from "./processes/steadyLoad.ts";
import { applyShop, releaseVersion, type ShopOptions } from "./shop.ts";
import { watchFrom, type Sighting, type Sightings } from "./sightings.ts";
import { withWorkspace, type Workspace } from "./workspace.ts";

type Bed = { readonly client: KubeClient; readonly controller: Child; readonly context: BenchContext };

const watched = [resources.deliveries, resources.releases, resources.replicaSets, resources.pods, resources.httpRoutes];
const requestsPerSecond = 100;

/** How fast releases move, and how fast they are taken back: examples/shop on the embedded cluster, controller and load in own processes. */
export const reaction: Benchmark = {
  name: "reaction",
  deadlineMs: 300_000,
  run: (context) =>
    withWorkspace(context.signal, async (workspace) => {
      const cluster = await workspace.start("cluster", await workspace.directory());
      const controller = await workspace.start("controller", String(cluster.ready["controllerKubeconfigPath"]));
      const config = await loadKubeConfig({ env: {}, paths: [String(cluster.ready["kubeconfigPath"])] });
      const client = createClient(config);
      try {
        const bed: Bed = { client, controller, context };
        return [...(await goodReleases(bed)), await badReleases(bed, workspace)];
      } finally {
        client.close();
      }
    }),
};

/** Puts a shop up and waits until its first revision is under delivery. */
async function openShop({ client, context: { signal } }: Bed, options: ShopOptions): Promise<Sightings> {
  const sightings = await watchFrom(client, options.namespace, watched, signal);
  await applyShop(client, options, signal);
  await sightings.first(
    "the shop under delivery",
    ({ plural, object }) => plural === "deliveries" && phaseOf(object) === "Idle",
    60_000,
  );
  return sightings;
}

function phaseOf(object: KubeObject): string | undefined {
  return (object as KubeObject & { status?: { phase?: string } }).status?.phase;
}

type GoodRelease = {
  readonly toPods: number;
  readonly podsReady: number;
  readonly toProbe: number;
  readonly toAccepted: number;
  readonly toWarm: number;
  readonly fromWarm: number;
  readonly toWeight: number;
  readonly toPromoted: number;
  readonly requests: RequestCounts;
};

async function goodReleases(bed: Bed): Promise<Table[]> {
  const { quick, signal, say } = bed.context;
  const steps = [10, 25, 50, 75, 100].map((weight) => ({ weight, capacity: "100%" }));
  const port = await freePort(new Set());
  const sightings = await openShop(bed, { namespace: "good", port, replicas: 2, steps, checks: [] });
  const releases = await repeat({ warmUps: 1, runs: quick ? 2 : 15 }, signal, (run) => {
    say(`good release ${run + 1}`);
    return goodRelease(bed, sightings, `${run + 10}`);
  });
  return [moveTable(releases), requestTable(releases)];
}

async function goodRelease(
  { client, controller, context: { signal } }: Bed,
  sightings: Sightings,
  version: string,
): Promise<GoodRelease> {
  const before = await settledCounts(controller);
  sightings.forget();
  await releaseVersion(client, "good", { VERSION: version }, signal);
  const changedAt = preciseNow();
  const set = await sightings.first(
    "the contender's ReplicaSet",
    ({ plural, object }) => plural === "replicasets" && ownerKind(object) === "Release",
  );
  const weight = await sightings.first("weight on the contender", hasWeight);
  const promoted = await sightings.first(
    "the promotion",
    ({ plural, object }) => plural === "releases" && phaseOf(object) === "Promoted",
  );
  const readyAt = allReadyAt(sightings, set.object, 2);
  const podsReady = readyAt - set.at;
  const requests = countsSince(before, await settledCounts(controller));
  return {
    toPods: set.at - changedAt,
    podsReady,
    ...wayToWeight(sightings, readyAt, weight.at),
    toWeight: weight.at - changedAt - podsReady,
    toPromoted: promoted.at - changedAt - podsReady,
    requests,
  };
}

/** The stops between the last ready pod and the first weight. */
function wayToWeight(
  sightings: Sightings,
  readyAt: number,
  weightAt: number,
): Pick<GoodRelease, "toProbe" | "toAccepted" | "toWarm" | "fromWarm"> {
  const firstAt = (fits: (sighting: Sighting) => boolean): number => sightings.all(fits)[0]?.at ?? Number.NaN;
  const probeAt = firstAt(hasProbe);
  const acceptedAt = firstAt((sighting) => hasProbe(sighting) && isAccepted(sighting.object));
  const warmAt = firstAt(
    ({ plural, object, at }) => plural === "releases" && at > readyAt && (object as Release).status?.warm === true,
  );
  return {
    toProbe: probeAt - readyAt,
    toAccepted: acceptedAt - probeAt,
    toWarm: warmAt - acceptedAt,
    fromWarm: weightAt - warmAt,
  };
}

function hasProbe({ plural, object }: Sighting): boolean {
  return plural === "httproutes" && rulesOf(object).some((rule) => rule.name?.startsWith(ruleNamePrefix) === true);
}

function isAccepted({ metadata, ...rest }: KubeObject): boolean {
  const { status } = rest as { status?: { parents?: { conditions?: { observedGeneration?: number }[] }[] } };
  const conditions = (status?.parents ?? []).flatMap((parent) => parent.conditions ?? []);
  return (
    conditions.length > 0 && conditions.every(({ observedGeneration }) => observedGeneration === metadata.generation)
  );
}

type RouteRule = {
  readonly name?: string;
  readonly backendRefs?: readonly { readonly name: string; readonly weight?: number }[];
};

function rulesOf(route: KubeObject): readonly RouteRule[] {
  return (route as KubeObject & { spec?: { rules?: RouteRule[] } }).spec?.rules ?? [];
}

function ownerKind(object: KubeObject): string | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.kind;
}

/** Any share for the contender in a rule of the user's. */
function hasWeight({ plural, object }: Sighting): boolean {
  if (plural !== "httproutes") return false;
  const rules = rulesOf(object).filter((rule) => rule.name?.startsWith(ruleNamePrefix) !== true);
  return rules.some(
    (rule) => rule.backendRefs?.some((ref) => ref.name === "shop-contender" && ref.weight !== 0) === true,
  );
}

/** When so many pods of the ReplicaSet were ready for the first time. */
function allReadyAt(sightings: Sightings, set: KubeObject, count: number): number {
  const readyAt = new Map<string, number>();
  for (const { at, object } of sightings.all(
    ({ plural, object: pod }) =>
      plural === "pods" && pod.metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid) === true,
  )) {
    const { status } = object as KubeObject & { status?: { conditions?: { type: string; status: string }[] } };
    const ready =
      status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true;
    if (ready && !readyAt.has(object.metadata.name)) readyAt.set(object.metadata.name, at);
  }
  if (readyAt.size < count)
    throw new Error(`only ${readyAt.size} of ${count} pods of ${set.metadata.name} were seen ready`);
  return Math.max(...readyAt.values());
}

const quietMs = 300;
const settleTries = 40;

/** The counters once nothing more is asked of the API server; events may come late. */
async function settledCounts(controller: Child): Promise<RequestCounts> {
  let before = await controller.ask<RequestCounts>("counts");
  for (let tries = 0; tries < settleTries; tries++) {
    await sleep(quietMs);
    const now = await controller.ask<RequestCounts>("counts");
    if (totalOf(now) === totalOf(before)) return now;
    before = now;
  }
  throw new Error("the controller does not come to rest");
}

function moveTable(releases: readonly GoodRelease[]): Table {
  const values = (pick: (release: GoodRelease) => number): number[] => releases.map(pick);
  return {
    title: "A good release",
    note: "Five steps that need not wait (no checks, no drain), two pods of examples/shop at full capacity from the first step, probed at /healthz (at / the ten probes would wait for ten answers of the shop, some 5 ms each); times from the moment when the change of the Deployment was acknowledged, as seen by an outsider's watch, less the time from the contender's ReplicaSet to its last ready pod.",
    figures: [
      { what: "time that the pods took, left out below", unit: "ms", values: values(({ podsReady }) => podsReady) },
      { what: "change to the contender's ReplicaSet", unit: "ms", values: values(({ toPods }) => toPods) },
      { what: "last ready pod to the probe rule written", unit: "ms", values: values(({ toProbe }) => toProbe) },
      { what: "until the gateway has accepted it", unit: "ms", values: values(({ toAccepted }) => toAccepted) },
      { what: "until it was probed", unit: "ms", values: values(({ toWarm }) => toWarm) },
      { what: "until the first weight is written", unit: "ms", values: values(({ fromWarm }) => fromWarm) },
      {
        what: "change to the first weight",
        unit: "ms",
        values: values(({ toWeight }) => toWeight),
        bound: { of: "p99", atMost: 200 },
      },
      {
        what: "change to Promoted, hand-over included",
        unit: "ms",
        values: values(({ toPromoted }) => toPromoted),
        bound: { of: "p99", atMost: 1_500 },
      },
    ],
  };
}

function requestTable(releases: readonly GoodRelease[]): Table {
  const names = [...new Set(releases.flatMap(({ requests }) => Object.keys(requests)))].toSorted();
  const byName = names.map((name): Figure => ({
    what: name,
    unit: "",
    values: releases.map(({ requests }) => requests[name] ?? 0),
  }));
  const all: Figure = {
    what: "all",
    unit: "",
    values: releases.map(({ requests }) => totalOf(requests)),
    bound: { of: "median", atMost: 27 },
  };
  return {
    title: "API requests of a good release",
    note: "What the controller asked of the API server in the same releases, events included; watches that stay open are not requests.",
    figures: [all, ...byName],
  };
}

type BadRelease = {
  readonly fromSample: number;
  readonly fromFirst: number;
  readonly fromTwentieth: number;
  readonly goesOn: number;
  readonly failed: number;
};

async function badReleases(bed: Bed, workspace: Workspace): Promise<Table> {
  const { quick, signal, say } = bed.context;
  const port = await freePort(new Set());
  const sightings = await openShop(bed, { namespace: "bad", port, replicas: 2, steps: [{ weight: 50, for: "1m" }] });
  const load = await workspace.start("steadyLoad", `http://127.0.0.1:${port}/`, String(requestsPerSecond));
  const releases = await repeat({ warmUps: 1, runs: quick ? 2 : 15 }, signal, (run) => {
    say(`bad release ${run + 1}`);
    return badRelease(bed, sightings, load, `${run + 10}`);
  });
  const values = (pick: (release: BadRelease) => number): number[] => releases.map(pick);
  return {
    title: "A bad release",
    note: `The contender answers only 500 and gets half of ${requestsPerSecond} requests a second; counters are read every second (metrics.interval: 1s), so that a failure waits up to a second until it is read.`,
    figures: [
      {
        what: "counters read to weight 0 written",
        unit: "ms",
        values: values(({ fromSample }) => fromSample),
        bound: { of: "p99", atMost: 200 },
      },
      {
        what: "twentieth failed answer to weight 0 written",
        unit: "ms",
        values: values(({ fromTwentieth }) => fromTwentieth),
      },
      { what: "first failed answer to weight 0 written", unit: "ms", values: values(({ fromFirst }) => fromFirst) },
      { what: "weight 0 written to last failed answer", unit: "ms", values: values(({ goesOn }) => goesOn) },
      { what: "failed answers in all", unit: "", values: values(({ failed }) => failed) },
    ],
  };
}

async function badRelease(
  { client, context: { signal } }: Bed,
  sightings: Sightings,
  load: Child,
  version: string,
): Promise<BadRelease> {
  sightings.forget();
  await releaseVersion(client, "bad", { VERSION: version, ERROR_RATE: "1" }, signal);
  const weight = await sightings.first("weight on the contender", hasWeight);
  const zero = await sightings.first(
    "weight 0",
    (sighting) => sighting.plural === "httproutes" && sighting.at > weight.at && !hasWeight(sighting),
  );
  const ended = await sightings.first(
    "the end of the release",
    ({ plural, object }) => plural === "releases" && phaseOf(object) === "RolledBack",
  );
  await sightings.first(
    "the Delivery at rest",
    ({ plural, object, at }) => plural === "deliveries" && phaseOf(object) === "Rejected" && at >= zero.at,
  );
  const failures = await load.ask<Failures | undefined>("failures", version);
  const readAt = (ended.object as Release).status?.evidence?.at;
  if (failures?.twentiethAt === undefined || readAt === undefined)
    throw new Error(`version ${version} was taken back without twenty failed answers`);
  return {
    fromSample: zero.at - Date.parse(readAt),
    fromFirst: zero.at - failures.firstAt,
    fromTwentieth: zero.at - failures.twentiethAt,
    goesOn: failures.lastAt - zero.at,
    failed: failures.count,
  };
}
