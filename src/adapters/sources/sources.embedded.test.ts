import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../testing/fakes/clock.ts";
import { differenceSamples } from "../../core/judge/windows.ts";
import { systemClock } from "../../ports/clock.ts";
import type { MetricSource, PodEndpoint, SampleRequest } from "../../ports/metricSource.ts";
import { fetchText } from "./fetchText.ts";
import { createGatewaySource } from "./gatewaySource.ts";
import { startMetricsServer, type MetricsServer } from "./metricsServer.ts";
import { createPodsSource } from "./podsSource.ts";

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

const servers: MetricsServer[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(handle: Handle, host?: string, port?: number): Promise<MetricsServer> {
  const server = await startMetricsServer(handle, host, port);
  servers.push(server);
  return server;
}

function answering(text: string): Handle {
  return (_request, response) => response.end(text);
}

const shop: SampleRequest = {
  namespace: "prod",
  stableService: "shop",
  contenderService: "shop-contender",
  httpRoutes: ["shop"],
  pods: [],
};

function gateway(url: string, more: Partial<Parameters<typeof createGatewaySource>[0]> = {}): MetricSource {
  return createGatewaySource({ url, clock: systemClock, ...more });
}

type Line = {
  service: string;
  code?: number;
  value: number;
  rule?: string;
  route?: string;
  mirror?: boolean;
  namespace?: string;
  backendNamespace?: string;
  le?: string;
};

function line({
  service,
  code,
  value,
  rule = "0",
  route = "shop",
  mirror = false,
  namespace = "prod",
  backendNamespace = "prod",
  le,
}: Line): string {
  const labels = `namespace="${namespace}",route="${route}",rule="${rule}",backend_namespace="${backendNamespace}",service="${service}",port="80",mirror="${mirror}"`;
  if (le !== undefined) return `tidegate_gateway_request_duration_seconds_bucket{${labels},le="${le}"} ${value}\n`;
  return `tidegate_gateway_requests_total{${labels},code="${code ?? 200}",source="backend"} ${value}\n`;
}

const plenty = Buffer.alloc(1 << 20, "# nothing of interest here\n");

/** Writes for as long as the other side listens. */
function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(plenty));
  if (!response.destroyed) response.once("drain", () => pour(response));
}

