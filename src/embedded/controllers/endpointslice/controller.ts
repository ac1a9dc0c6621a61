import { isTidegateError } from "../../../api/error.ts";
import { keyOf } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import { createWorkQueue } from "../../../kube/workQueue.ts";
import type { Cluster } from "../cluster.ts";
import { byNode, byService, refOf, serviceNameLabel } from "../cluster.ts";
import { matchesSelector } from "../../../api/labelSelector.ts";
import type { Pod } from "../workloadTypes.ts";
import type { SliceWrite } from "./plan.ts";
import { managedByLabel, managerName, planSlices } from "./plan.ts";
import type { Service } from "./types.ts";

/** Keeps the EndpointSlices of Services that have a selector. Handlers are registered at once; the loop ends with the signal. */
export function createEndpointSliceController(cluster: Cluster): () => Promise<void> {
  const { clock, random, log, signal, services, pods, nodes, endpointSlices } = cluster;
  const queue = createWorkQueue({ clock, random, concurrency: 5, log });
  const addSelecting = (pod: Pod): void => {
    for (const service of services.store.list(pod.metadata.namespace))
      if (selects(service, pod)) queue.add(keyOf(service));
  };

  services.informer.onChange(({ object }) => queue.add(keyOf(object)));
  pods.informer.onChange((change) => {
    addSelecting(change.object);
    if (change.kind === "updated") addSelecting(change.old);
  });
  nodes.informer.onChange(({ object }) => {
    for (const pod of pods.store.byIndex(byNode, object.metadata.name)) addSelecting(pod);
  });
  endpointSlices.informer.onChange(({ object }) => {
    const service = object.metadata.labels?.[serviceNameLabel];
    if (service !== undefined) queue.add(`${object.metadata.namespace ?? ""}/${service}`);
  });

  return () => queue.run((key) => syncService(cluster, key), signal);
}

function selects({ spec }: Service, pod: Pod): boolean {
  return spec.selector !== undefined && matchesSelector({ matchLabels: spec.selector }, pod.metadata.labels);
}

/** Slices of a Service that is gone go with it, by their owner reference. */
async function syncService(cluster: Cluster, key: string): Promise<void> {
  const service = cluster.services.store.get(refOf(key));
  if (service?.spec.selector === undefined || service.spec.type === "ExternalName") return;
  if (service.metadata.deletionTimestamp !== undefined) return;
  const writes = planSlices({
    service,
    pods: cluster.pods.store.list(service.metadata.namespace).filter((pod) => selects(service, pod)),
    nodeOf: (name) => (name === "" ? undefined : cluster.nodes.store.get({ name })),
    existing: cluster.endpointSlices.store
      .byIndex(byService, key)
      .filter(({ metadata }) => metadata.labels?.[managedByLabel] === managerName),
  });
  for (const write of writes) await executeWrite(cluster, write);
}

async function executeWrite(
  { client, signal, endpointSlices: { store } }: Cluster,
  { kind, slice }: SliceWrite,
): Promise<void> {
  const resource = resources.endpointSlices;
  try {
    switch (kind) {
      case "create":
        store.written(await client.create(resource, slice, { signal }));
        return;
      case "update":
        store.written(await client.update(resource, slice, { signal }));
        return;
      case "delete":
        await client.delete(resource, slice.metadata, { uid: slice.metadata.uid, signal });
        store.removed(slice.metadata);
        return;
      default:
        throw new Error(`unknown write ${String(kind satisfies never)}`);
    }
  } catch (error) {
    // Gone already, or its namespace is going: nothing is left to keep.
    if (!isTidegateError(error, "KUBE_NOT_FOUND", "KUBE_FORBIDDEN")) throw error;
  }
}
