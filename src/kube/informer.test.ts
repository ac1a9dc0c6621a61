import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { AnyObject } from "../api/object.ts";
import { resources } from "../api/resources.ts";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import { createClient } from "./client.ts";
import { createInformer } from "./informer.ts";
import { projectMetadata } from "./projection.ts";
import { listOf, pod } from "./testing/objects.ts";
import { failure, json } from "./testing/scriptedServer.ts";
import { until } from "./testing/until.ts";
import type { WatchServer } from "./testing/watchScript.ts";
import { startWatchServer } from "./testing/watchScript.ts";
import type { InformerOptions } from "./types.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type Options = Partial<InformerOptions<AnyObject>> & { before?: (server: WatchServer) => void };

/** An informer of pods against a server that has a (version 1) and b (version 2), started. */
async function setUp({ before, ...options }: Options = {}) {
  const server = await startWatchServer(listOf("10", [pod("a", "1"), pod("b", "2")]));
  before?.(server);
  const clock = createFakeClock();
  const random = { next: () => 0.5 };
  const client = createClient({ server: server.url, namespace: "prod" }, { clock, random });
  const logged: { message: string; facts: Record<string, unknown> }[] = [];
  const log = (message: string, facts: object = {}): void => void logged.push({ message, facts: { ...facts } });
  const informer = createInformer<AnyObject>(client, { resource: resources.pods, ...options }, { clock, random, log });
  const changes: string[] = [];
  informer.onChange(({ kind, object }) =>
    changes.push(`${kind} ${object.metadata.name} ${object.metadata.resourceVersion}`),
  );
  const stop = new AbortController();
  informer.start(stop.signal);
  cleanUps.push(async () => {
    stop.abort();
    client.close();
    await server.close();
  });
  const names = () => informer.store.list().map(({ metadata }) => metadata.name);
  return { server, clock, informer, changes, logged, stop, names };
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

/** Waits until a watch is open (the second one after the first fault, and so on). */
async function watching({ server }: SetUp, count = 1) {
  await until(() => server.watches.length === count, `watch ${count} is open`);
  return server.watches[count - 1]!;
}

/** Waits until a fault was noticed, then lets exactly the wait that it asked for pass. */
async function passWait({ logged, clock }: SetUp, faults = 1): Promise<number> {
  await until(() => logged.length >= faults, `${faults} faults are logged`);
  const waitMs = Number(logged[faults - 1]!.facts["waitMs"]);
  await clock.advance(waitMs + 1);
  return waitMs;
}

const versionOf = (watch: { seen: { query: URLSearchParams } }) => watch.seen.query.get("resourceVersion");

/** One reset on a kept connection is no fault, only a connection that the server had closed; two are. */
const reset = (response: ServerResponse): void => void response.socket?.resetAndDestroy();

describe("an informer in good times", () => {
  it("lists, then watches from the list's version with bookmarks and a spread time limit", async () => {
    const test = await setUp({ namespace: "prod", labelSelector: "app=shop" });
    const { seen } = await watching(test);
    expect(test.changes).toEqual(["added a 1", "added b 2"]);
    expect(test.informer.synced).toBe(true);
    expect(seen.path).toBe("/api/v1/namespaces/prod/pods");
    expect(Object.fromEntries(seen.query)).toEqual({
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: "10",
      labelSelector: "app=shop",
      timeoutSeconds: "435",
    });
  });

  it("follows what is added, modified and deleted", async () => {
    const test = await setUp();
    const watch = await watching(test);
    watch.send(
      { type: "ADDED", object: pod("c", "11") },
      { type: "MODIFIED", object: pod("a", "12") },
      { type: "DELETED", object: pod("b", "13") },
    );
    await until(() => test.changes.length === 5);
    expect(test.changes.slice(2)).toEqual(["added c 11", "updated a 12", "deleted b 13"]);
    expect(test.names()).toEqual(["a", "c"]);
  });

  it("takes an ADDED of what it knows for nothing when it is the same, and for a change when it is not", async () => {
    const test = await setUp();
    const watch = await watching(test);
    watch.send(
      { type: "ADDED", object: pod("a", "1") },
      { type: "ADDED", object: pod("b", "11") },
      { type: "DELETED", object: pod("x", "12") },
    );
    watch.send({ type: "ADDED", object: pod("c", "13") });
    await until(() => test.names().includes("c"));
    expect(test.changes.slice(2)).toEqual(["updated b 11", "added c 13"]);
  });

  it("tells of a delete and an add when a name came back with another uid", async () => {
    const test = await setUp();
    const watch = await watching(test);
    watch.send({ type: "MODIFIED", object: pod("a", "11", { uid: "another" }) });
    await until(() => test.changes.length === 4);
    expect(test.changes.slice(2)).toEqual(["deleted a 1", "added a 11"]);
  });

  it("goes on at once from the last bookmark when the server ends the watch in time", async () => {
    const test = await setUp();
    const watch = await watching(test);
    watch.send({ type: "BOOKMARK", object: { ...pod("", "99") } });
    watch.end();
    expect(versionOf(await watching(test, 2))).toBe("99");
    expect(test.changes).toHaveLength(2);
    expect(test.server.lists).toHaveLength(1);
  });

  it("backs off from a server that ends every watch at once", async () => {
    const test = await setUp();
    (await watching(test)).end();
    expect(await passWait(test, 1)).toBe(200);
    (await watching(test, 2)).end();
    expect(await passWait(test, 2)).toBe(400);
    expect(versionOf(await watching(test, 3))).toBe("10");
  });

  it("reads a list page by page and is synced after the last", async () => {
    const test = await setUp({
      before: (server) => {
        server.nextList.push(
          (response) => json(response, 200, listOf("10", [pod("a", "1")], "more")),
          (response) => json(response, 200, listOf("10", [pod("b", "2")])),
        );
      },
    });
    expect(versionOf(await watching(test))).toBe("10");
    expect(test.names()).toEqual(["a", "b"]);
    expect(test.server.lists.map(({ query }) => [query.get("limit"), query.get("continue")])).toEqual([
      ["500", null],
      ["500", "more"],
    ]);
  });

  it("drops managedFields before the projection and keeps only the projection", async () => {
    const managedFields = [
      { manager: "x", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: {} },
    ] as const;
    const test = await setUp({
      transform: projectMetadata,
      before: (server) => {
        server.list = listOf("10", [{ ...pod("a", "1", { managedFields: [...managedFields] }), spec: { big: true } }]);
      },
    });
    await watching(test);
    expect(test.informer.store.list()).toEqual([pod("a", "1")]);
  });

  it("says when it last heard from the server", async () => {
    const test = await setUp();
    const watch = await watching(test);
    await test.clock.advance(60_000);
    watch.send({ type: "BOOKMARK", object: pod("", "50") });
    await until(() => test.informer.lastHeardAt === test.clock.now());
    expect(test.informer.lastHeardAt).toBe(test.clock.now());
  });

  it("closes its watch when it is stopped, and opens no other", async () => {
    const test = await setUp();
    await watching(test);
    test.stop.abort();
    await until(() => test.clock.pending === 0, "no timer is left");
    await test.clock.advance(60_000);
    expect(test.server.watches).toHaveLength(1);
    expect(test.logged).toEqual([]);
  });
});

describe("an informer whose watch fails", () => {
  const refusals: [string, (server: WatchServer) => void, number][] = [
    [
      "500: after 200 ms",
      (server) => server.nextWatch.push((response) => json(response, 500, failure(500, "InternalError", "etcd"))),
      200,
    ],
    [
      "429: after 200 ms",
      (server) => server.nextWatch.push((response) => json(response, 429, failure(429, "TooManyRequests", "busy"))),
      200,
    ],
    [
      "429 with Retry-After: after that long",
      (server) =>
        server.nextWatch.push((response) =>
          json(response, 429, failure(429, "TooManyRequests", "busy"), { "retry-after": "7" }),
        ),
      7_000,
    ],
    [
      "no answer but a reset, also on a new connection: after 200 ms",
      (server) => server.nextWatch.push(reset, reset),
      200,
    ],
    [
      "403, as while rights are being changed: after 200 ms",
      (server) => server.nextWatch.push((response) => json(response, 403, failure(403, "Forbidden", "no"))),
      200,
    ],
  ];
  it.each(refusals)("watches again from the same version after %s", async (_name, before, waitMs) => {
    const test = await setUp({ before });
    expect(await passWait(test)).toBe(waitMs);
    const watch = await watching(test);
    expect(versionOf(watch)).toBe("10");
    watch.send({ type: "ADDED", object: pod("c", "11") });
    await until(() => test.names().includes("c"));
    expect(test.server.lists).toHaveLength(1);
  });

  it("doubles the wait from failure to failure up to 10 s, and starts anew after a good watch", async () => {
    const test = await setUp({
      before: (server) => {
        for (let count = 0; count < 9; count++)
          server.nextWatch.push((response) => json(response, 500, failure(500, "InternalError", "etcd")));
      },
    });
    const waits: number[] = [];
    for (let fault = 1; fault <= 9; fault++) waits.push(await passWait(test, fault));
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]);
    const watch = await watching(test);
    watch.send({ type: "BOOKMARK", object: pod("", "20") });
    await until(() => test.informer.lastHeardAt === test.clock.now());
    watch.reset();
    expect(await passWait(test, 10)).toBe(200);
  });

  it("resumes from the last event after a reset in the middle", async () => {
    const test = await setUp();
    const watch = await watching(test);
    watch.send({ type: "ADDED", object: pod("c", "11") });
    await until(() => test.names().includes("c"));
    watch.reset();
    await passWait(test);
    expect(versionOf(await watching(test, 2))).toBe("11");
    expect(test.names()).toEqual(["a", "b", "c"]);
  });

  it("resumes when half a line came before the reset", async () => {
    const test = await setUp();
    const watch = await watching(test);
    const line = `${JSON.stringify({ type: "ADDED", object: pod("c", "11") })}\n`;
    watch.write(line + line.slice(0, 20));
    await until(() => test.names().includes("c"));
    watch.reset();
    await passWait(test);
    expect(versionOf(await watching(test, 2))).toBe("11");
  });

  it("gives up a half-open connection after 150 s of silence, and goes on from the last event", async () => {
    const test = await setUp();
    const watch = await watching(test);
    watch.send({ type: "ADDED", object: pod("c", "11") });
    await until(() => test.names().includes("c"));
    await test.clock.advance(149_000);
    expect(test.logged).toEqual([]);
    await test.clock.advance(1_001);
    await passWait(test);
    expect(test.logged[0]!.facts["error"]).toContain("nothing was heard for 150000 ms");
    expect(versionOf(await watching(test, 2))).toBe("11");
  });

  it("reports a line that is no JSON and connects anew", async () => {
    const test = await setUp();
    (await watching(test)).write('{"type":"ADDED","object"\n');
    await passWait(test);
    expect(test.logged[0]!.facts["error"]).toContain('not a watch event: {"type":"ADDED","object"');
    expect(versionOf(await watching(test, 2))).toBe("10");
  });

  it("goes on from where it was after an ERROR event that is not 410", async () => {
    const test = await setUp();
    (await watching(test)).send({ type: "ERROR", object: failure(500, "InternalError", "too much") });
    expect(await passWait(test)).toBe(200);
    expect(versionOf(await watching(test, 2))).toBe("10");
    expect(test.server.lists).toHaveLength(1);
  });
});

