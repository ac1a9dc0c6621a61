import { isTidegateError } from "../../../api/error.ts";
import { keyOf } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import { createWorkQueue } from "../../../kube/workQueue.ts";
import type { Cluster } from "../cluster.ts";
import { byService, refOf, serviceNameLabel } from "../cluster.ts";
import { isOurs, planEndpoints } from "./plan.ts";

/**
 * Keeps the Endpoints of Services that have a selector, from their slices: `kubectl` 1.29 and others still read them.
 * Handlers are registered at once; the loop ends with the signal.
 */
export function createEndpointsController(cluster: Cluster): () => Promise<void> {
  const { clock, random, log, signal, services, endpointSlices, endpoints } = cluster;
  const queue = createWorkQueue({ clock, random, concurrency: 2, log });
  services.informer.onChange(({ object }) => queue.add(keyOf(object)));
  endpoints.informer.onChange(({ object }) => queue.add(keyOf(object)));
  endpointSlices.informer.onChange(({ object }) => {
    const service = object.metadata.labels?.[serviceNameLabel];
    if (service !== undefined) queue.add(`${object.metadata.namespace ?? ""}/${service}`);
  });
  return () => queue.run((key) => syncEndpoints(cluster, key), signal);
}

async function syncEndpoints(cluster: Cluster, key: string): Promise<void> {
  const { client, signal, services, endpointSlices, endpoints } = cluster;
  const service = services.store.get(refOf(key));
  const existing = endpoints.store.get(refOf(key));
  const resource = resources.endpoints;
  try {
    if (service === undefined || service.metadata.deletionTimestamp !== undefined) {
      if (existing === undefined || !isOurs(existing)) return;
      const { metadata } = existing;
      await client.delete(resource, metadata, { uid: metadata.uid, signal });
      endpoints.store.removed(metadata);
      return;
    }
    if (service.spec.selector === undefined || service.spec.type === "ExternalName") return;
    const slices = endpointSlices.store.byIndex(byService, key);
    const wanted = planEndpoints(service, slices, existing);
    if (wanted === undefined) return;
    endpoints.store.written(
      existing === undefined
        ? await client.create(resource, wanted, { signal })
        : await client.update(resource, wanted, { signal }),
    );
  } catch (error) {
    // Gone already, or its namespace is going: nothing is left to keep.
    if (!isTidegateError(error, "KUBE_NOT_FOUND", "KUBE_FORBIDDEN")) throw error;
  }
}
