import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aNode, aTemplate } from "../../../testing/builders/workloads.ts";
import { isTidegateError } from "../../api/error.ts";
import type { AnyObject, KubeObject, OwnerReference, ResourceType } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import { createClient } from "../../kube/client.ts";
import { createInformer } from "../../kube/informer.ts";
import type { Informer, KubeClient } from "../../kube/types.ts";
import { systemClock as clock } from "../../ports/clock.ts";
import { systemRandom as random } from "../../ports/random.ts";
import type { ApiServer } from "../api/server.ts";
import { startApiServer } from "../api/server.ts";
import { createBuiltInDefinitions } from "../kinds/builtInDefinitions.ts";
import type { EndpointSlice } from "./endpointslice/types.ts";
import { startControllers } from "./start.ts";
import type { Deployment, Pod, ReplicaSet } from "./workloadTypes.ts";

const stop = new AbortController();
const stateDir = mkdtempSync(join(tmpdir(), "tidegate-controllers-"));
let server: ApiServer;
let client: KubeClient;

beforeAll(async () => {
  server = await startApiServer({ stateDir, port: 0, clock, random, definitions: createBuiltInDefinitions() });
  client = createClient({
    server: server.url,
    namespace: "default",
    tls: { caPem: server.caPem },
    user: { token: server.token },
  });
  await startControllers({ client, clock, random, signal: stop.signal });
  await client.create(resources.nodes, aNode("worker"));
  actAsKubelet(createInformer<Pod>(client, { resource: resources.pods }));
});

afterAll(async () => {
  stop.abort();
  client.close();
  await server.close();
  rmSync(stateDir, { recursive: true });
});

/** Every bound pod is ready at once, and every terminating one ends at once. */
function actAsKubelet(pods: Informer<Pod>): void {
  let addresses = 0;
  const confirm = async (pod: Pod): Promise<void> => {
    const { uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined)
      return client.delete(resources.pods, pod.metadata, { uid, gracePeriodSeconds: 0 });
    if ((pod.spec.nodeName ?? "") === "" || pod.status?.phase === "Running") return;
    const podIP = `10.1.0.${++addresses}`;
    const status = {
      phase: "Running",
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: new Date().toISOString() }],
    };
    await client.patch(resources.pods, pod.metadata, { kind: "merge", body: { status } }, { subresource: "status" });
  };
  pods.onChange(({ kind, object }) => {
    if (kind === "deleted") return;
    confirm(object).catch((error: unknown) => {
      if (!isTidegateError(error, "KUBE_NOT_FOUND") && !stop.signal.aborted) throw error;
    });
  });
  pods.start(stop.signal);
}

let namespaces = 0;
async function aNamespace(): Promise<string> {
  const name = `test-${++namespaces}`;
  await client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  return name;
}

/** Reads until what was read is as expected; the last reading when that takes longer than 10 s. */
async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (const end = clock.now() + 10_000; ;) {
    const value = await read();
    if (holds(value) || clock.now() > end) return value;
    await clock.sleep(5);
  }
}

async function lookUp(
  resource: ResourceType,
  namespace: string | undefined,
  name: string,
): Promise<AnyObject | undefined> {
  return client.get(resource, { namespace, name }).catch((error: unknown) => {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return undefined;
    throw error;
  });
}

const isGone = (object: KubeObject | undefined): boolean => object === undefined;
/** Resolves with what is still there after 10 s: nothing, when all is well. */
const remaining = (
  resource: ResourceType,
  namespace: string | undefined,
  name: string,
): Promise<AnyObject | undefined> => eventually(() => lookUp(resource, namespace, name), isGone);

const configMap = (
  namespace: string,
  name: string,
  metadata: Partial<KubeObject["metadata"]> = {},
): Promise<KubeObject> =>
  client.create<KubeObject>(resources.configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, ...metadata },
  });

const ownedBy = (
  { apiVersion, kind, metadata }: KubeObject,
  facts: Partial<OwnerReference> = {},
): Partial<KubeObject["metadata"]> => ({
  ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", ...facts }],
});

