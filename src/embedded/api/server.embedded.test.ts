import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { isTidegateError } from "../../api/error.ts";
import { createFakeClock } from "../../../testing/fakes/clock.ts";
import { configMap, deployment, gadget, gadgetDefinition, paths, pod } from "./testing/objects.ts";
import type { Loose } from "./testing/httpCalls.ts";
import { startTestServer, type TestServer } from "./testing/startTestServer.ts";

const merge = "application/merge-patch+json";
const names = (list: Loose): string[] => list.items.map((item: Loose) => item.metadata.name);

describe("the API server over a restart", () => {
  let test: TestServer;
  beforeEach(async () => {
    test = await startTestServer({ port: undefined });
  });
  afterEach(() => test.dispose());

  it("keeps objects, kinds, certificate, token and port", async () => {
    await test.calls.call("POST", paths.definitions, { body: gadgetDefinition() });
    await test.calls.call("POST", paths.gadgets, { body: gadget("g", { size: 3 }) });
    const { url, caPem, token } = test.server;
    test = await test.restart();
    expect({ url: test.server.url, caPem: test.server.caPem, token: test.server.token }).toEqual({ url, caPem, token });
    expect((await test.calls.call("GET", `${paths.gadgets}/g`)).body.spec).toEqual({ size: 3 });
  });

  it("lets a watch go on from the last version, and tells older ones to begin again", async () => {
    const first = await test.calls.call("POST", paths.configMaps, { body: configMap("a") });
    const last = await test.calls.call("POST", paths.configMaps, { body: configMap("b") });
    test = await test.restart();
    const events = test.calls.events(
      `${paths.configMaps}?watch=1&resourceVersion=${last.body.metadata.resourceVersion}`,
      1,
    );
    await test.calls.call("POST", paths.configMaps, { body: configMap("c") });
    expect((await events).map(({ type, object }) => [type, object.metadata.name])).toEqual([["ADDED", "c"]]);
    const old = await test.calls.events(
      `${paths.configMaps}?watch=1&resourceVersion=${first.body.metadata.resourceVersion}`,
      1,
    );
    expect(old).toMatchObject([{ type: "ERROR", object: { code: 410, reason: "Expired" } }]);
  });

  it("refuses to continue a list that began before", async () => {
    for (const name of ["a", "b", "c"]) await test.calls.call("POST", paths.configMaps, { body: configMap(name) });
    const page = await test.calls.call("GET", `${paths.configMaps}?limit=1`);
    await test.calls.call("POST", paths.configMaps, { body: configMap("d") });
    test = await test.restart();
    const next = await test.calls.call("GET", `${paths.configMaps}?limit=1&continue=${page.body.metadata.continue}`);
    expect(next).toMatchObject({ status: 410, body: { reason: "Expired" } });
  });

  it("brings the kinds that it comes with up to date", async () => {
    const stateDir = join(test.stateDir, "second");
    const size = await startTestServer({ stateDir, customResourceDefinitions: [gadgetDefinition()] });
    await size.calls.call("POST", paths.gadgets, { body: gadget("g", { size: 3 }) });
    await size.server.close();
    const colour = gadgetDefinition({ colour: { type: "string" }, size: { type: "integer" } });
    const both = await startTestServer({ stateDir, customResourceDefinitions: [colour] });
    const body = { spec: { colour: "red" } };
    const { body: changed } = await both.calls.call("PATCH", `${paths.gadgets}/g`, { body, type: merge });
    expect(changed.spec).toEqual({ size: 3, colour: "red" });
    await both.server.close();
  });

  it("keeps its secrets readable to the owner only", () => {
    for (const file of ["state.db", "server.key", "admin.token"])
      expect(statSync(join(test.stateDir, file)).mode & 0o077).toBe(0);
  });

  it("refuses a state directory that is in use", async () => {
    const error = await startTestServer({ stateDir: test.stateDir }).catch((thrown: unknown) => thrown);
    expect(isTidegateError(error, "STATE_IN_USE")).toBe(true);
  });

  it("says so when the port that it must have is taken", async () => {
    const taken = await occupy(0);
    const { port } = taken.address() as AddressInfo;
    const stateDir = join(test.stateDir, "second");
    const error = await startTestServer({ stateDir, port }).catch((thrown: unknown) => thrown);
    taken.close();
    expect(isTidegateError(error, "ADDRESS_IN_USE")).toBe(true);
    expect(String(error)).toContain(`127.0.0.1:${port}`);
  });

  it("takes another port when that of the last start is taken", async () => {
    const { port } = test.server;
    await test.server.close();
    const taken = await occupy(port);
    test = await test.restart();
    taken.close();
    expect(test.server.port).not.toBe(port);
    expect((await test.calls.call("GET", paths.configMaps)).status).toBe(200);
  });

  it("writes a kubeconfig that names itself", () => {
    const config: Loose = parseYaml(test.server.kubeconfig());
    expect(config.clusters[0].cluster.server).toBe(test.server.url);
    expect(Buffer.from(config.clusters[0].cluster["certificate-authority-data"], "base64").toString()).toBe(
      test.server.caPem,
    );
    expect(config.users[0].user.token).toBe(test.server.token);
  });
});

