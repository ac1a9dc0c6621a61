import type { Delivery } from "../api/delivery.ts";
import type { Intervention } from "../api/intervention.ts";
import { labels } from "../api/names.ts";
import { controllerOf, keyOf, type KubeObject } from "../api/object.ts";
import type { HTTPRoute } from "../adapters/routers/gatewayApi/types.ts";
import type { Caches } from "./caches.ts";
import { rivalsOf, standingOn } from "./standsOn.ts";
import { subjectOf } from "./subject.ts";

/** Which Deliveries have to be looked at because this object changed. */
export function keysTouchedBy(plural: string, object: KubeObject, caches: Caches): readonly string[] {
  const namespace = object.metadata.namespace ?? "";
  const standing = (ground: Parameters<typeof standingOn>[0], of: string | undefined): string[] =>
    of === undefined ? [] : standingOn(ground, namespace, of, caches).map(keyOf);
  const { name } = object.metadata;
  switch (plural) {
    case "deliveries":
      return [keyOf(object), ...rivalsOf(object as Delivery, caches).map(keyOf)];
    case "releases":
      return [`${namespace}/${object.metadata.labels?.[labels.delivery] ?? ""}`];
    case "interventions":
      return deliveryOfRelease(namespace, (object as Intervention).spec.release, caches);
    case "deployments":
      return standing("deployments", name);
    case "replicasets":
      return keysOfReplicaSet(object, caches);
    case "pods": {
      const set = caches.replicaSets.get({ namespace, name: controllerOf(object)?.name ?? "" });
      return set === undefined ? [] : keysOfReplicaSet(set, caches);
    }
    case "services":
      return standing("services", name);
    case "endpointslices":
      return standing("endpointslices", object.metadata.labels?.["kubernetes.io/service-name"]);
    case "httproutes":
      return standing("httproutes", name);
    case "gateways":
      return caches.deliveries
        .list()
        .filter((delivery) => routesThrough(delivery, object, caches))
        .map(keyOf);
    default:
      return [];
  }
}

function deliveryOfRelease(namespace: string, release: string, caches: Caches): string[] {
  const delivery = caches.releases.get({ namespace, name: release })?.spec.delivery;
  return delivery === undefined ? [] : [`${namespace}/${delivery}`];
}

function keysOfReplicaSet(set: KubeObject, caches: Caches): string[] {
  const { namespace = "" } = set.metadata;
  const held = set.metadata.labels?.[labels.delivery];
  const owner = controllerOf(set);
  const holder = held === undefined ? undefined : caches.deliveries.get({ namespace, name: held });
  const keys = owner?.kind === "Deployment" ? standingOn("deployments", namespace, owner.name, caches).map(keyOf) : [];
  return holder === undefined ? keys : [...new Set([keyOf(holder), ...keys])];
}

function routesThrough(delivery: Delivery, gateway: KubeObject, caches: Caches): boolean {
  const subject = subjectOf(delivery);
  return subject.routes.some((name) => {
    const route: HTTPRoute | undefined = caches.routes?.get({ namespace: subject.namespace, name });
    return (
      route?.spec.parentRefs?.some(
        (parent) =>
          parent.name === gateway.metadata.name &&
          (parent.namespace ?? subject.namespace) === gateway.metadata.namespace,
      ) === true
    );
  });
}
