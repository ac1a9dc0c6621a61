import type { KubeObject } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import type { InformerDeps } from "../../kube/informer.ts";
import { createInformer } from "../../kube/informer.ts";
import type { Informer, KubeClient } from "../../kube/types.ts";
import type { EndpointSlice, Gateway, GatewayClass, HttpRoute, ReferenceGrant, Service } from "./apiTypes.ts";
import type { GatewayObjects } from "./compile/objects.ts";

export type Observed = {
  /** Resolves when all kinds are listed; rejects with KUBE_TIMEOUT naming the kind that is not. */
  start(signal: AbortSignal): Promise<void>;
  /** What the caches hold now. */
  objects(controllerName: string): GatewayObjects;
};

const syncTimeoutMs = 30_000;
const serviceLabel = "kubernetes.io/service-name";

/** Watches all that routes are made from and calls `changed` at each change that comes after the first lists. */
export function observeGateway(client: KubeClient, deps: InformerDeps, changed: () => void): Observed {
  const classes = createInformer<GatewayClass>(client, { resource: resources.gatewayClasses }, deps);
  const gateways = createInformer<Gateway>(client, { resource: resources.gateways }, deps);
  const routes = createInformer<HttpRoute>(client, { resource: resources.httpRoutes }, deps);
  const grants = createInformer<ReferenceGrant>(client, { resource: resources.referenceGrants }, deps);
  const namespaces = createInformer(client, { resource: resources.namespaces }, deps);
  const services = createInformer<Service>(client, { resource: resources.services }, deps);
  const slices = createInformer<EndpointSlice>(
    client,
    { resource: resources.endpointSlices, indexes: { service: (slice) => [serviceKey(slice)] } },
    deps,
  );
  const all: readonly Started[] = [classes, gateways, routes, grants, namespaces, services, slices];

  // Half of the lists would make a table, and statuses, in which the other half does not exist.
  let complete = false;

  return {
    async start(signal) {
      for (const informer of all) {
        informer.onChange(() => void (complete && changed()));
        informer.start(signal);
      }
      await Promise.all(all.map((informer) => informer.waitForSync(syncTimeoutMs, signal)));
      complete = true;
    },
    objects: (controllerName) => ({
      controllerName,
      classes: classes.store.list(),
      gateways: gateways.store.list(),
      routes: routes.store.list(),
      grants: grants.store.list(),
      namespaceLabels(name) {
        const namespace = namespaces.store.get({ name });
        return namespace === undefined ? undefined : (namespace.metadata.labels ?? {});
      },
      service: (namespace, name) => services.store.get({ namespace, name }),
      slices: (namespace, service) => slices.store.byIndex("service", `${namespace}/${service}`),
    }),
  };
}

type Started = Pick<Informer, "start" | "waitForSync"> & { onChange(handler: () => void): () => void };

function serviceKey(slice: KubeObject): string {
  return `${slice.metadata.namespace}/${slice.metadata.labels?.[serviceLabel] ?? ""}`;
}
