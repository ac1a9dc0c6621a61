import { messageOf } from "../../api/error.ts";
import type { Log } from "../../kube/log.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import { createCluster } from "./cluster.ts";
import { createDeploymentController } from "./deployment/controller.ts";
import { createEndpointsController } from "./endpoints/controller.ts";
import { createEndpointSliceController } from "./endpointslice/controller.ts";
import { createGarbageCollector } from "./garbage/controller.ts";
import { createNamespaceController } from "./namespace/controller.ts";
import { createPodCleanUp } from "./pods/cleanUp.ts";
import { createReplicaSetController } from "./replicaset/controller.ts";
import { createScheduler } from "./scheduler.ts";
import { createServedKinds } from "./servedKinds.ts";

export type ControllersOptions = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends every loop. */
  readonly signal: AbortSignal;
  readonly log?: Log | undefined;
};

const syncTimeoutMs = 30_000;

/**
 * Starts the controllers of the embedded cluster: Deployment, ReplicaSet, scheduler, EndpointSlice, Endpoints, garbage
 * collector, namespaces and pod clean-up. Resolves when their informers have synced; rejects with KUBE_TIMEOUT when they do not.
 */
export async function startControllers({ log = () => {}, ...deps }: ControllersOptions): Promise<void> {
  const cluster = createCluster({ ...deps, log });
  const kinds = createServedKinds(cluster);
  const { deployments, replicaSets, pods, services, endpointSlices, endpoints, nodes, namespaces } = cluster;
  const loops = {
    deployment: createDeploymentController(cluster),
    replicaSet: createReplicaSetController(cluster),
    endpointSlice: createEndpointSliceController(cluster),
    endpoints: createEndpointsController(cluster),
    scheduler: createScheduler(cluster),
    podCleanUp: createPodCleanUp(cluster),
    garbage: createGarbageCollector(cluster, kinds),
    namespace: createNamespaceController(cluster, kinds),
  };
  const kindsStarted = kinds.start();
  const informers = [deployments, replicaSets, pods, services, endpointSlices, endpoints, nodes, namespaces].map(
    ({ informer }) => informer,
  );
  for (const informer of informers) informer.start(deps.signal);
  await Promise.all([kindsStarted, ...informers.map((informer) => informer.waitForSync(syncTimeoutMs, deps.signal))]);
  for (const [name, run] of Object.entries(loops)) {
    run().catch((error: unknown) =>
      log("a controller ended by a defect", { controller: name, error: messageOf(error) }),
    );
  }
}
