import type { Delivery } from "../api/delivery.ts";
import { contenderServiceName } from "../api/names.ts";
import type { Caches } from "./caches.ts";
import { subjectOf } from "./subject.ts";

type Ground = "deployments" | "services" | "endpointslices" | "httproutes";

/** Index of the Deliveries by the objects that they name, so that a change is not held against every Delivery. */
export const standsOnIndex = {
  standsOn: (delivery: Delivery): readonly string[] => {
    const namespace = delivery.metadata.namespace ?? "";
    const { workload, service } = delivery.spec;
    return [
      groundKey("deployments", namespace, workload.name),
      groundKey("services", namespace, service.name),
      groundKey("services", namespace, contenderServiceName(service.name)),
      groundKey("endpointslices", namespace, service.name),
      ...subjectOf(delivery).routes.map((route) => groundKey("httproutes", namespace, route)),
    ];
  },
};

function groundKey(plural: Ground, namespace: string, name: string): string {
  return `${plural}/${namespace}/${name}`;
}

/** Deliveries that name this object; EndpointSlices by the name of their Service. */
export function standingOn(
  plural: Ground,
  namespace: string,
  name: string,
  caches: Pick<Caches, "deliveries">,
): readonly Delivery[] {
  return caches.deliveries.byIndex("standsOn", groundKey(plural, namespace, name));
}

/** Other Deliveries for the same workload or one of the same routes. */
export function rivalsOf(delivery: Delivery, caches: Pick<Caches, "deliveries">): readonly Delivery[] {
  const { namespace = "", uid } = delivery.metadata;
  const found = [
    ...standingOn("deployments", namespace, delivery.spec.workload.name, caches),
    ...subjectOf(delivery).routes.flatMap((route) => standingOn("httproutes", namespace, route, caches)),
  ];
  return [...new Map(found.map((other) => [other.metadata.uid, other])).values()].filter(
    (other) => other.metadata.uid !== uid,
  );
}
