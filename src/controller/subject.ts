import type { Delivery } from "../api/delivery.ts";
import type { Release } from "../api/release.ts";
import { contenderServiceName } from "../api/names.ts";
import type { TrafficSubject } from "../ports/trafficRouter.ts";

/**
 * Whose traffic a Delivery moves, and by which routes. A release that is on its way keeps hold of the routes that it
 * began with, also when the Delivery no longer names them: they have to be put back at its end.
 */
export function subjectOf(delivery: Delivery, release?: Release): TrafficSubject {
  const { spec, metadata } = delivery;
  const begunWith = Object.keys(release?.status?.originals?.routes ?? {});
  return {
    namespace: metadata.namespace ?? "default",
    delivery: metadata.name,
    stableService: spec.service.name,
    contenderService: contenderServiceName(spec.service.name),
    routes: [...new Set([...(spec.traffic?.gatewayAPI.httpRoutes ?? []), ...begunWith])],
    probePath: spec.traffic?.gatewayAPI.probePath ?? "/",
  };
}
