import { isTidegateError } from "../api/error.ts";
import type { Delivery } from "../api/delivery.ts";
import type { Intervention } from "../api/intervention.ts";
import { labels } from "../api/names.ts";
import { controllerOf, type AnyObject, type KubeObject, type ResourceType } from "../api/object.ts";
import type { Release } from "../api/release.ts";
import { resources } from "../api/resources.ts";
import type { Gateway, HTTPRoute } from "../adapters/routers/gatewayApi/types.ts";
import { createFreshStore, type FreshStore } from "../kube/freshStore.ts";
import { createInformer, type InformerDeps } from "../kube/informer.ts";
import type { Informer, KubeClient } from "../kube/types.ts";
import type { Clock } from "../ports/clock.ts";
import { standsOnIndex } from "./standsOn.ts";
import type { Deployment, EndpointSlice, Pod, ReplicaSet, Service } from "./kinds.ts";

/** Everything that the controller watches. */
export type Caches = {
  readonly deliveries: FreshStore<Delivery>;
  readonly releases: FreshStore<Release>;
  readonly interventions: FreshStore<Intervention>;
  readonly deployments: FreshStore<Deployment>;
  readonly replicaSets: FreshStore<ReplicaSet>;
  readonly pods: FreshStore<Pod>;
  readonly services: FreshStore<Service>;
  readonly slices: FreshStore<EndpointSlice>;
  /** Undefined where the Gateway API is not installed. */
  readonly routes: FreshStore<HTTPRoute> | undefined;
  readonly gateways: FreshStore<Gateway> | undefined;
  /** Called after the store changed, with the kind's plural and the object. */
  onChange(handler: (plural: string, object: KubeObject) => void): void;
  start(signal: AbortSignal): Promise<void>;
};

const syncTimeoutMs = 30_000;

const ownerIndex = { owner: (object: KubeObject): readonly string[] => ownersOf(object) };
const nameIndex = {
  service: (slice: KubeObject): readonly string[] => [
    `${slice.metadata.namespace ?? ""}/${slice.metadata.labels?.["kubernetes.io/service-name"] ?? ""}`,
  ],
};
const deliveryIndex = {
  delivery: (object: KubeObject): readonly string[] => [
    `${object.metadata.namespace ?? ""}/${object.metadata.labels?.[labels.delivery] ?? ""}`,
  ],
};

function ownersOf(object: KubeObject): readonly string[] {
  const owner = controllerOf(object);
  return owner === undefined ? [] : [owner.uid];
}

/** Informers for what the controller needs; with `hasGatewayApi` also the routes and Gateways. */
export function createCaches(
  client: KubeClient,
  options: { namespace?: string | undefined; hasGatewayApi: boolean },
  deps: InformerDeps & { readonly clock: Clock },
): Caches {
  const informers: { plural: string; informer: Informer<KubeObject> }[] = [];
  function watched<T extends KubeObject>(
    resource: ResourceType,
    indexes: Readonly<Record<string, (object: T) => readonly string[]>> = {},
  ): FreshStore<T> {
    const transform = (object: AnyObject): T => object as unknown as T;
    const informer = createInformer<T>(client, { resource, namespace: options.namespace, indexes, transform }, deps);
    informers.push({ plural: resource.plural, informer });
    return createFreshStore(informer, indexes, deps.clock);
  }
  const caches = {
    deliveries: watched<Delivery>(resources.deliveries, standsOnIndex),
    releases: watched<Release>(resources.releases, deliveryIndex),
    interventions: watched<Intervention>(resources.interventions),
    deployments: watched<Deployment>(resources.deployments),
    replicaSets: watched<ReplicaSet>(resources.replicaSets, { ...ownerIndex, ...deliveryIndex }),
    pods: watched<Pod>(resources.pods, ownerIndex),
    services: watched<Service>(resources.services),
    slices: watched<EndpointSlice>(resources.endpointSlices, nameIndex),
    routes: options.hasGatewayApi ? watched<HTTPRoute>(resources.httpRoutes) : undefined,
    gateways: options.hasGatewayApi ? watched<Gateway>(resources.gateways) : undefined,
  };
  return {
    ...caches,
    onChange(handler) {
      for (const { plural, informer } of informers) informer.onChange((change) => handler(plural, change.object));
    },
    async start(signal) {
      // One after the other, so that one kind's lists are garbage before the next kind's come.
      for (const { informer } of informers) {
        informer.start(signal);
        await informer.waitForSync(syncTimeoutMs, signal);
      }
    },
  };
}

/** Whether the cluster serves HTTPRoutes. */
export async function findGatewayApi(client: KubeClient, signal: AbortSignal): Promise<boolean> {
  try {
    await client.raw("GET", "/apis/gateway.networking.k8s.io/v1", { signal });
    return true;
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return false;
    throw error;
  }
}
