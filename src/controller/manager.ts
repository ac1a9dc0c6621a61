import { isTidegateError, messageOf } from "../api/error.ts";
import type { Intervention } from "../api/intervention.ts";
import { keyOf, type KubeObject } from "../api/object.ts";
import { resources } from "../api/resources.ts";
import { createGatewayApiRouter } from "../adapters/routers/gatewayApi/router.ts";
import { createPodsRouter } from "../adapters/routers/pods/router.ts";
import { createEventRecorder } from "../kube/events.ts";
import type { Log } from "../kube/log.ts";
import type { KubeClient } from "../kube/types.ts";
import { createWorkQueue } from "../kube/workQueue.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { TrafficRouter } from "../ports/trafficRouter.ts";
import { createCaches, findGatewayApi, type Caches } from "./caches.ts";
import { createEchoes } from "./echoes.ts";
import { createEvidence } from "./evidence.ts";
import { keysTouchedBy } from "./keys.ts";
import { readyPodsOf } from "./readyPods.ts";
import { reconcile, type ReconcileDeps } from "./reconcile.ts";
import { answerStray, isStrayKey, strayKeyOf } from "./strayOrders.ts";

export type ControllerDeps = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Only this namespace; absent: all. */
  readonly namespace?: string | undefined;
};

export type Controller = {
  /** Resolves when the signal was aborted and what was under way has ended. */
  readonly stopped: Promise<void>;
};

const concurrency = 8;
const resyncMs = 5 * 60_000;
const flushTimeoutMs = 2_000;
const interlockPolicy = "tidegate-interlock";

/** Starts the controller; resolves when its caches are synced. It runs until the signal is aborted. */
export async function startController(deps: ControllerDeps, signal: AbortSignal): Promise<Controller> {
  const { client, clock, random, log } = deps;
  const hasGatewayApi = await findGatewayApi(client, signal);
  const interlock = await findInterlock(client, signal);
  const caches = createCaches(client, { namespace: deps.namespace, hasGatewayApi }, { clock, random, log });
  const queue = createWorkQueue({ clock, random, concurrency, log });
  const events = createEventRecorder(client, { component: "tidegate", clock, random, log });
  const routers = createRouters(client, caches);
  const reconcileDeps: ReconcileDeps = {
    client,
    caches,
    clock,
    events,
    evidence: createEvidence(clock),
    log,
    lastDeeds: new Map(),
    echoes: createEchoes(),
    interlock: () => interlock,
    routerOf: (delivery) => (delivery.spec.traffic === undefined ? routers.pods : routers.gatewayApi),
  };
  let synced = false;
  caches.onChange((plural: string, object: KubeObject) => {
    for (const key of keysTouchedBy(plural, object, caches)) queue.add(key);
    const stray = plural === "interventions" && synced ? strayKeyOf(object as Intervention, caches) : undefined;
    if (stray !== undefined) queue.add(stray);
  });
  await caches.start(signal);
  synced = true;
  for (const delivery of caches.deliveries.list()) queue.add(keyOf(delivery));
  for (const order of caches.interventions.list()) {
    const stray = strayKeyOf(order, caches);
    if (stray !== undefined) queue.add(stray);
  }
  const stopped = queue
    .run(async (key, passSignal) => {
      if (isStrayKey(key)) return answerStray(key, { client, caches }, passSignal);
      const { lookAgainMs, gone } = await passOver(key, reconcileDeps, passSignal);
      if (!gone) queue.addAfter(key, lookAgainMs ?? resyncMs);
    }, signal)
    .then(async () => {
      await events.flush(flushTimeoutMs);
    });
  return { stopped };
}

/** A conflict only says that the picture was old: the next pass has a newer one, without a word in the log. */
async function passOver(key: string, deps: ReconcileDeps, signal: AbortSignal): ReturnType<typeof reconcile> {
  try {
    return await reconcile(key, deps, signal);
  } catch (error) {
    if (isTidegateError(error, "KUBE_CONFLICT")) return { lookAgainMs: 20, gone: false };
    deps.log("a pass failed and is tried again", { key, error: messageOf(error) });
    throw error;
  }
}

function createRouters(
  client: KubeClient,
  caches: Caches,
): { pods: TrafficRouter; gatewayApi: TrafficRouter | undefined } {
  const { routes, gateways } = caches;
  return {
    pods: createPodsRouter((subject) => readyPodsOf(subject, caches)),
    gatewayApi:
      routes === undefined || gateways === undefined
        ? undefined
        : createGatewayApiRouter({
            client,
            route: (ref) => routes.get(ref),
            gateway: (ref) => gateways.get(ref),
            written: (route) => routes.written(route),
          }),
  };
}

async function findInterlock(client: KubeClient, signal: AbortSignal): Promise<"policy" | "reactive"> {
  try {
    await client.get(resources.mutatingAdmissionPolicies, { name: interlockPolicy }, { signal });
    return "policy";
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND", "KUBE_FORBIDDEN")) return "reactive";
    throw error;
  }
}
