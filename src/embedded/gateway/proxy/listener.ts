import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import type { PortTable } from "../routeTable.ts";
import type { ProxyContext } from "./context.ts";
import { proxyLimits } from "./context.ts";
import type { Incoming } from "./dispatch.ts";
import { dispatch } from "./dispatch.ts";
import { answer, responseOn } from "./respond.ts";

export type PortListener = {
  /** Stops accepting; requests under way finish within `proxyLimits.drainMs`, then their connections are cut. */
  close(): Promise<void>;
};

/** Listens on one port. Each request is served by what `table` gives at that moment. Rejects when the port cannot be had. */
export async function openListener(
  context: ProxyContext,
  place: { readonly address: string; readonly port: number },
  table: () => PortTable | undefined,
): Promise<PortListener> {
  const sockets = new Set<Duplex>();
  let draining = false;
  const closing = (): boolean => draining;
  const { port } = place;
  const server = createServer({
    keepAliveTimeout: proxyLimits.keepAliveMs,
    // Uploads may take long; what stands still is cut by the idle limit.
    requestTimeout: 0,
    noDelay: true,
    shouldUpgradeCallback: changesProtocol,
  });
  server.maxConnections = proxyLimits.maxClientConnections;
  server.setTimeout(proxyLimits.clientIdleMs);
  const serve = (request: IncomingMessage, response: ServerResponse): void =>
    serveSafely(context, table(), { request, response, port, upgrade: undefined, closing });
  server.on("request", serve);
  server.on("checkContinue", serve);
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const response = responseOn(request, socket);
    const protocol = request.headers.upgrade ?? "";
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (response === undefined) socket.destroy();
    else serveSafely(context, table(), { request, response, port, upgrade: { protocol, socket, head }, closing });
  });
  server.on("connect", (_request, socket) => {
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  await listen(server, place);
  return {
    async close() {
      draining = true;
      await drain(server, sockets, context);
    },
  };
}

/** A request that meets a defect is answered with 500 and takes no other with it. */
function serveSafely(context: ProxyContext, table: PortTable | undefined, incoming: Incoming): void {
  try {
    dispatch(context, table, incoming);
  } catch {
    answer(incoming.response, 500, "The gateway met a defect of its own");
  }
}

/** Only protocols over a bodiless GET are tunnelled; others, such as an offer of h2c, are answered as plain HTTP/1.1. */
function changesProtocol(request: IncomingMessage): boolean {
  const { headers, method } = request;
  const protocol = headers.upgrade?.toLowerCase() ?? "";
  const bodiless = headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
  return method === "GET" && bodiless && protocol !== "" && !protocol.startsWith("h2") && !protocol.startsWith("http");
}

function listen(server: Server, place: { readonly address: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(place.port, place.address, 1024, () => {
      server.removeListener("error", reject);
      // Errors of single connections are node:http's; those of accepting end nothing.
      server.on("error", () => {});
      resolve();
    });
  });
}

async function drain(server: Server, sockets: Set<Duplex>, { clock }: ProxyContext): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const cancel = clock.schedule(proxyLimits.drainMs, () => {
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  });
  await closed;
  cancel();
}
