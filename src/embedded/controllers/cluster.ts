import type { KubeObject } from "../../api/object.ts";
import { controllerOf } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import { createFreshStore, type FreshStore } from "../../kube/freshStore.ts";
import { createInformer } from "../../kube/informer.ts";
import type { Log } from "../../kube/log.ts";
import type { Informer, KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Deployment, Node, Pod, ReplicaSet } from "./workloadTypes.ts";
import type { Endpoints } from "./endpoints/plan.ts";
import type { EndpointSlice, Service } from "./endpointslice/types.ts";

type Watched<T extends KubeObject> = { readonly informer: Informer<T>; readonly store: FreshStore<T> };

/** What every controller gets: the way to the API server, and the kinds that several of them watch. */
export type Cluster = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly deployments: Watched<Deployment>;
  readonly replicaSets: Watched<ReplicaSet>;
  readonly pods: Watched<Pod>;
  readonly services: Watched<Service>;
  readonly endpointSlices: Watched<EndpointSlice>;
  readonly endpoints: Watched<Endpoints>;
  readonly nodes: Watched<Node>;
  readonly namespaces: Watched<KubeObject>;
};

export type ClusterDeps = Pick<Cluster, "client" | "clock" | "random" | "log" | "signal">;

/** Index of workloads and pods by the uid of the controller that owns them. */
export const byController = "controller";
/** Index of workloads and pods that no controller owns, by namespace. */
export const orphansOf = "orphans";
/** Index of EndpointSlices by `namespace/service`. */
export const byService = "service";
/** Index of pods by the node that they are bound to; those without one under the empty name. */
export const byNode = "node";

export const serviceNameLabel = "kubernetes.io/service-name";

const ownership = {
  [byController]: (object: KubeObject): readonly string[] => {
    const uid = controllerOf(object)?.uid;
    return uid === undefined ? [] : [uid];
  },
  [orphansOf]: ({ metadata, ...object }: KubeObject): readonly string[] =>
    controllerOf({ ...object, metadata }) === undefined ? [metadata.namespace ?? ""] : [],
};

/** Makes the shared informers; none is started yet. */
export function createCluster(deps: ClusterDeps): Cluster {
  const watched = <T extends KubeObject>(
    resource: (typeof resources)[keyof typeof resources],
    indexes: Readonly<Record<string, (object: T) => readonly string[]>> = {},
  ): Watched<T> => {
    const informer = createInformer<T>(deps.client, { resource, indexes }, deps);
    return { informer, store: createFreshStore(informer, indexes, deps.clock) };
  };
  return {
    ...deps,
    deployments: watched<Deployment>(resources.deployments),
    replicaSets: watched<ReplicaSet>(resources.replicaSets, ownership),
    pods: watched<Pod>(resources.pods, { ...ownership, [byNode]: ({ spec }: Pod) => [spec.nodeName ?? ""] }),
    services: watched<Service>(resources.services),
    endpointSlices: watched<EndpointSlice>(resources.endpointSlices, { [byService]: serviceOf }),
    endpoints: watched<Endpoints>(resources.endpoints),
    nodes: watched<Node>(resources.nodes),
    namespaces: watched<KubeObject>(resources.namespaces),
  };
}

function serviceOf({ metadata }: EndpointSlice): readonly string[] {
  const service = metadata.labels?.[serviceNameLabel];
  return service === undefined ? [] : [`${metadata.namespace ?? ""}/${service}`];
}

/** The two halves of a queue key. */
export function refOf(key: string): { readonly namespace?: string; readonly name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