async function deploy(namespace: string, replicas: number): Promise<Deployment> {
  const spec = { replicas, selector: { matchLabels: { app: "shop" } }, template: aTemplate() };
  await client.create<Deployment>(resources.deployments, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "shop", namespace },
    spec,
  });
  return settled(namespace, replicas);
}

const settled = (namespace: string, replicas: number): Promise<Deployment> =>
  eventually(
    () => client.get<Deployment>(resources.deployments, { namespace, name: "shop" }),
    ({ status, metadata }) =>
      status?.observedGeneration === metadata.generation &&
      status?.replicas === replicas &&
      status.updatedReplicas === replicas &&
      status.availableReplicas === replicas &&
      status.conditions?.some(({ reason }) => reason === "NewReplicaSetAvailable") === true,
  );

const replicaSetsOf = async (namespace: string): Promise<ReplicaSet[]> =>
  (await client.list<ReplicaSet>(resources.replicaSets, { namespace })).items;
const podsOf = async (namespace: string): Promise<Pod[]> =>
  (await client.list<Pod>(resources.pods, { namespace })).items;

const slicesOf = async (namespace: string): Promise<EndpointSlice[]> =>
  (await client.list<EndpointSlice>(resources.endpointSlices, { namespace })).items;
const ready = (slices: EndpointSlice[]): number =>
  (slices[0]?.endpoints ?? []).filter(({ conditions }) => conditions.ready).length;

describe("a Deployment", () => {
  it("is rolled to a new template and back without a second copy of the old one", async () => {
    const namespace = await aNamespace();
    expect((await deploy(namespace, 3)).status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
    });
    const ref = { namespace, name: "shop" };
    const template = (image: string): Promise<AnyObject> =>
      client.patch(resources.deployments, ref, { kind: "merge", body: { spec: { template: aTemplate(image) } } });
    await template("shop:2");
    expect((await settled(namespace, 3)).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("2");
    await template("shop:1");
    expect((await settled(namespace, 3)).metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    const sizes = (await replicaSetsOf(namespace)).map(({ spec, metadata }) => [
      spec.replicas,
      metadata.annotations?.["deployment.kubernetes.io/revision"],
    ]);
    expect(new Set(sizes.map(([size, revision]) => `${size} pods at revision ${revision}`))).toEqual(
      new Set(["0 pods at revision 2", "3 pods at revision 3"]),
    );
  });

  it("is scaled by exactly the pods that are missing or too many", async () => {
    const namespace = await aNamespace();
    await deploy(namespace, 2);
    const scale = (replicas: number): Promise<AnyObject> =>
      client.patch(resources.deployments, { namespace, name: "shop" }, { kind: "merge", body: { spec: { replicas } } });
    await scale(30);
    await settled(namespace, 30);
    await scale(1);
    await settled(namespace, 1);
    const running = await eventually(
      () => podsOf(namespace),
      (pods) => pods.length === 1,
    );
    expect(running).toHaveLength(1);
    const count = async (reason: string): Promise<number> =>
      (await client.list(resources.events, { namespace })).items
        .filter((event) => event["reason"] === reason)
        .reduce((sum, event) => sum + Number(event["count"]), 0);
    expect(
      await eventually(
        () => count("SuccessfulDelete"),
        (deleted) => deleted >= 29,
      ),
    ).toBe(29);
    expect(await count("SuccessfulCreate")).toBe(30);
  });

  it("goes with its ReplicaSets and pods", async () => {
    const namespace = await aNamespace();
    await deploy(namespace, 2);
    await client.delete(resources.deployments, { namespace, name: "shop" }, { propagationPolicy: "Foreground" });
    expect(await remaining(resources.deployments, namespace, "shop")).toBeUndefined();
    expect(await replicaSetsOf(namespace)).toEqual([]);
    expect(
      await eventually(
        () => podsOf(namespace),
        (pods) => pods.length === 0,
      ),
    ).toEqual([]);
  });

  it("leaves its ReplicaSets behind when it is orphaned, and a new one of that name adopts them", async () => {
    const namespace = await aNamespace();
    await deploy(namespace, 2);
    const before = new Set((await podsOf(namespace)).map(({ metadata }) => metadata.uid));
    await client.delete(resources.deployments, { namespace, name: "shop" }, { propagationPolicy: "Orphan" });
    expect(await remaining(resources.deployments, namespace, "shop")).toBeUndefined();
    expect((await replicaSetsOf(namespace)).map(({ metadata }) => metadata.ownerReferences)).toEqual([undefined]);
    const again = await deploy(namespace, 2);
    expect((await replicaSetsOf(namespace)).map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)).toEqual([
      again.metadata.uid,
    ]);
    expect(new Set((await podsOf(namespace)).map(({ metadata }) => metadata.uid))).toEqual(before);
  });
});

