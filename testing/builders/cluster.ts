import { createCaches, type Caches } from "../../src/controller/caches.ts";
import { createEchoes } from "../../src/controller/echoes.ts";
import { createEvidence } from "../../src/controller/evidence.ts";
import { reconcile, type ReconcileDeps, type ReconcileResult } from "../../src/controller/reconcile.ts";
import type { KubeObject } from "../../src/api/object.ts";
import { resources } from "../../src/api/resources.ts";
import { createGatewayApiRouter } from "../../src/adapters/routers/gatewayApi/router.ts";
import { createFakeClock, type FakeClock } from "../fakes/clock.ts";
import { createFakeKubeClient, type FakeKubeClient } from "../fakes/kubeClient.ts";
import { aDelivery } from "./delivery.ts";
import { aGateway, aRoute } from "./routes.ts";
import { aDeployment, aReplicaSet, aService, aWorkloadPod } from "./workloads.ts";

export type ControllerBed = {
  readonly client: FakeKubeClient;
  readonly caches: Caches;
  readonly clock: FakeClock;
  readonly deps: ReconcileDeps;
  /** One pass over the Delivery `prod/shop`. */
  pass(): Promise<ReconcileResult>;
  /** Writes, as `verb plural/name[/subresource]`, since the last time that it was asked. */
  writes(): string[];
  /** The object as it is stored, for the caller to say what it is. */
  find(resource: (typeof resources)[keyof typeof resources], name: string): unknown;
  stop(): void;
};

/** The controller's passes over an API server in memory, in which v1 of the shop serves from three kinds of object. */
export async function aControllerBed(
  objects: readonly (readonly [keyof typeof resources, KubeObject])[] = [],
): Promise<ControllerBed> {
  const clock = createFakeClock();
  const client = createFakeKubeClient(() => clock.now());
  for (const [kind, object] of [...aShop(), ...objects]) client.put(resources[kind], object);
  const stopping = new AbortController();
  const caches = createCaches(client, { hasGatewayApi: true }, { clock, random: { next: () => 0.5 } });
  await caches.start(stopping.signal);
  const { routes, gateways } = caches;
  if (routes === undefined || gateways === undefined) throw new Error("the bed has routes");
  const router = createGatewayApiRouter({
    client,
    route: (ref) => routes.get(ref),
    gateway: (ref) => gateways.get(ref),
    written: (route) => routes.written(route),
  });
  const deps: ReconcileDeps = {
    client,
    caches,
    clock,
    events: { emit: () => undefined, flush: () => Promise.resolve(0) },
    evidence: createEvidence(clock),
    log: () => undefined,
    lastDeeds: new Map(),
    echoes: createEchoes(),
    interlock: () => "policy",
    routerOf: () => router,
  };
  let told = 0;
  return {
    client,
    caches,
    clock,
    deps,
    pass: () => reconcile("prod/shop", deps, stopping.signal),
    writes() {
      const calls = client.calls.slice(told).filter(({ verb }) => !["get", "list", "watch"].includes(verb));
      told = client.calls.length;
      return calls.map(({ verb, plural, name, subresource }) =>
        [`${verb} ${plural}`, name, subresource].filter((part) => part !== undefined).join("/"),
      );
    },
    find: (resource, name) => client.find(resource, { namespace: "prod", name }),
    stop: () => stopping.abort(),
  };
}

function aShop(): [keyof typeof resources, KubeObject][] {
  const status = { observedGeneration: 1, replicas: 4, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4 };
  return [
    ["deliveries", { ...aDelivery(), status: undefined } as unknown as KubeObject],
    ["deployments", aDeployment({ status })],
    ["replicaSets", aReplicaSet()],
    ...["a", "b", "c", "d"].map((name): [keyof typeof resources, KubeObject] => [
      "pods",
      aWorkloadPod({ name: `shop-a-${name}` }),
    ]),
    ["services", aService()],
    ["httpRoutes", aRoute()],
    ["gateways", aGateway()],
  ];
}
