import type { IncomingMessage } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { describe, expect, it } from "vitest";
import { emptyRouteTable } from "../routeTable.ts";
import { freePort, createBed, portOf, read } from "./servers.testing.ts";
import { backendOf, matchOf, plainFilters, ruleOf, tableOf } from "./tables.testing.ts";

/** Uniform numbers from a fixed seed. */
function seeded(seed: number): { next(): number } {
  let state = seed;
  return {
    next() {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    },
  };
}

const a = backendOf("a");
const b = backendOf("b");
const modifier = (set: [string, string][], add: [string, string][] = [], remove: string[] = []) => ({
  set,
  add,
  drop: new Set([...set.map(([name]) => name.toLowerCase()), ...remove]),
});

async function eventually(check: () => boolean): Promise<void> {
  await expect.poll(check, { timeout: 5000, interval: 5 }).toBe(true);
}

describe("forwarding", () => {
  it("passes method, target, headers and body on, and says for whom", async () => {
    await using bed = await createBed();
    let seen: IncomingMessage | undefined;
    const backend = await bed.serve((request, response) => {
      seen = request;
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => response.writeHead(201, { "x-seen": "yes" }).end(`got ${text}`));
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const headers = {
      host: "shop.example",
      "x-forwarded-for": "10.0.0.9",
      connection: "x-secret",
      "x-secret": "1",
      te: "trailers",
    };
    const answer = await bed.ask("/cart?id=1", { method: "POST", headers, body: "hello" });
    expect(answer).toMatchObject({ status: 201, body: "got hello", headers: { "x-seen": "yes" } });
    expect(seen).toMatchObject({ method: "POST", url: "/cart?id=1" });
    expect(seen?.headers).toMatchObject({
      host: "shop.example",
      "x-forwarded-for": "10.0.0.9, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "shop.example",
    });
    expect(seen?.headers["x-secret"]).toBeUndefined();
    expect(seen?.headers["te"]).toBeUndefined();
    expect(bed.count("shop a", 201)).toBe(1);
  });

  it("splits by weight within four standard deviations", async () => {
    await using bed = await createBed(seeded(7));
    const one = await bed.serve((_request, response) => response.end("a"));
    const two = await bed.serve((_request, response) => response.end("b"));
    const rule = ruleOf([
      { backend: a, weight: 9000 },
      { backend: b, weight: 1000 },
      { backend: backendOf("never"), weight: 0 },
    ]);
    await bed.proxy.apply(tableOf(bed.port, [rule], { a: [one], b: [two] }));
    const total = 1000;
    for (let batch = 0; batch < total / 50; batch++) await Promise.all(Array.from({ length: 50 }, () => bed.ask()));
    const sigma = Math.sqrt(total * 0.1 * 0.9);
    expect(Math.abs(bed.count("shop b", 200) - total * 0.1)).toBeLessThan(4 * sigma);
    expect(bed.count("shop a", 200) + bed.count("shop b", 200)).toBe(total);
  });

  it("passes a response on while it is made", async () => {
    await using bed = await createBed();
    let finish = (): void => {};
    const backend = await bed.serve((_request, response) => {
      response.write("first");
      finish = () => response.end("last");
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const chunks: string[] = [];
    const outgoing = bed.open();
    outgoing.on("response", (message) => message.on("data", (chunk: Buffer) => chunks.push(chunk.toString())));
    outgoing.end();
    await eventually(() => chunks.join("") === "first");
    finish();
    await eventually(() => chunks.join("") === "firstlast");
  });

  it("passes the head of a response on before there is a body", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((_request, response) => response.writeHead(200).flushHeaders());
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const outgoing = bed.open();
    const status = new Promise((resolve) => outgoing.on("response", (message) => resolve(message.statusCode)));
    outgoing.on("error", () => {});
    outgoing.end();
    expect(await status).toBe(200);
    outgoing.destroy();
  });

  it("passes a request on while it is made", async () => {
    await using bed = await createBed();
    let got = "";
    const backend = await bed.serve((request, response) => {
      request.on("data", (chunk: Buffer) => (got += chunk.toString()));
      request.on("end", () => response.end("all"));
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const outgoing = bed.open({ method: "POST" });
    outgoing.write("first");
    await eventually(() => got === "first");
    expect((await read(outgoing, "last")).body).toBe("all");
    expect(got).toBe("firstlast");
  });

  it("passes bodies of many megabytes both ways", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((request, response) => request.pipe(response));
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const big = "x".repeat(8_000_000);
    expect((await bed.ask("/", { method: "PUT", body: big })).body === big).toBe(true);
  });

  it("reads from a backend no faster than the client does", async () => {
    await using bed = await createBed();
    let written = 0;
    const total = 64_000_000;
    const backend = await bed.serve((_request, response) => {
      const chunk = Buffer.alloc(1_000_000);
      const more = (): void => {
        while (written < total && response.write(chunk)) written += chunk.length;
        if (written < total) {
          written += chunk.length;
          response.once("drain", more);
        } else response.end();
      };
      more();
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const outgoing = bed.open();
    outgoing.on("error", () => {});
    const message = await new Promise<IncomingMessage>((resolve) => void outgoing.on("response", resolve).end());
    message.pause();
    let before = -1;
    await eventually(() => {
      const stands = written === before;
      before = written;
      return stands;
    });
    expect(written).toBeLessThan(total);
    outgoing.destroy();
  });

  it("passes trailers on both ways", async () => {
    await using bed = await createBed();
    let got: NodeJS.Dict<string> = {};
    const backend = await bed.serve((request, response) => {
      request.resume().on("end", () => {
        got = request.trailers;
        response.writeHead(200, { trailer: "x-sum" });
        response.write("body");
        response.addTrailers({ "x-sum": "4" });
        response.end();
      });
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const outgoing = bed.open({ method: "POST", headers: { trailer: "x-up", "transfer-encoding": "chunked" } });
    outgoing.write("data");
    outgoing.addTrailers({ "x-up": "1" });
    const answer = await read(outgoing);
    expect(got).toEqual({ "x-up": "1" });
    expect(answer).toMatchObject({ body: "body", trailers: { "x-sum": "4" } });
  });

  it("answers HEAD with the length and no body", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((_request, response) => response.writeHead(200, { "content-length": "5" }).end());
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    expect(await bed.ask("/", { method: "HEAD" })).toMatchObject({
      status: 200,
      body: "",
      headers: { "content-length": "5" },
    });
  });

  it("asks for the body only after the backend did", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((_request, response) => response.writeHead(500).end());
    backend.server.on("checkContinue", (request, response) => {
      response.writeContinue();
      request.pipe(response);
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const outgoing = bed.open({ method: "POST", headers: { expect: "100-continue", "content-length": "4" } });
    const answer = new Promise<number | undefined>((resolve) =>
      outgoing.on("response", (message) => resolve(message.resume().statusCode)),
    );
    await new Promise<void>((resolve) => {
      outgoing.on("continue", resolve);
      outgoing.flushHeaders();
    });
    outgoing.end("data");
    expect(await answer).toBe(200);
  });

  it("passes a refusal instead of 100 on and closes the connection", async () => {
    await using bed = await createBed();
    const backend = await bed.serve(() => {});
    backend.server.on("checkContinue", (_request, response) => response.writeHead(413).end());
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const outgoing = bed.open({ method: "POST", headers: { expect: "100-continue", "content-length": "4" } });
    outgoing.on("error", () => {});
    const answer = new Promise<IncomingMessage>((resolve) => void outgoing.on("response", resolve));
    outgoing.flushHeaders();
    expect(await answer).toMatchObject({ statusCode: 413, headers: { connection: "close" } });
    outgoing.destroy();
  });

  it("passes early hints on", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((_request, response) =>
      response.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => response.end()),
    );
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const outgoing = bed.open();
    const hint = new Promise((resolve) =>
      outgoing.on("information", (info) => resolve([info.statusCode, info.headers.link])),
    );
    await read(outgoing);
    expect(await hint).toEqual([103, "</a.css>; rel=preload"]);
  });
});

describe("the gateway's own answers", () => {
  const cases: [string, Parameters<typeof tableOf>[1], number, string][] = [
    ["404 where no route matches", [], 404, "No route takes GET /"],
    ["500 where all weights are 0", [ruleOf([{ backend: a, weight: 0 }])], 500, "no backend with a weight"],
    [
      "500 for a backend that is not valid",
      [ruleOf([backendOf("a", { problem: "Service prod/a does not exist" })])],
      500,
      "does not exist",
    ],
    [
      "500 for a rule that cannot be served",
      [ruleOf([a], { problem: "The filter CORS is not supported" })],
      500,
      "CORS",
    ],
    ["503 for a Service without endpoints", [ruleOf([a])], 503, "Service prod/a has no ready endpoints"],
  ];
  it.each(cases)("%s", async (_name, rules, status, words) => {
    await using bed = await createBed();
    await bed.proxy.apply(tableOf(bed.port, rules, { a: [] }));
    const answer = await bed.ask();
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(words);
    const counts = [...bed.metrics.all()].flatMap((series) => [...series.counts.values()]);
    expect(counts).toEqual([{ code: status, source: "gateway", value: 1 }]);
  });

  it("502 where nobody listens", async () => {
    await using bed = await createBed();
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [{ address: "127.0.0.1", port: await freePort() }] }));
    expect(await bed.ask()).toMatchObject({ status: 502 });
    expect(bed.count("shop a", 502, "gateway")).toBe(1);
  });

  it("502 for a backend that closes without an answer, asked once", async () => {
    await using bed = await createBed();
    let asked = 0;
    const backend = await bed.serve((request) => {
      asked++;
      request.socket.destroy();
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    expect(await bed.ask()).toMatchObject({ status: 502 });
    expect(asked).toBe(1);
  });

  it("counts a response that broke off as the gateway's 502", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("some", () => request.socket.destroy());
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    await expect(bed.ask()).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await eventually(() => bed.count("shop a", 502, "gateway") === 1);
  });

  it("504 when the request takes too long, and when the backend does", async () => {
    await using bed = await createBed();
    const backend = await bed.serve(() => {});
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a], { requestTimeoutMs: 20 })], { a: [backend] }));
    expect(await bed.ask()).toMatchObject({ status: 504, body: expect.stringContaining("20 ms") });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a], { backendTimeoutMs: 30 })], { a: [backend] }));
    expect(await bed.ask()).toMatchObject({ status: 504, body: expect.stringContaining("30 ms") });
    expect(bed.count("shop a", 504, "gateway")).toBe(2);
  });

  it("counts a client that goes away as 499, and lets the backend know", async () => {
    await using bed = await createBed();
    let left = false;
    let arrived = false;
    const backend = await bed.serve((_request, response) => {
      arrived = true;
      response.on("close", () => (left = true));
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const outgoing = bed.open();
    outgoing.on("error", () => {});
    outgoing.end();
    await eventually(() => arrived);
    outgoing.destroy();
    await eventually(() => left && bed.count("shop a", 499, "client") === 1);
  });
});