describe("an informer whose version is too old", () => {
  const gone = failure(410, "Expired", "too old resource version");
  const ways: [string, (test: SetUp) => Promise<void>][] = [
    [
      "before the stream",
      async (test) => {
        test.server.nextWatch.push((response) => json(response, 410, gone));
        (await watching(test)).send({ type: "BOOKMARK", object: pod("", "20") });
        test.server.watches[0]!.end();
      },
    ],
    [
      "inside the stream",
      async (test) => {
        const watch = await watching(test);
        watch.send({ type: "ERROR", object: gone });
        watch.end();
      },
    ],
  ];
  it.each(ways)(
    "lists again at once after a 410 %s, and tells of the deletes that it missed",
    async (_name, breakIt) => {
      const test = await setUp();
      await watching(test);
      test.server.list = listOf("30", [pod("b", "2"), pod("c", "25"), pod("d", "26")]);
      await breakIt(test);
      expect(versionOf(await watching(test, 2))).toBe("30");
      expect(test.changes.slice(2)).toEqual(["added c 25", "added d 26", "deleted a 1"]);
      expect(test.names()).toEqual(["b", "c", "d"]);
      expect(test.logged).toHaveLength(1);
    },
  );

  it("tells of delete and add when an object was made anew while nobody looked", async () => {
    const test = await setUp();
    const watch = await watching(test);
    test.server.list = listOf("30", [pod("a", "29", { uid: "another" }), pod("b", "2")]);
    watch.send({ type: "ERROR", object: gone });
    await watching(test, 2);
    expect(test.changes.slice(2)).toEqual(["deleted a 1", "added a 29"]);
  });

  it("backs off when every watch says 410", async () => {
    const test = await setUp({
      before: (server) => {
        for (let count = 0; count < 3; count++) server.nextWatch.push((response) => json(response, 410, gone));
      },
    });
    expect(await passWait(test, 1)).toBe(0);
    await until(() => test.logged.length === 2, "the second 410 is noticed");
    expect(test.logged.map(({ facts }) => facts["waitMs"])).toEqual([0, 200]);
    await test.clock.advance(201);
    await until(() => test.logged.length === 3, "the third 410 is noticed");
    expect(test.logged[2]!.facts["waitMs"]).toBe(400);
  });

  it("lists again without pages, deleting nothing by mistake, when the continue token expires", async () => {
    const test = await setUp();
    const watch = await watching(test);
    test.server.list = listOf("30", [pod("a", "1"), pod("b", "2"), pod("c", "25")]);
    test.server.nextList.push(
      (response) => json(response, 200, listOf("20", [pod("a", "1")], "more")),
      (response) => json(response, 410, failure(410, "Expired", "the continue token is too old")),
    );
    watch.send({ type: "ERROR", object: gone });
    expect(versionOf(await watching(test, 2))).toBe("30");
    expect(test.changes.slice(2)).toEqual(["added c 25"]);
    expect(test.server.lists.map(({ query }) => query.get("limit"))).toEqual(["500", "500", "500", null]);
  });
});

