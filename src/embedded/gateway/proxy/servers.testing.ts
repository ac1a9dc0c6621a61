import type { ClientRequest, IncomingHttpHeaders, RequestListener, RequestOptions, Server } from "node:http";
import { Agent, createServer, request } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { systemClock } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";
import type { MetricsRegistry } from "../metrics/registry.ts";
import { createMetricsRegistry } from "../metrics/registry.ts";
import type { Endpoint } from "../routeTable.ts";
import type { Proxy } from "./proxy.ts";
import { createProxy } from "./proxy.ts";

/** Real servers and clients on the loopback address for tests of the data plane. */
export type Bed = {
  readonly proxy: Proxy;
  readonly metrics: MetricsRegistry;
  /** A port that was free a moment ago. */
  readonly port: number;
  /** A backend; closed with the bed. */
  serve(listener: RequestListener): Promise<Endpoint & { readonly server: Server }>;
  ask(path?: string, options?: AskOptions): Promise<Answer>;
  /** A request whose body and end are up to the caller. */
  open(options?: RequestOptions): ClientRequest;
  /** The counter of a service by code and source. */
  count(seriesKey: string, code: number, source?: string, mirror?: boolean): number;
  [Symbol.asyncDispose](): Promise<void>;
};

export type AskOptions = RequestOptions & { readonly body?: string };

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: NodeJS.Dict<string>;
};

export async function createBed(random: Random = { next: () => 0 }): Promise<Bed> {
  const metrics = createMetricsRegistry(systemClock);
  const proxy = createProxy({ clock: systemClock, random, metrics, bindAddress: "127.0.0.1" });
  const agent = new Agent({ keepAlive: true });
  const port = await freePort();
  const servers: Server[] = [];
  const open = (options: RequestOptions = {}): ClientRequest => request({ host: "127.0.0.1", port, agent, ...options });
  return {
    proxy,
    metrics,
    port,
    async serve(listener) {
      const server = createServer(listener);
      servers.push(server);
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
      return { address: "127.0.0.1", port: portOf(server), server };
    },
    ask: (path = "/", { body, ...options } = {}) => read(open({ path, ...options }), body),
    open,
    count(seriesKey, code, source = "backend", mirror = false) {
      const series = [...metrics.all()].find(
        (item) => item.mirror === mirror && keyOf(item.labels.service, item.labels.route) === seriesKey,
      );
      return series?.counts.get(`${code} ${source}`)?.value ?? 0;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
      for (const server of servers) {
        server.close();
        server.closeAllConnections();
      }
      await proxy.close();
    },
  };
}

const keyOf = (service: string, route: string): string => (service === "" ? route : `${route} ${service}`);

export function read(outgoing: ClientRequest, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("response", (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("error", reject);
      message.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: message.statusCode ?? 0, headers: message.headers, body: text, trailers: message.trailers });
      });
    });
    outgoing.end(body);
  });
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server);
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}

export function portOf(server: Pick<Server, "address">): number {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server does not listen");
  return address.port;
}
