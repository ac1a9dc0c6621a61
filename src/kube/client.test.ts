import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import { isTidegateError } from "../api/error.ts";
import { resources } from "../api/resources.ts";
import type { Clock } from "../ports/clock.ts";
import type { ClientDeps } from "./client.ts";
import { createClient } from "./client.ts";
import type { ClusterConfig } from "./clusterConfig.ts";
import { listOf, pod } from "./testing/objects.ts";
import type { Answer } from "./testing/scriptedServer.ts";
import { failure, json, startScriptedServer } from "./testing/scriptedServer.ts";
import { until } from "./testing/until.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const ok: Answer = (response) => json(response, 200, pod("a", "1"));

async function setUp(answer: Answer, config: Partial<ClusterConfig> = {}, deps: ClientDeps = {}) {
  const server = await startScriptedServer(answer);
  const fake = createFakeClock();
  const sleeps: number[] = [];
  const sleep: Clock["sleep"] = (delayMs, signal) => {
    sleeps.push(delayMs);
    return fake.sleep(delayMs, signal);
  };
  const clock = Object.assign(Object.create(fake) as typeof fake, { sleep });
  const client = createClient(
    { server: server.url, namespace: "prod", ...config },
    { clock, random: { next: () => 0 }, ...deps },
  );
  cleanUps.push(async () => {
    client.close();
    await server.close();
  });
  return { server, clock, client, sleeps };
}

/** Answers one after the other; the last one again and again. */
function inTurn(...answers: Answer[]): Answer {
  let turn = 0;
  return (response, seen) => answers[Math.min(turn++, answers.length - 1)]!(response, seen);
}

const a = { namespace: "prod", name: "a" };
const refused =
  (code: number, reason: string, message: string, headers = {}) =>
  (response: ServerResponse) =>
    json(response, code, failure(code, reason, message), headers);
const plainText = (code: number, text: string) => (response: ServerResponse) => void response.writeHead(code).end(text);