describe("a metrics endpoint that misbehaves", () => {
  const cases: { name: string; handle: Handle; code: string; message: string; maxBytes?: number }[] = [
    {
      name: "answers 500",
      handle: (_, response) => response.writeHead(500).end("boom"),
      code: "SOURCE_HTTP_STATUS",
      message: "answered 500",
    },
    {
      name: "answers 404",
      handle: (_, response) => response.writeHead(404).end(),
      code: "SOURCE_HTTP_STATUS",
      message: "answered 404",
    },
    {
      name: "redirects",
      handle: (_, response) => response.writeHead(302, { location: "/other" }).end(),
      code: "SOURCE_HTTP_STATUS",
      message: "redirects are not followed",
    },
    {
      name: "answers HTML",
      handle: answering("<html><body>Welcome to nginx</body></html>"),
      code: "SOURCE_BAD_ANSWER",
      message: "HTML",
    },
    { name: "answers nothing", handle: answering(""), code: "SOURCE_BAD_ANSWER", message: "empty" },
    {
      name: "answers NaN",
      handle: answering(line({ service: "shop", value: Number.NaN })),
      code: "SOURCE_BAD_ANSWER",
      message: "value NaN",
    },
    {
      name: "answers a negative counter",
      handle: answering(line({ service: "shop", value: -4 })),
      code: "SOURCE_BAD_ANSWER",
      message: "value -4",
    },
    {
      name: "answers a fraction",
      handle: answering(line({ service: "shop", value: 0.5 })),
      code: "SOURCE_BAD_ANSWER",
      message: "value 0.5",
    },
    {
      name: "repeats a series",
      handle: answering(line({ service: "shop", value: 1 }).repeat(2)),
      code: "SOURCE_BAD_ANSWER",
      message: "repeats a series",
    },
    {
      name: "has a histogram without end",
      handle: answering(line({ service: "shop", le: "0.1", value: 1 })),
      code: "SOURCE_BAD_ANSWER",
      message: "+Inf",
    },
    {
      name: "announces a hundred megabytes",
      handle: (_, response) => response.writeHead(200, { "content-length": 100 << 20 }).write("x"),
      code: "SOURCE_TOO_LARGE",
      message: "more than 16777216 bytes",
    },
    {
      name: "sends a hundred megabytes without announcing them",
      handle: (_, response) => pour(response),
      code: "SOURCE_TOO_LARGE",
      message: "more than 16777216 bytes",
    },
    {
      name: "compresses unasked",
      handle: (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x"),
      code: "SOURCE_BAD_ANSWER",
      message: "encoding gzip",
    },
    {
      name: "breaks off",
      handle: (_, response) => {
        response.writeHead(200, { "content-length": 50 });
        response.write("up 1\n", () => response.destroy());
      },
      code: "SOURCE_BAD_ANSWER",
      message: "broke off",
    },
    {
      name: "hangs up",
      handle: (request) => request.socket.destroy(),
      code: "SOURCE_UNREACHABLE",
      message: "could not be reached",
    },
  ];

  it.each(cases)("gives an error that names it when it $name", async ({ handle, code, message }) => {
    const { url } = await serve(handle);
    const error: unknown = await gateway(url)
      .read(shop, never)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retry: "later", message: expect.stringContaining(message) });
    expect(error).toMatchObject({ message: expect.stringContaining(url) });
  });

  it.each([
    { name: "hangs without a word", handle: () => undefined },
    {
      name: "hangs after its header",
      handle: ((_, response) => response.writeHead(200).flushHeaders()) satisfies Handle,
    },
    { name: "hangs in the middle", handle: ((_, response) => response.write("up 1\n")) satisfies Handle },
  ])("ends at the deadline when it $name", async ({ handle }) => {
    const clock = createFakeClock();
    const server = await serve(handle);
    const arrived = server.nextRequest();
    const read = gateway(server.url, { clock, timeoutMs: 2_000 }).read(shop, never);
    const outcome = read.catch((thrown: unknown) => thrown);
    await arrived;
    await clock.advance(2_000);
    expect(await outcome).toMatchObject({
      code: "SOURCE_TIMEOUT",
      message: `${server.url} did not answer completely within 2000 ms`,
    });
    expect(clock.pending).toBe(0);
  });

  it("does not grant a slow drip of bytes more time", async () => {
    const drips: ServerResponse[] = [];
    const server = await serve((_, response) => {
      response.write("# drip\n");
      drips.push(response);
    });
    const clock = createFakeClock();
    const arrived = server.nextRequest();
    const outcome = fetchText(server.url, { clock, signal: never, timeoutMs: 2_000, maxBytes: 1_000 }).catch(
      (thrown: unknown) => thrown,
    );
    await arrived;
    for (let drip = 0; drip < 4; drip++) {
      drips[0]?.write("# drip\n");
      await clock.advance(500);
    }
    expect(await outcome).toMatchObject({ code: "SOURCE_TIMEOUT" });
  });

  it("refused connections are told with the address, and without its password", async () => {
    const gone = await startMetricsServer(answering("up 1\n"));
    const { port } = gone;
    await gone.stop();
    const read = gateway(`http://user:secret@127.0.0.1:${port}/metrics?token=abc`).read(shop, never);
    const error: unknown = await read.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "SOURCE_UNREACHABLE",
      message: expect.stringContaining(`http://127.0.0.1:${port}/metrics could not be reached`),
    });
    expect(String(error)).not.toMatch(/secret|abc/);
  });

  it.each(["ftp://127.0.0.1/metrics", "not an address"])("refuses %s", async (url) => {
    await expect(gateway(url).read(shop, never)).rejects.toMatchObject({ code: "SOURCE_UNREACHABLE" });
  });

  it("stops when it is called off, before and in the middle", async () => {
    const server = await serve(() => undefined);
    await expect(gateway(server.url).read(shop, AbortSignal.abort())).rejects.toMatchObject({ code: "SOURCE_ABORTED" });
    const controller = new AbortController();
    const arrived = server.nextRequest();
    const outcome = gateway(server.url)
      .read(shop, controller.signal)
      .catch((thrown: unknown) => thrown);
    await arrived;
    controller.abort();
    expect(await outcome).toMatchObject({ code: "SOURCE_ABORTED" });
  });
});

