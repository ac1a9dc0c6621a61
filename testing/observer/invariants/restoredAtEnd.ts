import { isDeepStrictEqual } from "node:util";
import { isFinished, type Release } from "../../../src/api/release.ts";
import type { Invariant, Moment } from "../invariant.ts";
import {
  activeReleases,
  deliveryOf,
  ownerName,
  type Route,
  type Service,
  type World,
  type Workload,
} from "../world.ts";

type Untouched = { readonly rules: Map<string, unknown>; readonly selectors: Map<string, unknown> };

/**
 * When a release has ended, the route's rules and the Service's selector are exactly as they were before it, nothing
 * of the contender's traffic is left, and after a rollback no pod of it is wanted any more.
 */
export const restoredAtEnd: Invariant = {
  name: "everything restored at the end",
  judge: () => {
    const untouched: Untouched = { rules: new Map(), selectors: new Map() };
    return (moment) => {
      rememberUntouched(moment, untouched);
      const { event, before, world } = moment;
      if (event.kind !== "Release" || event.type === "gone") return [];
      const release = event.object as unknown as Release;
      const ended =
        isFinished(release.status?.phase) &&
        before !== undefined &&
        !isFinished((before as unknown as Release).status?.phase) &&
        (before as unknown as Release).status !== undefined;
      if (!ended) return [];
      return [
        ...routesRestored(world, release, untouched),
        ...serviceRestored(world, release, untouched),
        ...contenderGone(world, release),
      ];
    };
  },
};

function hasTrace(route: Route): boolean {
  return (
    JSON.stringify(route.metadata.annotations ?? {}).includes("tidegate.dev/") ||
    (route.spec.rules ?? []).some(
      (rule) =>
        rule.name?.startsWith("tidegate-") === true ||
        rule.backendRefs?.some(({ name }) => name.endsWith("-contender")),
    )
  );
}

function isPinned(service: Service): boolean {
  return service.spec.selector?.["pod-template-hash"] !== undefined;
}

/** What is written while a release is on its way may be Tidegate's restoring, so that only what was there before counts. */
function rememberUntouched({ event, world }: Moment, { rules, selectors }: Untouched): void {
  const { name } = event.object.metadata;
  const atRest = activeReleases(world).length === 0;
  if (event.kind === "HTTPRoute" && !hasTrace(event.object as Route) && (atRest || !rules.has(name)))
    rules.set(name, (event.object as Route).spec.rules);
  if (event.kind === "Service" && !isPinned(event.object as Service) && (atRest || !selectors.has(name)))
    selectors.set(name, (event.object as Service).spec.selector);
  if (event.type !== "gone") return;
  if (event.kind === "HTTPRoute") rules.delete(name);
  if (event.kind === "Service") selectors.delete(name);
}

function routesRestored(world: World, release: Release, { rules }: Untouched): string[] {
  const names = deliveryOf(world, release)?.spec.traffic?.gatewayAPI.httpRoutes ?? [];
  return names.flatMap((name) => {
    const route = world.get("HTTPRoute", name) as Route | undefined;
    if (route === undefined || route.metadata.deletionTimestamp !== undefined) return [];
    if (hasTrace(route))
      return [
        `release ${release.metadata.name} is ${release.status?.phase}, but HTTPRoute ${name} still carries something of it`,
      ];
    return isDeepStrictEqual(route.spec.rules, rules.get(name))
      ? []
      : [
          `release ${release.metadata.name} is ${release.status?.phase}, but the rules of HTTPRoute ${name} are not as before: ${JSON.stringify(route.spec.rules)}`,
        ];
  });
}

function serviceRestored(world: World, release: Release, { selectors }: Untouched): string[] {
  const name = deliveryOf(world, release)?.spec.service.name ?? "";
  const service = world.get("Service", name) as Service | undefined;
  const contender = world.get("Service", `${name}-contender`);
  const left =
    contender !== undefined && contender.metadata.deletionTimestamp === undefined
      ? [`release ${release.metadata.name} is ${release.status?.phase}, but Service ${name}-contender is still there`]
      : [];
  if (service === undefined || isDeepStrictEqual(service.spec.selector, selectors.get(name))) return left;
  return [
    ...left,
    `release ${release.metadata.name} is ${release.status?.phase}, but the selector of Service ${name} is ${JSON.stringify(service.spec.selector)}, not ${JSON.stringify(selectors.get(name))}`,
  ];
}

function contenderGone(world: World, { metadata, status }: Release): string[] {
  if (status?.phase === "Promoted") return [];
  const left = (world.all("ReplicaSet") as Workload[]).filter(
    (set) =>
      ownerName(set, "Release") === metadata.name &&
      set.metadata.deletionTimestamp === undefined &&
      (set.spec.replicas ?? 1) > 0,
  );
  return left.map(
    (set) =>
      `release ${metadata.name} is ${status?.phase}, but its ReplicaSet ${set.metadata.name} still wants ${set.spec.replicas} pods`,
  );
}
