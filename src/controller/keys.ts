import type { Delivery } from "../api/delivery.ts";
import type { Intervention } from "../api/intervention.ts";
import { contenderServiceName, labels } from "../api/names.ts";
import { controllerOf, keyOf, type KubeObject } from "../api/object.ts";
import type { HTTPRoute } from "../adapters/routers/gatewayApi/types.ts";
import type { Caches } from "./caches.ts";
import { subjectOf } from "./subject.ts";

/** Which Deliveries have to be looked at because this object changed. */
export function keysTouchedBy(plural: string, object: KubeObject, caches: Caches): readonly string[] {
  const namespace = object.metadata.namespace ?? "";
  const inNamespace = (belongs: (delivery: Delivery) => boolean): string[] => caches.deliveries.list(namespace).filter(belongs).map(keyOf);
  const { name } = object.metadata;
  switch (plural) {
    case "deliveries":
      return [keyOf(object), ...rivals(object as Delivery, caches)];
    case "releases":
      return [`${namespace}/${object.metadata.labels?.[labels.delivery] ?? ""}`];
    case "interventions":
      return deliveryOfRelease(namespace, (object as Intervention).spec.release, caches);
    case "deployments":
      return inNamespace((delivery) => delivery.spec.workload.name === name);
    case "replicasets":
      return keysOfReplicaSet(object, inNamespace);
    case "pods": {
      const set = caches.replicaSets.get({ namespace, name: controllerOf(object)?.name ?? "" });
      return set === undefined ? [] : keysOfReplicaSet(set, inNamespace);
    }
    case "services":
      return inNamespace((delivery) => delivery.spec.service.name === name || contenderServiceName(delivery.spec.service.name) === name);
    case "endpointslices": {
      const service = object.metadata.labels?.["kubernetes.io/service-name"];
      return inNamespace((delivery) => delivery.spec.service.name === service);
    }
    case "httproutes":
      return inNamespace((delivery) => subjectOf(delivery).routes.includes(name));
    case "gateways":
      return caches.deliveries.list().filter((delivery) => routesThrough(delivery, object, caches)).map(keyOf);
    default:
      return [];
  }
}

/** Another Delivery for the same workload or route may now be free to go, or no longer. */
function rivals(delivery: Delivery, caches: Caches): string[] {
  const { routes } = subjectOf(delivery);
  return caches.deliveries
    .list(delivery.metadata.namespace)
    .filter((other) => other.metadata.uid !== delivery.metadata.uid)
    .filter((other) => other.spec.workload.name === delivery.spec.workload.name || subjectOf(other).routes.some((route) => routes.includes(route)))
    .map(keyOf);
}

function deliveryOfRelease(namespace: string, release: string, caches: Caches): string[] {
  const delivery = caches.releases.get({ namespace, name: release })?.spec.delivery;
  return delivery === undefined ? [] : [`${namespace}/${delivery}`];
}

function keysOfReplicaSet(set: KubeObject, inNamespace: (belongs: (delivery: Delivery) => boolean) => string[]): string[] {
  const held = set.metadata.labels?.[labels.delivery];
  const owner = controllerOf(set);
  return inNamespace((delivery) => delivery.metadata.name === held || (owner?.kind === "Deployment" && delivery.spec.workload.name === owner.name));
}

function routesThrough(delivery: Delivery, gateway: KubeObject, caches: Caches): boolean {
  const subject = subjectOf(delivery);
  return subject.routes.some((name) => {
    const route: HTTPRoute | undefined = caches.routes?.get({ namespace: subject.namespace, name });
    return route?.spec.parentRefs?.some((parent) => parent.name === gateway.metadata.name && (parent.namespace ?? subject.namespace) === gateway.metadata.namespace) === true;
  });
}