describe("a ReplicaSet", () => {
  it("of another owner that has the name is left alone: the Deployment takes another hash", async () => {
    const [first, second] = [await aNamespace(), await aNamespace()];
    await deploy(first, 1);
    const [taken] = await replicaSetsOf(first);
    const owner = await configMap(second, "release");
    const spec = {
      replicas: 0,
      selector: { matchLabels: { app: "other" } },
      template: { ...aTemplate(), metadata: { labels: { app: "other" } } },
    };
    const metadata = { name: taken?.metadata.name ?? "", namespace: second, ...ownedBy(owner, { controller: true }) };
    await client.create<ReplicaSet>(resources.replicaSets, {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata,
      spec,
    });
    expect((await deploy(second, 1)).status).toMatchObject({ collisionCount: 1, availableReplicas: 1 });
    expect(await replicaSetsOf(second)).toHaveLength(2);
  });

  it("lets a pod go whose label was changed, makes another, and takes it back as surplus", async () => {
    const namespace = await aNamespace();
    await deploy(namespace, 1);
    const [pod] = await podsOf(namespace);
    const ref = { namespace, name: pod?.metadata.name ?? "" };
    const label = (app: string): Promise<AnyObject> =>
      client.patch(resources.pods, ref, { kind: "merge", body: { metadata: { labels: { app } } } });
    await label("debug");
    const two = await eventually(
      () => podsOf(namespace),
      (pods) => pods.length === 2,
    );
    expect(two.map(({ metadata }) => metadata.ownerReferences?.length ?? 0).toSorted((a, b) => a - b)).toEqual([0, 1]);
    await label("shop");
    expect(
      await eventually(
        () => podsOf(namespace),
        (pods) => pods.length === 1,
      ),
    ).toHaveLength(1);
  });
});

describe("a Service", () => {
  it("has one slice that follows its pods, and ends with it", async () => {
    const namespace = await aNamespace();
    const spec = { selector: { app: "shop" }, ports: [{ port: 80, targetPort: 8080 }] };
    await client.create(resources.services, {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "shop", namespace },
      spec,
    });
    await deploy(namespace, 3);
    const slices = await eventually(
      () => slicesOf(namespace),
      (found) => ready(found) === 3,
    );
    expect([slices.length, ready(slices)]).toEqual([1, 3]);
    await client.delete(resources.services, { namespace, name: "shop" });
    expect(
      await eventually(
        () => slicesOf(namespace),
        (found) => found.length === 0,
      ),
    ).toEqual([]);
  });
});

