import type { AnyObject } from "../../src/api/object.ts";
import { controllerOf } from "../../src/api/object.ts";
import type { Release } from "../../src/api/release.ts";
import { isFinished } from "../../src/api/release.ts";
import type { Delivery } from "../../src/api/delivery.ts";
import type { Seen } from "./seen.ts";

/** The fields of Kubernetes' kinds that invariants speak of. */
export type Rule = {
  readonly name?: string;
  readonly matches?: readonly unknown[];
  readonly backendRefs?: readonly BackendRef[];
};
export type BackendRef = { readonly name: string; readonly kind?: string; readonly weight?: number };
export type Route = AnyObject & { readonly spec: { readonly rules?: readonly Rule[] } };
export type Workload = AnyObject & {
  readonly spec: { readonly replicas?: number; readonly paused?: boolean; readonly template: unknown };
};
export type Service = AnyObject & { readonly spec: { readonly selector?: Readonly<Record<string, string>> } };
export type Pod = AnyObject & {
  readonly status?: { readonly containerStatuses?: readonly { readonly restartCount?: number }[] };
};
export type Slice = AnyObject & {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
};

/** The namespace as it was at one revision. */
export type World = {
  all(kind: string): readonly AnyObject[];
  get(kind: string, name: string): AnyObject | undefined;
};

export type MutableWorld = World & { see(event: Seen): AnyObject | undefined };

/** An empty namespace; `see` moves it one revision on and gives back the object as it was before. */
export function createWorld(): MutableWorld {
  const kinds = new Map<string, Map<string, AnyObject>>();
  return {
    all: (kind) => [...(kinds.get(kind)?.values() ?? [])],
    get: (kind, name) => kinds.get(kind)?.get(name),
    see({ kind, type, object }) {
      const objects = kinds.get(kind) ?? new Map<string, AnyObject>();
      kinds.set(kind, objects);
      const { name } = object.metadata;
      const before = objects.get(name);
      if (type === "gone") objects.delete(name);
      else objects.set(name, object);
      return before;
    },
  };
}

export function releasesOf(world: World): readonly Release[] {
  return world.all("Release") as unknown as Release[];
}

/** Not finished; a Release whose status was not written yet counts. */
export function activeReleases(world: World): readonly Release[] {
  return releasesOf(world).filter((release) => !isFinished(release.status?.phase));
}

export function deliveryOf(world: World, release: Release): Delivery | undefined {
  return world.get("Delivery", release.spec.delivery) as unknown as Delivery | undefined;
}

export function readyEndpoints(world: World, service: string): number {
  const slices = (world.all("EndpointSlice") as Slice[]).filter(
    ({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === service,
  );
  return slices.flatMap((slice) => slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false)
    .length;
}

/** Shares of a rule by the name of the backend, of 1 in all; empty where no backend has a weight. */
export function sharesOf(rule: Rule): ReadonlyMap<string, number> {
  const refs = rule.backendRefs ?? [];
  const total = refs.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const shares = new Map<string, number>();
  if (total > 0) for (const { name, weight = 1 } of refs) shares.set(name, (shares.get(name) ?? 0) + weight / total);
  return shares;
}

/** Rules that users' requests come by: those that only a probe or a header of the plan matches are not among them. */
export function userRules(route: Route): readonly Rule[] {
  return (route.spec.rules ?? []).filter(({ name }) => name?.startsWith("tidegate-") !== true);
}

export function ownerName(object: AnyObject, kind: string): string | undefined {
  const owner = controllerOf(object);
  return owner?.kind === kind ? owner.name : undefined;
}

export function restartsOf(pod: Pod): number {
  return (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}
