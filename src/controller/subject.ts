import type { Delivery } from "../api/delivery.ts";
import { contenderServiceName } from "../api/names.ts";
import type { TrafficSubject } from "../ports/trafficRouter.ts";

/** Whose traffic a Delivery moves, and by which routes. */
export function subjectOf(delivery: Delivery): TrafficSubject {
  const { spec, metadata } = delivery;
  return {
    namespace: metadata.namespace ?? "default",
    delivery: metadata.name,
    stableService: spec.service.name,
    contenderService: contenderServiceName(spec.service.name),
    routes: spec.traffic?.gatewayAPI.httpRoutes ?? [],
    probePath: spec.traffic?.gatewayAPI.probePath ?? "/",
  };
}
