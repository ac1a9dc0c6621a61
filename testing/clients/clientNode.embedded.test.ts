import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  PatchStrategy,
  VersionApi,
  Watch,
  makeInformer,
  setHeaderOptions,
  type KubernetesObject,
  type V1ConfigMap,
  type V1Status,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../fakes/until.ts";
import { configMap, delivery, idle, script } from "../kubectl/manifests.ts";
import { startTestCluster, type TestCluster } from "../kubectl/testCluster.ts";

let cluster: TestCluster | undefined;
const config = new KubeConfig();
let core: CoreV1Api;

beforeAll(async () => {
  cluster = await startTestCluster();
  config.loadFromString(await readFile(cluster.cluster.kubeconfigPath, "utf8"));
  core = config.makeApiClient(CoreV1Api);
});
afterAll(() => cluster?.stop());

/** A namespace that no other case uses. */
async function space(namespace: string): Promise<string> {
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  return namespace;
}

function make(namespace: string, name: string, data: Record<string, string> = {}): Promise<V1ConfigMap> {
  return core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { kind: "made" } }, data } });
}

/** The Status of a request that has to fail. */
async function refusal(request: Promise<unknown>): Promise<V1Status> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiException)) throw new Error(`not an answer of the API: ${String(error)}`);
  const body: unknown = error.body;
  return (typeof body === "string" ? JSON.parse(body) : body) as V1Status;
}