describe("an informer that cannot list", () => {
  it("tries again until it can", async () => {
    const test = await setUp({
      before: (server) => {
        server.nextList.push((response) => json(response, 500, failure(500, "InternalError", "etcd")), reset, reset);
      },
    });
    expect(await passWait(test, 1)).toBe(200);
    expect(await passWait(test, 2)).toBe(400);
    await watching(test);
    expect(test.names()).toEqual(["a", "b"]);
  });

  it("waits for the first list no longer than it is told to", async () => {
    const test = await setUp({ before: (server) => server.nextList.push(() => {}) });
    await until(() => test.server.lists.length === 1);
    const waiting = expect(test.informer.waitForSync(5_000)).rejects.toMatchObject({
      code: "KUBE_TIMEOUT",
      message: expect.stringContaining("Pod list"),
    });
    await test.clock.advance(5_001);
    await waiting;
    expect(test.informer.synced).toBe(false);
  });

  it("resolves the wait once the first list is there, and rejects it when the caller gives up", async () => {
    const test = await setUp();
    const given = new AbortController();
    given.abort();
    await expect(test.informer.waitForSync(5_000)).resolves.toBeUndefined();
    const other = await setUp({ before: (server) => server.nextList.push(() => {}) });
    await expect(other.informer.waitForSync(5_000, given.signal)).rejects.toMatchObject({ code: "KUBE_ABORTED" });
  });
});