describe("what a client sends", () => {
  const cases: [string, (client: ReturnType<typeof createClient>) => Promise<unknown>, object][] = [
    [
      "a get",
      (client) => client.get(resources.deployments, a),
      { method: "GET", url: "/apis/apps/v1/namespaces/prod/deployments/a", body: "" },
    ],
    [
      "a get of a cluster-wide object",
      (client) => client.get(resources.namespaces, { name: "prod" }),
      { url: "/api/v1/namespaces/prod" },
    ],
    [
      "a create with its options",
      (client) =>
        client.create(resources.pods, pod("a", "1"), { dryRun: true, fieldManager: "me", fieldValidation: "Strict" }),
      {
        method: "POST",
        url: "/api/v1/namespaces/prod/pods?dryRun=All&fieldManager=me&fieldValidation=Strict",
        body: JSON.stringify(pod("a", "1")),
      },
    ],
    [
      "an update of a subresource",
      (client) => client.update(resources.pods, pod("a", "1"), { subresource: "status" }),
      { method: "PUT", url: "/api/v1/namespaces/prod/pods/a/status" },
    ],
    [
      "a merge patch",
      (client) => client.patch(resources.pods, a, { kind: "merge", body: { x: 1 } }),
      { method: "PATCH", type: "application/merge-patch+json", body: '{"x":1}' },
    ],
    [
      "a strategic patch",
      (client) => client.patch(resources.pods, a, { kind: "strategic", body: {} }),
      { type: "application/strategic-merge-patch+json" },
    ],
    [
      "a JSON patch",
      (client) => client.patch(resources.pods, a, { kind: "json", body: [{ op: "remove", path: "/x" }] }),
      { type: "application/json-patch+json", body: '[{"op":"remove","path":"/x"}]' },
    ],
    [
      "an apply",
      (client) => client.patch(resources.pods, a, { kind: "apply", body: {}, fieldManager: "me", force: true }),
      { type: "application/apply-patch+yaml", url: "/api/v1/namespaces/prod/pods/a?fieldManager=me&force=true" },
    ],
    [
      "a delete without options has no body",
      (client) => client.delete(resources.pods, a),
      { method: "DELETE", body: "" },
    ],
    [
      "a delete with preconditions, its length told",
      (client) =>
        client.delete(resources.pods, a, {
          uid: "u",
          resourceVersion: "7",
          propagationPolicy: "Foreground",
          gracePeriodSeconds: 0,
          dryRun: true,
        }),
      {
        body: '{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u","resourceVersion":"7"},"propagationPolicy":"Foreground","gracePeriodSeconds":0,"dryRun":["All"]}',
        length: "165",
      },
    ],
  ];
  it.each(cases)("%s", async (_name, run, expected) => {
    const { server, client } = await setUp(ok);
    await run(client);
    const { method, path, query, headers, body } = server.seen[0]!;
    const url = query.size === 0 ? path : `${path}?${query.toString()}`;
    expect({ method, url, type: headers["content-type"], length: headers["content-length"], body }).toMatchObject(
      expected,
    );
  });

  it.each(["", ".", ".."])(
    "nothing for an object that is named %j, because that path would be another's",
    async (name) => {
      const { server, client } = await setUp(ok);
      await expect(client.delete(resources.pods, { namespace: "prod", name })).rejects.toMatchObject({
        code: "KUBE_BAD_REQUEST",
      });
      await expect(client.delete(resources.pods, { namespace: "..", name: "a" })).rejects.toMatchObject({
        code: "KUBE_BAD_REQUEST",
      });
      expect(server.seen).toHaveLength(0);
    },
  );

  it("goes over one connection as long as that is kept", async () => {
    const { server, client } = await setUp(ok);
    for (let count = 0; count < 20; count++) await client.get(resources.pods, a);
    expect(server.seen).toHaveLength(20);
    expect(server.connections).toBe(1);
  });

  it("has at most 50 calls under way and does the others in order", async () => {
    const held: ServerResponse[] = [];
    const { server, client } = await setUp((response) => void held.push(response));
    const calls = Promise.all(
      Array.from({ length: 60 }, (_, index) => client.get(resources.pods, { namespace: "prod", name: `p${index}` })),
    );
    await until(() => held.length === 50);
    json(held[0]!, 200, pod("p0", "1"));
    await until(() => held.length === 51);
    expect(server.seen[50]!.path).toBe("/api/v1/namespaces/prod/pods/p50");
    for (let next = 1; next < 60; next++) {
      await until(() => held.length > next);
      json(held[next]!, 200, pod("p", "1"));
    }
    expect(await calls).toHaveLength(60);
  });

  it("carries the user agent, the identity and the person that is impersonated", async () => {
    const user = { token: "secret", impersonate: { user: "jo", groups: ["dev", "ops"] } };
    const { server, client } = await setUp(ok, { user }, { userAgent: "tidegate/1" });
    await client.get(resources.pods, a);
    expect(server.seen[0]!.headers).toMatchObject({
      authorization: "Bearer secret",
      "user-agent": "tidegate/1",
      "impersonate-user": "jo",
      "impersonate-group": "dev, ops",
    });
  });

  it("carries user name and password where there is no token", async () => {
    const { server, client } = await setUp(ok, { user: { username: "jo", password: "pw" } });
    await client.get(resources.pods, a);
    expect(server.seen[0]!.headers.authorization).toBe(`Basic ${Buffer.from("jo:pw").toString("base64")}`);
  });
});