describe.concurrent("@kubernetes/client-node", () => {
  it("reads the version, and refuses a wrong token", async () => {
    expect(await config.makeApiClient(VersionApi).getCode()).toMatchObject({ major: "1", minor: "36" });
    const stranger = new KubeConfig();
    const [user] = config.getUsers();
    stranger.loadFromOptions({
      ...(JSON.parse(config.exportConfig()) as object),
      clusters: config.getClusters(),
      contexts: config.getContexts(),
      currentContext: config.getCurrentContext(),
      users: [{ ...user, name: user?.name ?? "", token: "wrong" }],
    });
    await expect(stranger.makeApiClient(CoreV1Api).listNamespace()).rejects.toMatchObject({ code: 401 });
  });

  it("creates, reads, replaces and deletes", async () => {
    const namespace = await space("crud");
    const made = await make(namespace, "one", { a: "1" });
    expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date);
    const read = await core.readNamespacedConfigMap({ namespace, name: "one" });
    expect(read.data).toEqual({ a: "1" });
    read.data = { b: "2" };
    const replaced = await core.replaceNamespacedConfigMap({ namespace, name: "one", body: read });
    expect(replaced.data).toEqual({ b: "2" });
    expect(await core.deleteNamespacedConfigMap({ namespace, name: "one" })).toMatchObject({ status: "Success" });
    expect(await refusal(core.readNamespacedConfigMap({ namespace, name: "one" }))).toMatchObject({
      code: 404,
      reason: "NotFound",
    });
  });

  it("is told of conflicts, of what is there already, and of what is not valid", async () => {
    const namespace = await space("refusals");
    const made = await make(namespace, "one");
    made.data = { a: "1" };
    await core.replaceNamespacedConfigMap({ namespace, name: "one", body: made });
    const stale = core.replaceNamespacedConfigMap({ namespace, name: "one", body: made });
    expect(await refusal(stale)).toMatchObject({
      kind: "Status",
      code: 409,
      reason: "Conflict",
      details: { name: "one" },
    });
    expect(await refusal(make(namespace, "one"))).toMatchObject({ code: 409, reason: "AlreadyExists" });
    expect(await refusal(make(namespace, "Not_A_Name"))).toMatchObject({
      code: 422,
      reason: "Invalid",
      details: { kind: "ConfigMap", causes: [{ field: "metadata.name", reason: "FieldValueInvalid" }] },
    });
  });

  it("lists by selector and page by page", async () => {
    const namespace = await space("lists");
    for (const name of ["a", "b", "c", "d", "e"]) await make(namespace, name);
    const seen: string[] = [];
    let _continue: string | undefined;
    do {
      const page = await core.listNamespacedConfigMap({
        namespace,
        limit: 2,
        ...(_continue === undefined ? {} : { _continue }),
      });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ metadata }) => metadata?.name ?? ""));
      _continue = page.metadata?._continue === "" ? undefined : page.metadata?._continue;
    } while (_continue !== undefined);
    expect(seen).toEqual(["a", "b", "c", "d", "e"]);
    const one = await core.listNamespacedConfigMap({
      namespace,
      fieldSelector: "metadata.name=c",
      labelSelector: "kind in (made)",
    });
    expect(one.items.map(({ metadata }) => metadata?.name)).toEqual(["c"]);
    const all = await core.listConfigMapForAllNamespaces({ fieldSelector: `metadata.namespace=${namespace}` });
    expect(all.items).toHaveLength(5);
  });

  it.each([
    ["JSON patch", PatchStrategy.JsonPatch, [{ op: "add", path: "/data/b", value: "2" }], { a: "1", b: "2" }],
    ["merge patch", PatchStrategy.MergePatch, { data: { a: null, b: "2" } }, { b: "2" }],
    ["strategic merge patch", PatchStrategy.StrategicMergePatch, { data: { b: "2" } }, { a: "1", b: "2" }],
    ["server-side apply", PatchStrategy.ServerSideApply, configMap("one", { b: "2" }), { a: "1", b: "2" }],
  ])("changes by %s", async (what, type, body, expected) => {
    const namespace = await space(what.replaceAll(" ", "-").toLowerCase());
    await make(namespace, "one", { a: "1" });
    const request = { namespace, name: "one", body, fieldManager: "client-node" };
    const patched = await core.patchNamespacedConfigMap(request, setHeaderOptions("Content-Type", type));
    expect(patched.data).toEqual(expected);
  });

  it("scales a Deployment and waits for its status", async () => {
    const namespace = await space("deployments");
    const apps = config.makeApiClient(AppsV1Api);
    await apps.createNamespacedDeployment({ namespace, body: idle("web") });
    const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    const scaled = { namespace, name: "web", body: { spec: { replicas: 2 } } };
    expect((await apps.patchNamespacedDeploymentScale(scaled, merge)).spec?.replicas).toBe(2);
    await until(
      async () => (await apps.readNamespacedDeployment({ namespace, name: "web" })).status?.readyReplicas === 2,
    );
    await apps.deleteNamespacedDeployment({ namespace, name: "web", propagationPolicy: "Foreground" });
    await until(async () => (await core.listNamespacedPod({ namespace })).items.length === 0);
  });

  it("watches from a resource version on", async () => {
    const namespace = await space("watches");
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    const events: string[] = [];
    let ended: unknown;
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const query = { resourceVersion: metadata?.resourceVersion, allowWatchBookmarks: true };
    const watch = await new Watch(config).watch(
      path,
      query,
      (type: string, object: KubernetesObject) => events.push(`${type} ${object.metadata?.name}`),
      (error: unknown) => (ended = error ?? "ended"),
    );
    await make(namespace, "one");
    await core.patchNamespacedConfigMap(
      { namespace, name: "one", body: { data: { a: "1" } } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
    await core.deleteNamespacedConfigMap({ namespace, name: "one" });
    await until(
      () => events.length >= 3,
      () => events,
    );
    expect(events.filter((event) => event.endsWith(" one"))).toEqual(["ADDED one", "MODIFIED one", "DELETED one"]);
    watch.abort();
    await until(() => ended !== undefined);
  });

  it("keeps an informer's cache up to date", async () => {
    const namespace = await space("informers");
    await make(namespace, "before");
    const told: string[] = [];
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    );
    for (const verb of ["add", "update", "delete"] as const)
      informer.on(verb, ({ metadata }) => void told.push(`${verb} ${metadata?.name}`));
    await informer.start();
    await until(
      () => told.includes("add before"),
      () => told,
    );
    const after = await make(namespace, "after");
    await until(
      () => informer.get("after", namespace) !== undefined,
      () => told,
    );
    after.data = { a: "1" };
    await core.replaceNamespacedConfigMap({ namespace, name: "after", body: after });
    await until(
      () => told.includes("update after"),
      () => told,
    );
    expect(informer.get("after", namespace)?.data).toEqual({ a: "1" });
    await core.deleteNamespacedConfigMap({ namespace, name: "before" });
    await until(
      () => told.includes("delete before"),
      () => told,
    );
    expect(informer.list(namespace).map(({ metadata }) => metadata?.name)).toEqual(["after"]);
    await informer.stop();
  });

  it("handles custom objects", async () => {
    const namespace = await space("customs");
    const custom = config.makeApiClient(CustomObjectsApi);
    const kind = { group: "tidegate.dev", version: "v1alpha1", namespace, plural: "deliveries" };
    await custom.createNamespacedCustomObject({ ...kind, body: delivery("shop") });
    expect(await custom.listNamespacedCustomObject(kind)).toMatchObject({
      kind: "DeliveryList",
      items: [{ metadata: { name: "shop" } }],
    });
    const patch = [{ op: "replace", path: "/spec/plan/steps/0/weight", value: 10 }];
    const patched: unknown = await custom.patchNamespacedCustomObject(
      { ...kind, name: "shop", body: patch },
      setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
    );
    expect(patched).toMatchObject({
      metadata: { generation: 2 },
      spec: { plan: { steps: [{ weight: 10 }, { weight: 100 }] } },
    });
    const wrong = [{ op: "replace", path: "/spec/plan/steps/0/weight", value: 101 }];
    expect(
      await refusal(
        custom.patchNamespacedCustomObject(
          { ...kind, name: "shop", body: wrong },
          setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
        ),
      ),
    ).toMatchObject({ code: 422, reason: "Invalid", details: { kind: "Delivery", group: "tidegate.dev" } });
    await custom.deleteNamespacedCustomObject({ ...kind, name: "shop" });
    expect(await custom.listNamespacedCustomObject(kind)).toMatchObject({ items: [] });
  });

  it("handles objects of any kind by what discovery says", async () => {
    const namespace = await space("generic");
    const objects = KubernetesObjectApi.makeApiClient(config);
    const header = { apiVersion: "tidegate.dev/v1alpha1", kind: "Delivery", metadata: { name: "shop", namespace } };
    const made = await objects.create({ ...delivery("shop"), ...header });
    expect(made.metadata.name).toBe("shop");
    const labelled = await objects.patch(
      { ...header, metadata: { ...header.metadata, labels: { a: "b" } } },
      undefined,
      undefined,
      undefined,
      undefined,
      PatchStrategy.MergePatch,
    );
    expect(labelled.metadata.labels).toEqual({ a: "b" });
    expect((await objects.read<KubernetesObject>(header)).metadata?.labels).toEqual({ a: "b" });
    expect((await objects.list("tidegate.dev/v1alpha1", "Delivery", namespace)).items).toHaveLength(1);
    expect(await objects.delete(header)).toMatchObject({ status: "Success" });
    expect(await refusal(objects.read(header))).toMatchObject({ code: 404, reason: "NotFound" });
  });

  it("reads logs, whole and as they come", async () => {
    const namespace = await space("logs");
    await core.createNamespacedPod({
      namespace,
      body: script("once", "echo one; echo two", { restartPolicy: "Never" }),
    });
    await until(async () => (await core.readNamespacedPod({ namespace, name: "once" })).status?.phase === "Succeeded");
    expect(await core.readNamespacedPodLog({ namespace, name: "once" })).toBe("one\ntwo\n");
    expect(await core.readNamespacedPodLog({ namespace, name: "once", tailLines: 1 })).toBe("two\n");
    const stream = new PassThrough();
    let text = "";
    stream.setEncoding("utf8").on("data", (part: string) => (text += part));
    await new Log(config).log(namespace, "once", "main", stream, { follow: true });
    await until(
      () => text === "one\ntwo\n",
      () => text,
    );
    expect(await refusal(core.readNamespacedPodLog({ namespace, name: "once", container: "nope" }))).toMatchObject({
      code: 400,
      reason: "BadRequest",
    });
  });
});