describe("an informer with faulty users", () => {
  it("reports a handler that throws, calls the others, and goes on", async () => {
    const test = await setUp();
    const remove = test.informer.onChange(() => {
      throw new Error("bug");
    });
    const after: string[] = [];
    test.informer.onChange(({ object }) => after.push(object.metadata.name));
    const watch = await watching(test);
    watch.send({ type: "ADDED", object: pod("c", "11") });
    await until(() => after.includes("c"));
    expect(test.logged.at(-1)).toMatchObject({
      message: "a change handler failed",
      facts: { object: "prod/c", error: "bug" },
    });
    const before = test.logged.length;
    remove();
    watch.send({ type: "ADDED", object: pod("d", "12") });
    await until(() => after.includes("d"));
    expect(test.logged).toHaveLength(before);
  });

  it("keeps the last good form of an object whose transform throws, and takes the others", async () => {
    const transform = (object: AnyObject): AnyObject => {
      if (object.metadata.annotations?.["odd"] === "yes") throw new Error("cannot be read");
      return object;
    };
    const test = await setUp({ transform });
    const watch = await watching(test);
    const odd = { annotations: { odd: "yes" } };
    watch.send(
      { type: "MODIFIED", object: pod("a", "11", odd) },
      { type: "ADDED", object: pod("x", "12", odd) },
      { type: "ADDED", object: pod("c", "13") },
    );
    await until(() => test.names().includes("c"));
    expect(test.informer.store.list().map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`)).toEqual([
      "a 1",
      "b 2",
      "c 13",
    ]);
    watch.send({ type: "DELETED", object: pod("a", "14", odd) });
    await until(() => !test.names().includes("a"));
    expect(test.logged.filter(({ message }) => message.startsWith("a transform failed"))).toHaveLength(3);
  });

  it("keeps an object whose index function throws", async () => {
    const test = await setUp({
      indexes: {
        odd: () => {
          throw new Error("bug");
        },
      },
    });
    await watching(test);
    expect(test.names()).toEqual(["a", "b"]);
    expect(test.logged.map(({ facts }) => facts["index"])).toEqual(["odd", "odd"]);
  });

  it("cannot be started twice", async () => {
    const test = await setUp();
    expect(() => test.informer.start(test.stop.signal)).toThrow("already started");
  });
});