describe("what a client makes of an answer", () => {
  const answers: [string, Answer, string, string][] = [
    [
      "401 as unknown identity",
      refused(401, "Unauthorized", "Unauthorized"),
      "KUBE_UNAUTHORIZED",
      "get Pod prod/a: Unauthorized (401 Unauthorized); log in again",
    ],
    ["403 as missing right", refused(403, "Forbidden", "jo cannot get pods"), "KUBE_FORBIDDEN", "jo cannot get pods"],
    [
      "404 as not found",
      refused(404, "NotFound", 'pods "a" not found'),
      "KUBE_NOT_FOUND",
      'get Pod prod/a: pods "a" not found (404 NotFound)',
    ],
    [
      "409 as conflict",
      refused(409, "Conflict", "the object has been modified"),
      "KUBE_CONFLICT",
      "modified (409 Conflict); read it again",
    ],
    ["409 AlreadyExists as such", refused(409, "AlreadyExists", "is there"), "KUBE_ALREADY_EXISTS", "is there"],
    ["410 as gone", refused(410, "Expired", "too old"), "KUBE_GONE", "too old"],
    ["415 as bad request", refused(415, "UnsupportedMediaType", "no such patch"), "KUBE_BAD_REQUEST", "no such patch"],
    [
      "422 as invalid",
      refused(422, "Invalid", "spec.plan: Required value"),
      "KUBE_INVALID",
      "spec.plan: Required value",
    ],
    ["429 without Retry-After as too many", refused(429, "TooManyRequests", "busy"), "KUBE_TOO_MANY_REQUESTS", "busy"],
    ["500 as server error", refused(500, "InternalError", "etcd"), "KUBE_SERVER_ERROR", "etcd (500 InternalError)"],
    [
      "a proxy's 502 in HTML, shortened",
      plainText(502, "<html>\n bad gateway"),
      "KUBE_SERVER_ERROR",
      "<html> bad gateway (502)",
    ],
    [
      "a login page as bad answer",
      plainText(200, "<html>log in"),
      "KUBE_BAD_ANSWER",
      "get Pod prod/a: the answer is not JSON",
    ],
    [
      "a cut answer as unreachable",
      (response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("{");
        response.socket!.destroySoon();
      },
      "KUBE_UNREACHABLE",
      "no answer from 127.0.0.1",
    ],
  ];
  it.each(answers)("%s", async (_name, answer, code, message) => {
    const { client } = await setUp(answer);
    await expect(client.get(resources.pods, a)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it("the server's own words are kept, and whether a retry makes sense", async () => {
    const { client } = await setUp(refused(409, "Conflict", "modified"));
    const error: unknown = await client.get(resources.pods, a).catch((caught: unknown) => caught);
    expect(isTidegateError(error) && [error.retry, error.status?.reason]).toEqual(["later", "Conflict"]);
  });

  it("an answer above the bound is refused", async () => {
    const { client } = await setUp((response) => {
      response.writeHead(200);
      const piece = Buffer.alloc(8 * 1024 * 1024, "x");
      const more = (): void => {
        if (!response.destroyed) response.write(piece, more);
      };
      more();
    });
    await expect(client.raw("GET", "/big")).rejects.toMatchObject({
      code: "KUBE_BAD_ANSWER",
      message: expect.stringContaining("larger than"),
    });
  });

  it("raw gives JSON parsed and anything else as text", async () => {
    const { client } = await setUp(
      inTurn((response) => json(response, 200, { gitVersion: "v1.36.3" }), plainText(200, "ok")),
    );
    expect(await client.raw("GET", "/version")).toEqual({ gitVersion: "v1.36.3" });
    expect(await client.raw("GET", "/healthz?verbose=1")).toBe("ok");
  });
});

describe("a client that must wait", () => {
  it.each([429, 503])("sends a write again when Retry-After of a %s is over", async (code) => {
    const { server, clock, client, sleeps } = await setUp(
      inTurn(refused(code, "Slow", "later", { "retry-after": "2" }), ok),
    );
    const call = client.create(resources.pods, pod("a", "1"));
    await until(() => sleeps.length === 1);
    expect(sleeps).toEqual([2_000]);
    await clock.advance(1_999);
    expect(server.seen).toHaveLength(1);
    await clock.advance(1);
    await expect(call).resolves.toMatchObject({ kind: "Pod" });
    expect(server.seen).toHaveLength(2);
  });

  it("does not wait beyond its deadline, and tells how long the server asked for", async () => {
    const { client } = await setUp(refused(429, "Slow", "later", { "retry-after": "30" }));
    await expect(client.get(resources.pods, a)).rejects.toMatchObject({
      code: "KUBE_TOO_MANY_REQUESTS",
      retryAfterMs: 30_000,
    });
  });

  it("gives up after 10 s without an answer", async () => {
    const { server, clock, client } = await setUp(() => {});
    const call = expect(client.get(resources.pods, a)).rejects.toMatchObject({ code: "KUBE_TIMEOUT", retry: "later" });
    await until(() => server.seen.length === 1);
    await clock.advance(10_000);
    await call;
    expect(clock.pending).toBe(0);
  });

  it("gives up in the middle of an answer, too", async () => {
    const { server, clock, client } = await setUp((response) => void response.writeHead(200).write("{"));
    const call = expect(client.get(resources.pods, a, { timeoutMs: 500 })).rejects.toMatchObject({
      code: "KUBE_TIMEOUT",
    });
    await until(() => server.seen.length === 1);
    await clock.advance(500);
    await call;
  });

  it("ends when the caller gives up", async () => {
    const { server, client } = await setUp(() => {});
    const stop = new AbortController();
    const call = expect(client.get(resources.pods, a, { signal: stop.signal })).rejects.toMatchObject({
      code: "KUBE_ABORTED",
    });
    await until(() => server.seen.length === 1);
    stop.abort();
    await call;
  });

  it("says so when nobody listens there", async () => {
    const { server, client } = await setUp(ok);
    await server.close();
    await expect(client.get(resources.pods, a)).rejects.toMatchObject({
      code: "KUBE_UNREACHABLE",
      retry: "later",
      message: expect.stringMatching(
        /get Pod prod\/a: no answer from 127.0.0.1:\d+ \(connect ECONNREFUSED .*check that the cluster runs/,
      ),
    });
  });

  it("reads again on a new connection when the server had closed the kept one", async () => {
    const reset: Answer = (response) => void response.socket!.resetAndDestroy();
    const { server, client } = await setUp(inTurn(ok, reset, ok, reset));
    await client.get(resources.pods, a);
    await expect(client.get(resources.pods, a)).resolves.toMatchObject({ kind: "Pod" });
    await expect(client.create(resources.pods, pod("a", "1"))).rejects.toMatchObject({ code: "KUBE_UNREACHABLE" });
    expect(server.seen).toHaveLength(4);
  });
});

describe("a client that lists", () => {
  it("gives the items of all pages with their kind, and the version of the list", async () => {
    const { kind: _kind, apiVersion: _version, ...bare } = pod("a", "1");
    const { server, client } = await setUp(
      inTurn(
        (response) => json(response, 200, { metadata: { resourceVersion: "10", continue: "more" }, items: [bare] }),
        (response) => json(response, 200, listOf("10", [pod("b", "2")])),
      ),
    );
    const list = await client.list(resources.pods, {
      namespace: "prod",
      labelSelector: "app in (a,b)",
      limit: 1,
      resourceVersion: "0",
    });
    expect(list).toEqual({ items: [pod("a", "1"), pod("b", "2")], resourceVersion: "10" });
    expect(server.seen.map(({ query }) => query.toString())).toEqual([
      "labelSelector=app+in+%28a%2Cb%29&limit=1&resourceVersion=0",
      "labelSelector=app+in+%28a%2Cb%29&limit=1&continue=more",
    ]);
  });

  it("starts again without pages when the continue token expires", async () => {
    const { server, client } = await setUp(
      inTurn(
        (response) => json(response, 200, listOf("10", [pod("a", "1")], "more")),
        refused(410, "Expired", "too old"),
        (response) => json(response, 200, listOf("20", [pod("a", "1"), pod("b", "2")])),
      ),
    );
    const list = await client.list(resources.pods);
    expect([list.items.length, list.resourceVersion]).toEqual([2, "20"]);
    expect(server.seen.at(-1)!.query.has("limit")).toBe(false);
  });

  it("refuses what is not a list", async () => {
    const { client } = await setUp(ok);
    await expect(client.list(resources.pods)).rejects.toMatchObject({ code: "KUBE_BAD_ANSWER" });
  });
});

describe("a client with a credential that changes", () => {
  /** Accepts one token only. */
  const door =
    (token: string): Answer =>
    (response, seen) =>
      seen.headers.authorization === `Bearer ${token}`
        ? ok(response, seen)
        : refused(401, "Unauthorized", "no")(response);

  async function tokenFile(token: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "kube-client-"));
    cleanUps.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "token"), token);
    return join(folder, "token");
  }

  it("reads the token again after a 401, for calls and for watches", async () => {
    const file = await tokenFile("old");
    let accepted = "old";
    const { server, client } = await setUp((response, seen) => door(accepted)(response, seen), {
      user: { tokenFile: file },
    });
    await client.get(resources.pods, a);
    accepted = "new";
    await writeFile(file, "new\n");
    await client.get(resources.pods, a);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer old", "Bearer new"]);
    accepted = "newer";
    await writeFile(file, "newer");
    const watch = client.watch(resources.pods, { resourceVersion: "0", signal: new AbortController().signal });
    await watch[Symbol.asyncIterator]()
      .next()
      .catch(() => {});
    expect(server.seen.at(-1)!.headers.authorization).toBe("Bearer newer");
  });

  it("asks no third time", async () => {
    const { server, client } = await setUp(door("other"), { user: { tokenFile: await tokenFile("mine") } });
    await expect(client.get(resources.pods, a)).rejects.toMatchObject({ code: "KUBE_UNAUTHORIZED" });
    expect(server.seen).toHaveLength(2);
  });

  it("reads the token again after a minute", async () => {
    const file = await tokenFile("old");
    const { server, clock, client } = await setUp(ok, { user: { tokenFile: file } });
    await client.get(resources.pods, a);
    await writeFile(file, "new");
    await clock.advance(59_000);
    await client.get(resources.pods, a);
    await clock.advance(1_000);
    await client.get(resources.pods, a);
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer old", "Bearer old", "Bearer new"]);
  });

  it("keeps the last token while the file cannot be read", async () => {
    const file = await tokenFile("old");
    const { server, clock, client } = await setUp(ok, { user: { tokenFile: file } });
    await client.get(resources.pods, a);
    await rm(file);
    await clock.advance(60_000);
    await client.get(resources.pods, a);
    expect(server.seen[1]!.headers.authorization).toBe("Bearer old");
  });
});

