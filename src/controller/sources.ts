import type { Delivery } from "../api/delivery.ts";
import { annotations } from "../api/names.ts";
import { createGatewaySource } from "../adapters/sources/gatewaySource.ts";
import { createPodsSource } from "../adapters/sources/podsSource.ts";
import type { Clock } from "../ports/clock.ts";
import type { MetricSource } from "../ports/metricSource.ts";
import type { Caches } from "./caches.ts";
import type { Pod } from "./kinds.ts";
import { subjectOf } from "./subject.ts";

/** Where a Delivery's requests are counted: as it says, else the gateway that tells its address, else the pods. */
export function sourceOf(
  delivery: Delivery,
  caches: Caches,
  pods: readonly Pod[],
  clock: Clock,
): MetricSource | undefined {
  const { metrics } = delivery.spec;
  const url = metrics.gateway?.url ?? gatewayMetricsUrl(delivery, caches);
  if (metrics.source !== "pods" && url !== undefined) return createGatewaySource({ url, clock });
  if (metrics.source === "gateway") return undefined;
  const endpoint = metrics.pods ?? announcedEndpoint(pods);
  if (endpoint === undefined) return undefined;
  return createPodsSource({
    clock,
    port: endpoint.port,
    path: endpoint.path,
    requestsMetric: endpoint.requests,
    durationMetric: endpoint.duration,
  });
}

function gatewayMetricsUrl(delivery: Delivery, caches: Caches): string | undefined {
  const subject = subjectOf(delivery);
  for (const name of subject.routes) {
    const route = caches.routes?.get({ namespace: subject.namespace, name });
    for (const parent of route?.spec.parentRefs ?? []) {
      const gateway = caches.gateways?.get({ namespace: parent.namespace ?? subject.namespace, name: parent.name });
      const url = gateway?.metadata.annotations?.[annotations.metricsUrl];
      if (url !== undefined) return url;
    }
  }
  return undefined;
}

/** The annotations that Prometheus users put on pods. */
function announcedEndpoint(
  pods: readonly Pod[],
): { port: number; path: string; requests: string; duration: string } | undefined {
  const told = pods.find((pod) => pod.metadata.annotations?.["prometheus.io/scrape"] === "true")?.metadata.annotations;
  const port = Number(told?.["prometheus.io/port"]);
  if (told === undefined || !Number.isInteger(port) || port <= 0) return undefined;
  return {
    port,
    path: told["prometheus.io/path"] ?? "/metrics",
    requests: "http_requests_total",
    duration: "http_request_duration_seconds",
  };
}
