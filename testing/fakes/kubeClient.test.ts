import { describe, expect, it } from "vitest";

import { resources } from "../../src/api/resources.ts";
import type { WatchEvent } from "../../src/kube/types.ts";
import { aPod } from "../builders/pod.ts";
import { createFakeKubeClient } from "./kubeClient.ts";
import { until } from "./until.ts";

const ref = { namespace: "shop", name: "web-1" };

describe("the fake API server", () => {
  it("tells a watch of every change since its version, by what it selects", async () => {
    const client = createFakeKubeClient();
    const stopping = new AbortController();
    const seen: string[] = [];
    client.put(resources.pods, aPod());
    const { resourceVersion } = await client.list(resources.pods);
    client.put(resources.pods, aPod({ name: "other", uid: "uid-2", nodeName: "node-2" }));
    const watching = (async () => {
      const options = { resourceVersion, fieldSelector: "spec.nodeName=node-1", signal: stopping.signal };
      for await (const { type, object } of client.watch(resources.pods, options) as AsyncIterable<
        WatchEvent & { object: { metadata: { name: string } } }
      >) {
        seen.push(`${type} ${object.metadata.name}`);
      }
    })();
    await client.patch(resources.pods, ref, { kind: "merge", body: { metadata: { labels: { a: "b" } } } });
    await client.delete(resources.pods, ref, { gracePeriodSeconds: 5 });
    await client.delete(resources.pods, ref, { gracePeriodSeconds: 0 });
    client.put(resources.pods, aPod({ name: "third", uid: "uid-3" }));
    await until(() => seen.length === 4);
    stopping.abort();
    await watching;
    expect(seen).toEqual(["MODIFIED web-1", "MODIFIED web-1", "DELETED web-1", "ADDED third"]);
  });

  it("keeps preconditions, finalizers and generations", async () => {
    const client = createFakeKubeClient();
    const pod = client.put(resources.configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...ref, finalizers: ["x.dev/f"] },
    });
    await client.patch(resources.configMaps, ref, { kind: "merge", body: { spec: { a: 1 } } });
    expect(client.find(resources.configMaps, ref)?.metadata.generation).toBe(2);
    await expect(client.update(resources.configMaps, pod)).rejects.toMatchObject({ code: "KUBE_CONFLICT" });
    await expect(client.delete(resources.configMaps, ref, { uid: "another" })).rejects.toMatchObject({
      code: "KUBE_CONFLICT",
    });
    await client.delete(resources.configMaps, ref);
    expect(client.find(resources.configMaps, ref)?.metadata.deletionTimestamp).toBeDefined();
    await client.patch(resources.configMaps, ref, { kind: "merge", body: { metadata: { finalizers: null } } });
    expect(client.find(resources.configMaps, ref)).toBeUndefined();
  });

  it("writes only the status to the status, and the rest to the rest", async () => {
    const client = createFakeKubeClient();
    client.put(resources.pods, aPod());
    const body = { metadata: { labels: { a: "b" } }, status: { phase: "Running" } };
    await client.patch(resources.pods, ref, { kind: "merge", body }, { subresource: "status" });
    expect(client.find(resources.pods, ref)).toMatchObject({ status: { phase: "Running" } });
    expect(client.find(resources.pods, ref)?.metadata.labels).toBeUndefined();
    await client.patch(resources.pods, ref, { kind: "merge", body: { status: { phase: "Failed" } } });
    expect(client.find(resources.pods, ref)).toMatchObject({ status: { phase: "Running" } });
  });

  it.each([
    ["app=shop,tier!=db", ["a"]],
    ["app in (shop, bank)", ["a", "b"]],
    ["app notin (shop)", ["b", "c"]],
    ["tier", ["b"]],
    ["!app", ["c"]],
  ])("selects by %s", async (labelSelector, expected) => {
    const client = createFakeKubeClient();
    const labels = { a: { app: "shop" }, b: { app: "bank", tier: "db" }, c: {} };
    for (const [name, of] of Object.entries(labels)) client.put(resources.pods, aPod({ name, uid: name, labels: of }));
    const { items } = await client.list(resources.pods, { labelSelector });
    expect(items.map(({ metadata }) => metadata.name)).toEqual(expected);
  });
});