describe("objects with owners", () => {
  it("go with the last of them, through several generations", async () => {
    const namespace = await aNamespace();
    const top = await configMap(namespace, "top");
    const middle = await configMap(namespace, "middle", ownedBy(top));
    await configMap(namespace, "bottom", ownedBy(middle));
    await client.delete(resources.configMaps, { namespace, name: "top" });
    expect(await remaining(resources.configMaps, namespace, "bottom")).toBeUndefined();
  });

  it("are deleted when their owner never existed, and when it lives in another namespace", async () => {
    const [here, there] = [await aNamespace(), await aNamespace()];
    const elsewhere = await configMap(there, "owner");
    await configMap(here, "foreign", ownedBy(elsewhere));
    await configMap(here, "stray", {
      ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "none", uid: "no-such-uid" }],
    });
    expect(await remaining(resources.configMaps, here, "foreign")).toBeUndefined();
    expect(await remaining(resources.configMaps, here, "stray")).toBeUndefined();
    expect(await lookUp(resources.configMaps, there, "owner")).toBeDefined();
  });

  it("keep an owner that is deleted in the foreground until they are gone", async () => {
    const namespace = await aNamespace();
    const owner = await configMap(namespace, "owner");
    await configMap(namespace, "child", {
      ...ownedBy(owner, { blockOwnerDeletion: true }),
      finalizers: ["example.com/f"],
    });
    await client.delete(resources.configMaps, { namespace, name: "owner" }, { propagationPolicy: "Foreground" });
    const child = await eventually(
      () => lookUp(resources.configMaps, namespace, "child"),
      (found) => found?.metadata.deletionTimestamp !== undefined,
    );
    expect(child?.metadata.deletionTimestamp).toBeDefined();
    expect(await lookUp(resources.configMaps, namespace, "owner")).toBeDefined();
    await client.patch(
      resources.configMaps,
      { namespace, name: "child" },
      { kind: "merge", body: { metadata: { finalizers: null } } },
    );
    expect(await remaining(resources.configMaps, namespace, "owner")).toBeUndefined();
  });

  it("of a kind that was defined later are collected too", async () => {
    const namespace = await aNamespace();
    const widgets: ResourceType = {
      group: "test.example",
      version: "v1",
      kind: "Widget",
      plural: "widgets",
      namespaced: true,
    };
    const schema = { openAPIV3Schema: { type: "object" } };
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "widgets.test.example" },
      spec: {
        group: "test.example",
        scope: "Namespaced",
        names: { plural: "widgets", kind: "Widget" },
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    };
    await client.create(resources.customResourceDefinitions, definition);
    const widget = (name: string, metadata: Partial<KubeObject["metadata"]> = {}): Promise<AnyObject | undefined> =>
      client
        .create(
          { ...widgets },
          { apiVersion: "test.example/v1", kind: "Widget", metadata: { name, namespace, ...metadata } },
        )
        .catch(() => undefined);
    const owner = await eventually(
      () => widget("owner"),
      (made) => made !== undefined,
    );
    await widget("child", owner && ownedBy(owner));
    await configMap(namespace, "made-by-widget", owner && ownedBy(owner));
    await client.delete(widgets, { namespace, name: "owner" });
    expect(await remaining(widgets, namespace, "child")).toBeUndefined();
    expect(await remaining(resources.configMaps, namespace, "made-by-widget")).toBeUndefined();
  });
});

describe("a Namespace", () => {
  it("has a default ServiceAccount, also after that was deleted", async () => {
    const namespace = await aNamespace();
    const account = (): Promise<AnyObject | undefined> => lookUp(resources.serviceAccounts, namespace, "default");
    const first = await eventually(account, (found) => found !== undefined);
    await client.delete(resources.serviceAccounts, { namespace, name: "default" });
    const second = await eventually(
      account,
      (found) => found !== undefined && found.metadata.uid !== first?.metadata.uid,
    );
    expect(second?.metadata.uid).not.toBe(first?.metadata.uid);
  });

  it("takes its content along, and says what holds it up", async () => {
    const namespace = await aNamespace();
    await deploy(namespace, 2);
    await configMap(namespace, "held", { finalizers: ["example.com/f"] });
    await client.delete(resources.namespaces, { name: namespace });
    const held = await eventually(
      () => lookUp(resources.namespaces, undefined, namespace),
      (found) => JSON.stringify(found?.["status"] ?? {}).includes("example.com/f in 1 resource instances"),
    );
    expect(JSON.stringify(held?.["status"])).toContain("configmaps. has 1 resource instances");
    await client.patch(
      resources.configMaps,
      { namespace, name: "held" },
      { kind: "merge", body: { metadata: { finalizers: null } } },
    );
    expect(await remaining(resources.namespaces, undefined, namespace)).toBeUndefined();
  });
});