describe("the gateway as a source", () => {
  it("tells the tracks apart by Service, counts 5xx as errors, and leaves out mirrors, probes, aborted requests and strangers", async () => {
    const text = [
      "# TYPE tidegate_gateway_requests_total counter\n",
      line({ service: "shop", value: 90 }),
      line({ service: "shop", code: 503, value: 2 }),
      line({ service: "shop", code: 404, value: 5 }),
      line({ service: "shop", code: 499, value: 7 }),
      line({ service: "shop", value: 50, mirror: true }),
      line({ service: "shop-contender", value: 10, rule: "tidegate-probe-contender" }),
      line({ service: "shop-contender", value: 10 }),
      line({ service: "shop-contender", code: 500, value: 1, rule: "1" }),
      line({ service: "shop", value: 33, route: "other" }),
      line({ service: "shop", value: 33, backendNamespace: "test" }),
      line({ service: "cart", value: 33 }),
      line({ service: "shop", le: "0.0075", value: 60 }),
      line({ service: "shop", le: "+Inf", value: 97 }),
      "process_open_fds NaN\n",
    ].join("");
    const { url } = await serve(answering(text));
    const sample = await gateway(url).read(shop, never);
    expect(sample.observed).toEqual({ stable: true, contender: true });
    expect(sample.series).toEqual([
      {
        track: "stable",
        key: "prod/shop/0/80",
        perPod: false,
        requests: 97,
        errors: 2,
        latency: { boundariesMs: [7.5], counts: [60, 97] },
      },
      { track: "contender", key: "prod/shop/0/80", perPod: false, requests: 10, errors: 0 },
      { track: "contender", key: "prod/shop/1/80", perPod: false, requests: 1, errors: 1 },
    ]);
  });

  it("gives windows of what happened in between, also when its counters fall", async () => {
    let value = 1_000;
    const { url } = await serve((_, response) => response.end(line({ service: "shop", value })));
    const source = gateway(url);
    const counted: number[] = [];
    let before = await source.read(shop, never);
    for (value of [1_010, 4, 9]) {
      const after = await source.read(shop, never);
      counted.push(differenceSamples(before, after, { step: 0, weightConfirmed: true }).stable.requests);
      before = after;
    }
    expect(counted).toEqual([10, 4, 5]);
  });

  it("takes a gateway that has served nobody for observed", async () => {
    const { url } = await serve(answering("# TYPE tidegate_gateway_requests_total counter\n"));
    expect(await gateway(url).read(shop, never)).toMatchObject({
      series: [],
      observed: { stable: true, contender: true },
      problems: [],
    });
  });
});

function pod(index: number, track: PodEndpoint["track"] = "stable", more: Partial<PodEndpoint> = {}): PodEndpoint {
  return { name: `pod-${index}`, uid: `u${index}`, ip: `127.0.0.${index}`, track, ...more };
}

function requests(ok: number, bad: number, label = "code"): string {
  const lines = [
    `http_requests_total{method="GET",${label}="200"} ${ok}`,
    `http_requests_total{method="GET",${label}="500"} ${bad}`,
  ];
  return `${lines.join("\n")}\n`;
}

function podsSource(port: number): MetricSource {
  return createPodsSource({ port, clock: systemClock });
}

function ask(pods: readonly PodEndpoint[]): SampleRequest {
  return { ...shop, pods };
}

/** Pods on addresses of their own, all on one port, as in a cluster. */
async function servePods(...handles: Handle[]): Promise<{ port: number; servers: MetricsServer[] }> {
  const first = await serve(handles[0] ?? answering(""), "127.0.0.1");
  const others = handles.slice(1).map((handle, index) => serve(handle, `127.0.0.${index + 2}`, first.port));
  return { port: first.port, servers: [first, ...(await Promise.all(others))] };
}

