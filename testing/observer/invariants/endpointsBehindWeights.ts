import type { Delivery } from "../../../src/api/delivery.ts";
import { contenderServiceName } from "../../../src/api/names.ts";
import type { Invariant, Moment } from "../invariant.ts";
import {
  activeReleases,
  ownerName,
  readyEndpoints,
  sharesOf,
  userRules,
  type Route,
  type Service,
  type Workload,
} from "../world.ts";

/** How long a loss of endpoints may have been seen before a write that did not know of it yet. */
const sightMs = 1_000;

/**
 * No backend gets weight that has no ready endpoint, and no track is scaled to nothing while it has weight. Endpoints
 * that vanish by themselves under a weight are not judged here: the write that gives weight is, and the scaling.
 */
export const endpointsBehindWeights: Invariant = {
  name: "no weight without a ready endpoint",
  judge: () => {
    const lastReadyMs = new Map<string, number>();
    return (moment) => {
      noteReady(moment, lastReadyMs);
      return [...givenWeight(moment, lastReadyMs), ...scaledAway(moment)];
    };
  },
};

function noteReady({ world, event }: Moment, lastReadyMs: Map<string, number>): void {
  if (event.kind !== "EndpointSlice") return;
  const service = event.object.metadata.labels?.["kubernetes.io/service-name"] ?? "";
  if (readyEndpoints(world, service) > 0) lastReadyMs.set(service, Number.POSITIVE_INFINITY);
  else if (lastReadyMs.get(service) === Number.POSITIVE_INFINITY) lastReadyMs.set(service, event.atMs);
}

function givenWeight({ world, event, before }: Moment, lastReadyMs: ReadonlyMap<string, number>): string[] {
  if (event.kind !== "HTTPRoute" || event.type === "gone" || before === undefined) return [];
  const earlier = weighted(before as Route);
  const tracks = (world.all("Delivery") as unknown as Delivery[]).flatMap(({ spec }) => [
    spec.service.name,
    contenderServiceName(spec.service.name),
  ]);
  return [...weighted(event.object as Route)].flatMap(([service, share]) => {
    if (!tracks.includes(service)) return [];
    if (share <= (earlier.get(service) ?? 0) || readyEndpoints(world, service) > 0) return [];
    const lostMs = lastReadyMs.get(service);
    if (lostMs !== undefined && event.atMs - lostMs < sightMs) return [];
    return [
      `HTTPRoute ${event.object.metadata.name} gives ${Math.round(share * 10_000) / 100} % to Service ${service}, which has no ready endpoint`,
    ];
  });
}

function weighted(route: Route): ReadonlyMap<string, number> {
  const largest = new Map<string, number>();
  for (const rule of userRules(route)) {
    for (const [service, share] of sharesOf(rule))
      if (share > 0) largest.set(service, Math.max(share, largest.get(service) ?? 0));
  }
  return largest;
}

function scaledAway({ world, event, before }: Moment): string[] {
  if (event.kind !== "ReplicaSet" || event.type === "gone" || before === undefined) return [];
  const set = event.object as Workload;
  if (set.spec.replicas !== 0 || (before as Workload).spec.replicas === 0 || isUsersOwnWish(set, world)) return [];
  const hash = set.metadata.labels?.["pod-template-hash"];
  const services = (world.all("Service") as Service[])
    .filter(({ spec }) => spec.selector?.["pod-template-hash"] === hash)
    .map(({ metadata }) => metadata.name);
  const routes = world.all("HTTPRoute") as Route[];
  return routes.flatMap((route) =>
    services
      .filter((service) => (weighted(route).get(service) ?? 0) > 0)
      .map(
        (service) =>
          `ReplicaSet ${set.metadata.name} is scaled to 0 while HTTPRoute ${route.metadata.name} gives weight to Service ${service}`,
      ),
  );
}

/** The Deployment is scaled to 0, or goes away. */
function isUsersOwnWish(set: Workload, world: Moment["world"]): boolean {
  const name = ownerName(set, "Deployment") ?? activeReleases(world)[0]?.spec.workload.name;
  const deployment = name === undefined ? undefined : (world.get("Deployment", name) as Workload | undefined);
  return (
    deployment === undefined || deployment.metadata.deletionTimestamp !== undefined || deployment.spec.replicas === 0
  );
}