describe("the API server", () => {
  let test: TestServer;
  const call: TestServer["calls"]["call"] = (...args) => test.calls.call(...args);
  const post = (path: string, body: unknown): ReturnType<typeof call> => call("POST", path, { body });
  beforeAll(async () => {
    test = await startTestServer();
  });
  afterAll(() => test.dispose());
  beforeEach(async () => {
    await call("DELETE", paths.configMaps);
  });

  describe("lists", () => {
    it("pages through what was there when the list began", async () => {
      for (const name of ["a", "b", "c", "d"]) await post(paths.configMaps, configMap(name));
      const first = await call("GET", `${paths.configMaps}?limit=2`);
      expect(first.body.metadata.remainingItemCount).toBe(2);
      await call("DELETE", `${paths.configMaps}/c`);
      await post(paths.configMaps, configMap("bb"));
      const second = await call("GET", `${paths.configMaps}?limit=2&continue=${first.body.metadata.continue}`);
      expect([...names(first.body), ...names(second.body)]).toEqual(["a", "b", "c", "d"]);
      expect(second.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion });
      expect(names((await call("GET", paths.configMaps)).body)).toEqual(["a", "b", "bb", "d"]);
    });

    it("shows an exact version, and refuses a token of somebody else", async () => {
      const { body } = await post(paths.configMaps, configMap("a"));
      await call("DELETE", `${paths.configMaps}/a`);
      const exact = `resourceVersion=${body.metadata.resourceVersion}&resourceVersionMatch=Exact`;
      expect(names((await call("GET", `${paths.configMaps}?${exact}`)).body)).toEqual(["a"]);
      expect((await call("GET", `${paths.configMaps}?continue=nonsense`)).status).toBe(400);
    });

    it("lists all namespaces, and says no kind twice for built-in items", async () => {
      await post(paths.configMaps, configMap("a"));
      const { body } = await call("GET", "/api/v1/configmaps");
      expect(body).toMatchObject({ kind: "ConfigMapList", apiVersion: "v1" });
      expect(Object.keys(body.items[0])).toEqual(["metadata"]);
    });

    it("answers in YAML when asked to", async () => {
      await post(paths.configMaps, configMap("a", { data: { k: "v" } }));
      const { body, contentType } = await call("GET", `${paths.configMaps}/a`, { accept: "application/yaml" });
      expect(contentType).toBe("application/yaml");
      expect(parseYaml(String(body)).data).toEqual({ k: "v" });
    });
  });

  describe("writes", () => {
    it("changes nothing when nothing changes", async () => {
      const made = await post(paths.configMaps, configMap("a", { data: { k: "v" } }));
      const again = await call("PATCH", `${paths.configMaps}/a`, { body: { data: { k: "v" } }, type: merge });
      expect(again.body.metadata.resourceVersion).toBe(made.body.metadata.resourceVersion);
    });

    it("applies JSON patches, and refuses one whose test fails", async () => {
      await post(paths.configMaps, configMap("a", { data: { k: "v" } }));
      const type = "application/json-patch+json";
      const good = [
        { op: "test", path: "/data/k", value: "v" },
        { op: "replace", path: "/data/k", value: "w" },
      ];
      expect((await call("PATCH", `${paths.configMaps}/a`, { body: good, type })).body.data).toEqual({ k: "w" });
      expect((await call("PATCH", `${paths.configMaps}/a`, { body: good, type })).status).toBe(422);
    });

    it("reads YAML bodies", async () => {
      const made = await call("POST", paths.configMaps, {
        body: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndata: {k: v}\n",
        type: "application/yaml",
      });
      expect(made).toMatchObject({ status: 201, body: { data: { k: "v" } } });
    });

    it.each([
      ["what is no JSON", "{nonsense", "application/json", 400],
      ["another kind", JSON.stringify(pod("a")), "application/json", 400],
      ["another version", JSON.stringify({ ...configMap("a"), apiVersion: "v2" }), "application/json", 400],
      ["another media type", "a=b", "application/x-www-form-urlencoded", 415],
      [
        "more than 3 MiB",
        JSON.stringify(configMap("a", { data: { k: "x".repeat(3_200_000) } })),
        "application/json",
        413,
      ],
      ["a value of a wrong type", JSON.stringify(configMap("a", { data: { k: 5 } })), "application/json", 400],
      ["labels of a wrong type", JSON.stringify(configMap("a", {}, { labels: { k: 5 } })), "application/json", 400],
      [
        "a version on an object to be made",
        JSON.stringify(configMap("a", {}, { resourceVersion: "5" })),
        "application/json",
        400,
      ],
    ])("refuses %s", async (_what, body, type, status) => {
      expect((await call("POST", paths.configMaps, { body, type })).status).toBe(status);
    });

    it("removes the chosen objects of a collection", async () => {
      for (const name of ["a", "b"]) await post(paths.configMaps, configMap(name, {}, { labels: { name } }));
      const removed = await call("DELETE", `${paths.configMaps}?labelSelector=name%3Da`);
      expect(names(removed.body)).toEqual(["a"]);
      expect(names((await call("GET", paths.configMaps)).body)).toEqual(["b"]);
    });

    it.each([
      ["Foreground", ["foregroundDeletion"]],
      ["Orphan", ["orphan"]],
    ])("holds an object that is deleted with %s", async (policy, finalizers) => {
      await post(paths.configMaps, configMap("held"));
      const { body } = await call("DELETE", `${paths.configMaps}/held`, { body: { propagationPolicy: policy } });
      expect(body.metadata).toMatchObject({ finalizers, deletionGracePeriodSeconds: 0 });
      await call("PATCH", `${paths.configMaps}/held`, { body: { metadata: { finalizers: null } }, type: merge });
      expect((await call("GET", `${paths.configMaps}/held`)).status).toBe(404);
    });

    it("makes no object in a namespace that is ending, and lets it go when it is free", async () => {
      await post("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "ending" } });
      await call("DELETE", "/api/v1/namespaces/ending");
      expect((await post("/api/v1/namespaces/ending/configmaps", configMap("a"))).status).toBe(403);
      const { body } = await call("GET", "/api/v1/namespaces/ending");
      await call("PUT", "/api/v1/namespaces/ending/finalize", { body: { ...body, spec: { finalizers: [] } } });
      expect((await call("GET", "/api/v1/namespaces/ending")).status).toBe(404);
    });

    it.each(["default", "kube-system"])("keeps the namespace %s", async (name) => {
      expect((await call("DELETE", `/api/v1/namespaces/${name}`)).status).toBe(403);
    });
  });

  describe("scale", () => {
    const scale = `${paths.deployments}/web/scale`;
    beforeEach(async () => {
      await call("DELETE", `${paths.deployments}/web`);
      await post(paths.deployments, deployment("web", 2));
    });

    it("is read, replaced, patched and applied", async () => {
      const read = await call("GET", scale);
      expect(read.body).toMatchObject({
        kind: "Scale",
        apiVersion: "autoscaling/v1",
        spec: { replicas: 2 },
        status: { replicas: 0, selector: "app=web" },
      });
      expect((await call("PUT", scale, { body: { ...read.body, spec: { replicas: 3 } } })).body.spec.replicas).toBe(3);
      expect((await call("PUT", scale, { body: { ...read.body, spec: { replicas: 4 } } })).status).toBe(409);
      expect((await call("PATCH", scale, { body: { spec: { replicas: 5 } }, type: merge })).body.spec.replicas).toBe(5);
      const applied = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas: 6 } };
      const answer = await call("PATCH", `${scale}?fieldManager=me&force=true`, {
        body: applied,
        type: "application/apply-patch+yaml",
      });
      expect(answer.body.spec.replicas).toBe(6);
      const { body } = await call("GET", `${paths.deployments}/web`);
      expect(body.spec.replicas).toBe(6);
      expect(body.metadata.managedFields.map((entry: Loose) => [entry.manager, entry.subresource])).toContainEqual([
        "me",
        "scale",
      ]);
    });

    it("is never negative", async () => {
      expect(await call("PATCH", scale, { body: { spec: { replicas: -1 } }, type: merge })).toMatchObject({
        status: 422,
        body: { details: { kind: "Scale" } },
      });
    });
  });

  describe("pods", () => {
    beforeEach(async () => {
      await call("DELETE", `${paths.pods}?gracePeriodSeconds=0`);
      await post(paths.pods, pod("p"));
    });

    it("are bound to a node once", async () => {
      const body = {
        apiVersion: "v1",
        kind: "Binding",
        metadata: { name: "p" },
        target: { kind: "Node", name: "here" },
      };
      expect((await post(`${paths.pods}/p/binding`, body)).status).toBe(201);
      expect((await call("GET", `${paths.pods}/p`)).body.spec.nodeName).toBe("here");
      expect((await post(`${paths.pods}/p/binding`, body)).status).toBe(409);
    });

    it("are evicted", async () => {
      const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p" } };
      expect((await post(`${paths.pods}/p/eviction`, body)).status).toBe(201);
      expect((await call("GET", `${paths.pods}/p`)).status).toBe(404);
    });

    it.each(["exec", "attach", "portforward", "proxy/x"])("refuse %s in words", async (subresource) => {
      const { status, body } = await call("POST", `${paths.pods}/p/${subresource}`);
      expect(status).toBe(405);
      expect(body.message).toContain("Tidegate's embedded cluster does not serve");
    });

    it("stream their log, with what was asked of it", async () => {
      expect((await call("GET", `${paths.pods}/p/log`)).body.message).toContain("waiting to start");
      let asked: unknown;
      test.server.setPodLogs({
        open: (request) => {
          asked = request;
          return Promise.resolve(chunks(["one\n", "two\n"]));
        },
      });
      expect((await call("GET", `${paths.pods}/p/log?tailLines=2&timestamps=true`)).body).toBe("one\ntwo\n");
      expect(asked).toMatchObject({
        namespace: "default",
        pod: "p",
        container: "main",
        tailLines: 2,
        timestamps: true,
        follow: false,
      });
      expect((await call("GET", `${paths.pods}/p/log?container=other`)).status).toBe(400);
    });

    it("stop the source of a followed log when the client goes", async () => {
      const stopped = new Promise<string>((resolve) => {
        test.server.setPodLogs({
          open: (_request, signal) => {
            signal.addEventListener("abort", () => resolve("stopped"));
            return Promise.resolve(endless(signal));
          },
        });
      });
      const response = await test.calls.open("GET", `${paths.pods}/p/log?follow=true`);
      await once(response, "data");
      response.destroy();
      expect(await stopped).toBe("stopped");
    });
  });

  describe("watches", () => {
    it("send columns with the first row of a table only", async () => {
      const { body } = await post(paths.configMaps, configMap("a"));
      const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
      const events = test.calls.events(
        `${paths.configMaps}?watch=1&resourceVersion=${body.metadata.resourceVersion}`,
        2,
        { accept },
      );
      await call("PATCH", `${paths.configMaps}/a`, { body: { data: { k: "v" } }, type: merge });
      await call("DELETE", `${paths.configMaps}/a`);
      const [first, second] = await events;
      expect(first).toMatchObject({
        type: "MODIFIED",
        object: { kind: "Table", rows: [{ cells: ["a", 1, expect.any(String)] }] },
      });
      expect(first.object.columnDefinitions).toHaveLength(3);
      expect(second).toMatchObject({ type: "DELETED", object: { kind: "Table", columnDefinitions: null } });
    });

    it("tell a hundred watchers the same in the same order", async () => {
      const { body } = await post(paths.configMaps, configMap("a"));
      const path = `${paths.configMaps}?watch=1&resourceVersion=${body.metadata.resourceVersion}`;
      const watchers = Array.from({ length: 100 }, () => test.calls.events(path, 3));
      for (const n of ["1", "2", "3"])
        await call("PATCH", `${paths.configMaps}/a`, { body: { data: { n } }, type: merge });
      const seen = (await Promise.all(watchers)).map((events) => events.map(({ object }) => object.data.n).join());
      expect(new Set(seen)).toEqual(new Set(["1,2,3"]));
    });

    it("follow one object by its path", async () => {
      await post(paths.configMaps, configMap("a"));
      await post(paths.configMaps, configMap("b"));
      const [event] = await test.calls.events(`${paths.configMaps}/b?watch=true`, 1);
      expect(event).toMatchObject({ type: "ADDED", object: { metadata: { name: "b" } } });
    });

    it("end when their kind ends", async () => {
      await post(paths.definitions, gadgetDefinition());
      const events = test.calls.events(`${paths.gadgets}?watch=true`, 10);
      await call("DELETE", `${paths.definitions}/gadgets.test.dev`);
      expect(await events).toEqual([]);
    });
  });

  describe("custom kinds", () => {
    afterEach(async () => {
      await call("DELETE", `${paths.definitions}/gadgets.test.dev`);
    });

    it("go when the last object has given up its finalizers", async () => {
      await post(paths.definitions, gadgetDefinition());
      await post(paths.gadgets, gadget("held", {}, { finalizers: ["test.dev/hold"] }));
      await post(paths.gadgets, gadget("free"));
      await call("DELETE", `${paths.definitions}/gadgets.test.dev`);
      const waiting = await call("GET", `${paths.definitions}/gadgets.test.dev`);
      expect(waiting.body.status.conditions).toContainEqual(
        expect.objectContaining({ type: "Terminating", status: "True" }),
      );
      expect(names((await call("GET", paths.gadgets)).body)).toEqual(["held"]);
      expect((await post(paths.gadgets, gadget("late"))).status).toBe(405);
      await call("PATCH", `${paths.gadgets}/held`, { body: { metadata: { finalizers: null } }, type: merge });
      expect((await call("GET", `${paths.definitions}/gadgets.test.dev`)).status).toBe(404);
      expect((await call("GET", paths.gadgets)).status).toBe(404);
    });

    it("follow changes of their definition at once", async () => {
      await post(paths.definitions, gadgetDefinition());
      expect((await post(`${paths.gadgets}?fieldValidation=Strict`, gadget("a", { colour: "red" }))).status).toBe(400);
      const spec = gadgetDefinition({ colour: { type: "string" } })["spec"];
      await call("PATCH", `${paths.definitions}/gadgets.test.dev`, { body: { spec }, type: merge });
      expect((await post(`${paths.gadgets}?fieldValidation=Strict`, gadget("a", { colour: "red" }))).status).toBe(201);
    });

    it("are discovered, also in the aggregated form", async () => {
      await post(paths.definitions, gadgetDefinition());
      const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
      const { body, contentType } = await call("GET", "/apis", { accept });
      expect(contentType).toContain("as=APIGroupDiscoveryList");
      const group = body.items.find((item: Loose) => item.metadata.name === "test.dev");
      expect(group.versions[0].resources[0]).toMatchObject({
        resource: "gadgets",
        scope: "Namespaced",
        subresources: [{ subresource: "status" }],
      });
      expect((await call("GET", "/openapi/v3")).body.paths).toHaveProperty(["apis/test.dev/v1"]);
    });
  });

  describe("users", () => {
    const whoami = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const ask = (parts: object): ReturnType<typeof call> =>
      call("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", { body: whoami, ...parts });

    it("are who their token says", async () => {
      test.server.addToken("token-of-dora", { username: "dora", groups: ["deployers"] });
      const { body } = await ask({ token: "token-of-dora" });
      expect(body.status.userInfo).toEqual({ username: "dora", groups: ["deployers", "system:authenticated"] });
      expect((await call("GET", paths.configMaps, { token: "token-of-dora" })).status).toBe(200);
    });

    it("stand in for others only as the administrator", async () => {
      test.server.addToken("token-of-dora", { username: "dora", groups: [] });
      const headers = { "Impersonate-User": "dora" };
      expect((await ask({ headers })).body.status.userInfo.username).toBe("dora");
      expect((await ask({ headers: { "Impersonate-User": "admin" }, token: "token-of-dora" })).status).toBe(403);
    });
  });
});

