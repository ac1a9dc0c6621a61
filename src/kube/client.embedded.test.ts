import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { resources } from "../api/resources.ts";
import { startApiServer } from "../embedded/api/server.ts";
import { builtInDefinitions } from "../embedded/kinds/builtInDefinitions.ts";
import { systemClock } from "../ports/clock.ts";
import { systemRandom } from "../ports/random.ts";
import { applyManifest, parseManifests } from "./applyManifests.ts";
import { createClient } from "./client.ts";
import { loadKubeConfig } from "./config.ts";
import { createResourceMapper } from "./discovery.ts";
import { createEventRecorder } from "./events.ts";
import { createInformer } from "./informer.ts";
import { until } from "./testing/until.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function setUp() {
  const stateDir = await mkdtemp(join(tmpdir(), "kube-client-"));
  cleanUps.push(() => rm(stateDir, { recursive: true }));
  const start = (port?: number) =>
    startApiServer({ stateDir, port, clock: systemClock, random: systemRandom, definitions: builtInDefinitions });
  let server = await start(0);
  const client = createClient(
    await loadKubeConfig({ env: {}, paths: ["/kubeconfig"], readFile: async () => server.kubeconfig() }),
  );
  cleanUps.push(
    () => server.close(),
    async () => client.close(),
  );
  return {
    client,
    stop: async () => {
      await server.close();
      return async () => {
        server = await start(server.port);
      };
    },
  };
}

const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } });

const widgets = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.dev}
spec:
  group: example.dev
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
---
apiVersion: example.dev/v1
kind: Widget
metadata: {name: w}
spec: {size: 1}
`;

describe("the client against the embedded API server", () => {
  it("applies a definition and an object of it in one go, and again without a change", async () => {
    const { client } = await setUp();
    const mapper = createResourceMapper(client);
    const results: string[] = [];
    for (const object of [
      ...parseManifests(widgets, "widgets.yaml"),
      ...parseManifests(widgets.replace("size: 1", "size: 2"), "widgets.yaml"),
    ]) {
      const { result } = await applyManifest(client, mapper, object, { fieldManager: "test" });
      results.push(`${object.kind} ${result}`);
    }
    expect(results).toEqual([
      "CustomResourceDefinition created",
      "Widget created",
      "CustomResourceDefinition unchanged",
      "Widget configured",
    ]);
    expect(await client.get(await mapper.byName("wd"), { namespace: "default", name: "w" })).toMatchObject({
      spec: { size: 2 },
    });
  });

  it("lists in pages what it created", async () => {
    const { client } = await setUp();
    for (let count = 0; count < 25; count++) await client.create(resources.configMaps, configMap(`c${count}`));
    const sizes: number[] = [];
    await client.list(resources.configMaps, {
      namespace: "default",
      limit: 10,
      onPage: (items) => sizes.push(items.length),
    });
    expect(sizes.slice(0, 2)).toEqual([10, 10]);
    expect(
      (await client.list(resources.configMaps, { namespace: "default", limit: 7 })).items.length,
    ).toBeGreaterThanOrEqual(25);
  });

  it("counts an event that is told again", async () => {
    const { client } = await setUp();
    const about = await client.create(resources.configMaps, configMap("c"));
    const recorder = createEventRecorder(client, { component: "test" });
    for (let count = 0; count < 2; count++) {
      recorder.emit(about, { type: "Normal", reason: "Told", message: "again" });
      expect(await recorder.flush(5_000)).toBe(0);
    }
    const { items } = await client.list(resources.events, {
      namespace: "default",
      fieldSelector: "involvedObject.name=c",
    });
    expect(items.map((event) => [event["reason"], event["count"]])).toEqual([["Told", 2]]);
  });

  it("an informer lives through a restart of the server and misses nothing", async () => {
    const { client, stop } = await setUp();
    await client.create(resources.configMaps, configMap("before"));
    const informer = createInformer(client, { resource: resources.configMaps, namespace: "default" });
    const seen: string[] = [];
    informer.onChange(({ kind, object }) => seen.push(`${kind} ${object.metadata.name}`));
    const ending = new AbortController();
    cleanUps.push(async () => ending.abort());
    informer.start(ending.signal);
    await informer.waitForSync(5_000);
    const restart = await stop();
    await restart();
    await client.create(resources.configMaps, configMap("after"));
    await client.delete(resources.configMaps, { namespace: "default", name: "before" });
    await until(() => seen.includes("deleted before"), "the delete is seen", 10_000);
    expect(seen.filter((change) => /before|after/.test(change))).toEqual([
      "added before",
      "added after",
      "deleted before",
    ]);
  });
});