describe("the pods as a source", () => {
  it("adds up paths and methods per pod, with either label for the status", async () => {
    const histogram =
      'http_request_duration_seconds_bucket{path="/a",le="0.1"} 3\nhttp_request_duration_seconds_bucket{path="/b",le="0.1"} 4\nhttp_request_duration_seconds_bucket{path="/a",le="+Inf"} 5\nhttp_request_duration_seconds_bucket{path="/b",le="+Inf"} 4\n';
    const { port } = await servePods(answering(requests(90, 3) + histogram), answering(requests(8, 1, "status")));
    const sample = await podsSource(port).read(ask([pod(1), pod(2, "contender", { startedAtMs: 77 })]), never);
    expect(sample.series).toEqual([
      {
        track: "stable",
        key: "pod-1/u1",
        perPod: true,
        requests: 93,
        errors: 3,
        latency: { boundariesMs: [100], counts: [7, 9] },
      },
      { track: "contender", key: "pod-2/u2", perPod: true, requests: 9, errors: 1, bornAtMs: 77 },
    ]);
    expect(sample.problems).toEqual([]);
  });

  it("goes on without a pod that fails, says so, and does not take it for new when it is back", async () => {
    let broken = true;
    const { port } = await servePods(answering(requests(10, 0)), (_, response) =>
      broken ? response.writeHead(500).end() : response.end(requests(5_000, 9)),
    );
    const asked = ask([pod(1), pod(2)]);
    const before = await podsSource(port).read(asked, never);
    expect(before.problems).toEqual([`pod pod-2: http://127.0.0.2:${port}/metrics answered 500`]);
    expect(before.observed).toEqual({ stable: true, contender: true });
    broken = false;
    const after = await podsSource(port).read(asked, never);
    expect(differenceSamples(before, after, { step: 0, weightConfirmed: true }).stable).toMatchObject({
      requests: 0,
      errors: 0,
    });
  });

  it("does not take a track for observed when none of its pods answers", async () => {
    const { port } = await servePods(answering(requests(10, 0)), answering("<html>"));
    const sample = await podsSource(port).read(ask([pod(1), pod(2, "contender")]), never);
    expect(sample.observed).toEqual({ stable: true, contender: false });
  });

  it("throws when no pod could be read", async () => {
    const { port } = await servePods(answering("<html>"), answering("<html>"));
    await expect(podsSource(port).read(ask([pod(1), pod(2)]), never)).rejects.toMatchObject({
      code: "SOURCE_BAD_ANSWER",
      message: expect.stringMatching(/^none of 2 pods could be read; the first: http:\/\/127\.0\.0\.1:\d+\/metrics: /),
    });
  });

  it.each([
    { name: "a counter without a status", text: "http_requests_total 5\n", message: "none of the labels code, status" },
    { name: "NaN", text: 'http_requests_total{code="200"} NaN\n', message: "value NaN" },
  ])("refuses $name", async ({ text, message }) => {
    const { port } = await servePods(answering(text));
    await expect(podsSource(port).read(ask([pod(1)]), never)).rejects.toMatchObject({
      code: "SOURCE_BAD_ANSWER",
      message: expect.stringContaining(message),
    });
  });

  it("hints at a wrong name when no pod has the counter", async () => {
    const { port } = await servePods(answering("up 1\n"));
    const sample = await podsSource(port).read(ask([pod(1)]), never);
    expect(sample.problems[0]).toContain("no pod has a counter called http_requests_total");
  });

  it("asks eight pods at a time", async () => {
    const waiting: ServerResponse[] = [];
    const {
      port,
      servers: [server],
    } = await servePods((_, response) => {
      waiting.push(response);
      if (waiting.length === 8) setImmediate(() => waiting.splice(0).forEach((open) => open.end(requests(1, 0))));
    });
    const all = Array.from({ length: 24 }, (_, index) => ({ ...pod(index), ip: "127.0.0.1" }));
    const sample = await podsSource(port).read(ask(all), never);
    expect(sample.series).toHaveLength(24);
    expect(server?.mostAtOnce()).toBe(8);
  });

  it("stops when it is called off", async () => {
    const {
      port,
      servers: [server],
    } = await servePods(() => undefined);
    const controller = new AbortController();
    const arrived = server?.nextRequest();
    const outcome = podsSource(port)
      .read(ask([pod(1)]), controller.signal)
      .catch((thrown: unknown) => thrown);
    await arrived;
    controller.abort();
    expect(await outcome).toMatchObject({ code: "SOURCE_ABORTED" });
  });
});