describe("the API server as time goes by", () => {
  it("forgets events an hour after they were last seen", async () => {
    const clock = createFakeClock();
    const test = await startTestServer({ clock });
    const events = "/api/v1/namespaces/default/events";
    const event = (name: string, lastTimestamp: string): object => ({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name },
      involvedObject: { kind: "Pod", name: "p", namespace: "default" },
      reason: "Tested",
      lastTimestamp,
    });
    await test.calls.call("POST", events, { body: event("old", "2026-01-01T00:00:00Z") });
    await test.calls.call("POST", events, { body: event("seen-again", "2026-01-01T00:30:00Z") });
    await clock.advance(59 * 60_000);
    expect(names((await test.calls.call("GET", events)).body)).toEqual(["old", "seen-again"]);
    await clock.advance(3 * 60_000);
    expect(names((await test.calls.call("GET", events)).body)).toEqual(["seen-again"]);
    await test.dispose();
  });

  it("sends bookmarks, and ends a watch when its time is up", async () => {
    const clock = createFakeClock();
    const test = await startTestServer({ clock });
    const response = await test.calls.open(
      "GET",
      `${paths.configMaps}?watch=1&allowWatchBookmarks=true&timeoutSeconds=90`,
    );
    await clock.advance(61_000);
    const [line] = (await once(response, "data")) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({
      type: "BOOKMARK",
      object: { kind: "ConfigMap", metadata: { resourceVersion: expect.any(String) } },
    });
    const ended = once(response, "end");
    response.resume();
    await clock.advance(30_000);
    await ended;
    await test.dispose();
  });
});

async function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function* chunks(texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function* endless(signal: AbortSignal): AsyncGenerator<Buffer> {
  yield Buffer.from("first\n");
  await once(signal, "abort").catch(() => undefined);
}