describe("filters", () => {
  it("change headers on the rule and on the backend, in this order", async () => {
    await using bed = await createBed();
    let headers: IncomingMessage["headers"] = {};
    const backend = await bed.serve((request, response) => {
      headers = request.headers;
      response.writeHead(200, { "x-old": "1", "x-kept": "1" }).end();
    });
    const own = backendOf("a", {
      filters: {
        ...plainFilters,
        requestHeaders: [modifier([["X-Track", "contender"]])],
        responseHeaders: [modifier([["x-version", "2"]])],
      },
    });
    const filters = {
      ...plainFilters,
      requestHeaders: [modifier([["x-track", "rule"]], [["x-add", "2"]], ["x-gone"])],
      responseHeaders: [modifier([], [], ["x-old"])],
    };
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([own], { filters })], { a: [backend] }));
    const answer = await bed.ask("/", { headers: { "x-gone": "1", "x-add": "1" } });
    expect(headers).toMatchObject({ "x-track": "contender", "x-add": "1, 2" });
    expect(headers["x-gone"]).toBeUndefined();
    expect(answer.headers).toMatchObject({ "x-version": "2", "x-kept": "1" });
    expect(answer.headers["x-old"]).toBeUndefined();
  });

  const redirect = { scheme: undefined, hostname: undefined, port: undefined, path: undefined, statusCode: 302 };
  const prefix = { kind: "prefix" as const, value: "/old" };
  it.each([
    ["keeps the listener's port", {}, (port: number) => `http://shop.example:${port}/old/x?q=1`],
    ["drops the port with a scheme", { scheme: "https", statusCode: 301 }, () => "https://shop.example/old/x?q=1"],
    ["takes another host and port", { hostname: "b.example", port: 81 }, () => "http://b.example:81/old/x?q=1"],
    [
      "replaces the prefix",
      { port: 80, path: { kind: "prefix" as const, value: "/new" } },
      () => "http://shop.example/new/x?q=1",
    ],
    [
      "replaces the path",
      { port: 80, path: { kind: "full" as const, value: "/all" } },
      () => "http://shop.example/all?q=1",
    ],
  ])("a redirect %s", async (_name, change, location) => {
    await using bed = await createBed();
    const filters = { ...plainFilters, redirect: { ...redirect, ...change } };
    await bed.proxy.apply(tableOf(bed.port, [{ match: matchOf(prefix), rule: ruleOf([], { filters }) }], {}));
    const answer = await bed.ask("/old/x?q=1", { headers: { host: `shop.example:${bed.port}` } });
    expect(answer.status).toBe("statusCode" in change ? change.statusCode : 302);
    expect(answer.headers.location).toBe(location(bed.port));
  });

  it.each([
    ["the prefix", { kind: "prefix" as const, value: "/new" }, "/old/x?q=1", "/new/x?q=1"],
    ["the prefix by the root", { kind: "prefix" as const, value: "/" }, "/old?q=1", "/?q=1"],
    ["the whole path", { kind: "full" as const, value: "/all" }, "/old/x?q=1", "/all?q=1"],
  ])("a rewrite replaces %s and the host", async (_name, path, asked, got) => {
    await using bed = await createBed();
    const backend = await bed.serve((request, response) =>
      response.end(`${request.headers.host} ${String(request.headers["x-forwarded-host"])} ${request.url}`),
    );
    const filters = { ...plainFilters, rewrite: { hostname: "inner", path } };
    await bed.proxy.apply(
      tableOf(bed.port, [{ match: matchOf(prefix), rule: ruleOf([a], { filters }) }], { a: [backend] }),
    );
    expect((await bed.ask(asked, { headers: { host: "outer" } })).body).toBe(`inner outer ${got}`);
  });

  it("mirrors a share of the requests with their bodies, counted apart", async () => {
    await using bed = await createBed(seeded(3));
    const bodies: string[] = [];
    const main = await bed.serve((request, response) => request.pipe(response));
    const copy = await bed.serve((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        bodies.push(text);
        response.writeHead(500).end();
      });
    });
    const filters = { ...plainFilters, mirrors: [{ backend: b, share: 0.5 }] };
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a], { filters })], { a: [main], b: [copy] }));
    const total = 200;
    for (let index = 0; index < total; index++) {
      expect(await bed.ask("/", { method: "POST", body: `n${index}` })).toMatchObject({
        status: 200,
        body: `n${index}`,
      });
    }
    await eventually(() => bed.count("shop b", 500, "backend", true) === bodies.length);
    expect(Math.abs(bodies.length - total / 2)).toBeLessThan(4 * Math.sqrt(total / 4));
    expect(bodies.every((text) => text.startsWith("n"))).toBe(true);
    expect(bed.count("shop b", 500)).toBe(0);
  });

  it("a mirror that never answers holds nothing up", async () => {
    await using bed = await createBed();
    const main = await bed.serve((_request, response) => response.end("ok"));
    const copy = await bed.serve(() => {});
    const filters = { ...plainFilters, mirrors: [{ backend: b, share: 1 }] };
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a], { filters })], { a: [main], b: [copy] }));
    expect(await bed.ask()).toMatchObject({ status: 200, body: "ok" });
  });
});