describe("a watch of a client", () => {
  it("yields the events, whatever the pieces in which they come, and returns at the end", async () => {
    const text = `${JSON.stringify({ type: "ADDED", object: pod("ä", "1") })}\n\n${JSON.stringify({ type: "DELETED", object: pod("b", "2") })}`;
    const bytes = Buffer.from(text);
    const { client } = await setUp((response) => {
      response.writeHead(200);
      const next = (index: number): void =>
        void (index === bytes.length
          ? response.end()
          : response.write(bytes.subarray(index, index + 1), () => next(index + 1)));
      next(0);
    });
    const seen: string[] = [];
    const stop = new AbortController();
    for await (const event of client.watch(resources.pods, { resourceVersion: "0", signal: stop.signal })) {
      if (event.type !== "ERROR") seen.push(`${event.type} ${event.object.metadata.name}`);
    }
    expect(seen).toEqual(["ADDED ä", "DELETED b"]);
  });

  it("returns when the signal is aborted, before and in the middle", async () => {
    const { server, client } = await setUp((response) => {
      response.writeHead(200).flushHeaders();
    });
    const stop = new AbortController();
    const run = async (): Promise<string> => {
      for await (const _event of client.watch(resources.pods, { resourceVersion: "0", signal: stop.signal }));
      return "ended";
    };
    const running = run();
    await until(() => server.seen.length === 1);
    stop.abort();
    expect(await running).toBe("ended");
    expect(await run()).toBe("ended");
    expect(server.seen).toHaveLength(1);
  });

  it("throws what a refused watch says, with the asked wait, and does not retry by itself", async () => {
    const { server, client } = await setUp(refused(429, "TooManyRequests", "busy", { "retry-after": "3" }));
    const watch = client.watch(resources.pods, { resourceVersion: "0", signal: new AbortController().signal });
    await expect(watch[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "KUBE_TOO_MANY_REQUESTS",
      retryAfterMs: 3_000,
    });
    expect(server.seen).toHaveLength(1);
  });
});