describe("changes of protocol", () => {
  async function handshake(
    port: number,
    headers: string,
  ): Promise<{ head: string; rest: () => string; send: (text: string) => void; end: () => void }> {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("error", () => {});
    socket.write(`GET /chat HTTP/1.1\r\nHost: shop.example\r\n${headers}\r\n`);
    await eventually(() => text.includes("\r\n\r\n"));
    const cut = text.indexOf("\r\n\r\n") + 4;
    return {
      head: text.slice(0, cut),
      rest: () => text.slice(cut),
      send: (more) => void socket.write(more),
      end: () => void socket.destroy(),
    };
  }

  it("a WebSocket handshake opens a tunnel that outlives a new table", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((_request, response) => response.end());
    backend.server.on("upgrade", (_request, socket) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nx-own: 1\r\n\r\nhello ",
      );
      socket.on("data", (chunk: Buffer) => socket.write(chunk.toString().toUpperCase()));
      socket.on("end", () => socket.end());
      socket.on("error", () => {});
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const client = await handshake(bed.port, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
    expect(client.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(client.head).toContain("x-own: 1");
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([b])], { b: [] }));
    client.send("ping");
    await eventually(() => client.rest() === "hello PING");
    expect(bed.count("shop a", 101)).toBe(1);
    client.end();
  });

  it("a backend that does not change it answers as usual", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((_request, response) => response.writeHead(403).end("no"));
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const client = await handshake(bed.port, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
    expect(client.head).toMatch(/^HTTP\/1\.1 403 /);
  });

  it("an offer of h2c is answered as plain HTTP/1.1", async () => {
    await using bed = await createBed();
    let upgrade: string | undefined = "unset";
    const backend = await bed.serve((request, response) => {
      upgrade = request.headers.upgrade;
      response.end("plain");
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const client = await handshake(
      bed.port,
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\n",
    );
    expect(client.head).toMatch(/^HTTP\/1\.1 200 /);
    expect(upgrade).toBeUndefined();
    client.end();
  });
});

describe("requests that two parsers could read in two ways", () => {
  async function raw(port: number, text: string): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    let got = "";
    socket.on("data", (chunk) => (got += chunk.toString()));
    socket.on("error", () => {});
    socket.write(text);
    await eventually(() => got.includes("\r\n"));
    socket.destroy();
    return got.slice(9, 12);
  }
  it.each([
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
    ["two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", "400"],
    ["two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"],
    ["no host", "GET / HTTP/1.1\r\n\r\n", "400"],
    [
      "another transfer coding",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "501",
    ],
    ["a space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nX-A : 1\r\n\r\n", "400"],
    ["a target of another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400"],
    ["CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "405"],
  ])("%s is refused and reaches no backend", async (_name, text, status) => {
    await using bed = await createBed();
    let asked = 0;
    const backend = await bed.serve((_request, response) => {
      asked++;
      response.end();
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    expect(await raw(bed.port, text)).toBe(status);
    expect(asked).toBe(0);
  });

  it("headers that Connection names cannot take the framing away", async () => {
    await using bed = await createBed();
    const backend = await bed.serve((request, response) => request.pipe(response));
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const answer = await bed.ask("/", {
      method: "POST",
      headers: { connection: "content-length, host", "content-length": "5" },
      body: "hello",
    });
    expect(answer).toMatchObject({ status: 200, body: "hello" });
  });
});

describe("endpoints that come and go", () => {
  it("another endpoint is asked when one cannot be reached, also with a body", async () => {
    await using bed = await createBed();
    const live = await bed.serve((request, response) => request.pipe(response));
    const dead = { address: "127.0.0.1", port: await freePort() };
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [dead, live] }));
    for (let index = 0; index < 10; index++) {
      expect(await bed.ask("/", { method: "POST", body: "x" })).toMatchObject({ status: 200, body: "x" });
    }
    expect(bed.count("shop a", 200)).toBe(10);
    expect(bed.count("shop a", 502, "gateway")).toBe(0);
  });

  it("a repeatable request is asked of another endpoint when the first breaks off and is gone", async () => {
    await using bed = await createBed();
    const live = await bed.serve((_request, response) => response.end("ok"));
    const dying = createTcpServer((socket) => {
      dying.close();
      socket.on("error", () => {});
      socket.once("data", () => socket.resetAndDestroy());
    });
    await new Promise<void>((resolve) => void dying.listen(0, "127.0.0.1", resolve));
    const table = tableOf(bed.port, [ruleOf([a])], { a: [{ address: "127.0.0.1", port: portOf(dying) }, live] });
    await bed.proxy.apply(table);
    const answers = [await bed.ask(), await bed.ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(dying.listening).toBe(false);
  });

  it("a kept connection that closes under a request costs nothing", async () => {
    await using bed = await createBed();
    // Answers the first request of each connection and closes it at the second, as a server does whose idle limit passes.
    const server = createTcpServer((socket) => {
      let answered = false;
      socket.on("error", () => {});
      socket.on("data", () => {
        if (answered) socket.destroy();
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        answered = true;
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [{ address: "127.0.0.1", port: portOf(server) }] }));
    for (let index = 0; index < 10; index++) expect(await bed.ask()).toMatchObject({ status: 200, body: "ok" });
    server.close();
  });

  it("a request that cannot be repeated is not", async () => {
    await using bed = await createBed();
    let asked = 0;
    const backend = await bed.serve((request, response) => {
      asked++;
      if (request.method === "POST") request.socket.destroy();
      else response.end();
    });
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    await bed.ask();
    expect(await bed.ask("/", { method: "POST", body: "pay" })).toMatchObject({ status: 502 });
    expect(asked).toBe(2);
  });

  it("requests take turns and go where the fewest are under way", async () => {
    await using bed = await createBed();
    const held: (() => void)[] = [];
    const slow = await bed.serve((_request, response) => void held.push(() => response.end("slow")));
    const fast = await bed.serve((_request, response) => response.end("fast"));
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [slow, fast] }));
    const first = bed.ask();
    await eventually(() => held.length === 1);
    for (let index = 0; index < 6; index++) expect((await bed.ask()).body).toBe("fast");
    held[0]?.();
    expect((await first).body).toBe("slow");
  });

  it("no request fails while endpoints are exchanged and backends stop under load", async () => {
    await using bed = await createBed(seeded(1));
    const start = () => bed.serve((_request, response) => response.writeHead(200, { "content-length": "2" }).end("ok"));
    let endpoints = [await start(), await start()];
    const rule = ruleOf([a]);
    await bed.proxy.apply(tableOf(bed.port, [rule], { a: endpoints }));
    const load = { running: true };
    const statuses = new Map<number, number>();
    const clients = Array.from({ length: 8 }, async () => {
      while (load.running) {
        const { status } = await bed.ask();
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    });
    for (let round = 0; round < 15; round++) {
      const [old, kept] = endpoints;
      endpoints = [kept!, await start()];
      // The server stops before the table knows, which is the harder order.
      const stopped = new Promise<void>((resolve) => void old!.server.close(() => resolve()));
      await bed.ask();
      await bed.proxy.apply(tableOf(bed.port, [rule], { a: endpoints }));
      await stopped;
    }
    load.running = false;
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(100);
  });

  it("a request under way at an endpoint that is removed is finished there", async () => {
    await using bed = await createBed();
    let finish: (() => void) | undefined;
    const old = await bed.serve((_request, response) => void (finish = () => response.end("old")));
    const young = await bed.serve((_request, response) => response.end("young"));
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [old] }));
    const first = bed.ask();
    await eventually(() => finish !== undefined);
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [young] }));
    expect((await bed.ask()).body).toBe("young");
    finish?.();
    expect((await first).body).toBe("old");
  });
});

describe("listeners", () => {
  it("a removed listener finishes what is under way, ends the connection and takes nothing new", async () => {
    await using bed = await createBed();
    let finish: (() => void) | undefined;
    const backend = await bed.serve((_request, response) => void (finish = () => response.end("done")));
    await bed.proxy.apply(tableOf(bed.port, [ruleOf([a])], { a: [backend] }));
    const first = bed.ask();
    await eventually(() => finish !== undefined);
    await bed.proxy.apply(emptyRouteTable);
    await expect(bed.ask("/", { agent: false })).rejects.toThrow("ECONNREFUSED");
    finish?.();
    expect(await first).toMatchObject({ body: "done", headers: { connection: "close" } });
  });

  it("a port in use is named with its remedy, and taken when it is free", async () => {
    await using bed = await createBed();
    const holder = createTcpServer();
    await new Promise<void>((resolve) => void holder.listen(bed.port, "127.0.0.1", resolve));
    const backend = await bed.serve((_request, response) => response.end("ok"));
    const table = tableOf(bed.port, [ruleOf([a])], { a: [backend] });
    const { problems, retryAfterMs } = await bed.proxy.apply(table);
    expect(problems.get(bed.port)).toContain(`Port ${bed.port} of 127.0.0.1 is in use`);
    expect(problems.get(bed.port)).toContain("another port");
    expect(retryAfterMs).toBeGreaterThan(0);
    await new Promise<void>((resolve) => void holder.close(() => resolve()));
    await expect.poll(async () => (await bed.proxy.apply(table)).problems.size, { timeout: 5000 }).toBe(0);
    expect((await bed.ask()).body).toBe("ok");
  });
});
