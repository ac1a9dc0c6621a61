import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { Socket } from "node:net";

export type MetricsServer = {
  readonly url: string;
  readonly port: number;
  /** Most requests that were open at the same time. */
  readonly mostAtOnce: () => number;
  /** Resolves as soon as the next request has arrived. */
  nextRequest(): Promise<unknown>;
  stop(): Promise<void>;
};

/** For tests: a real server on a loopback address, whose connections end with it. */
export async function startMetricsServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  host = "127.0.0.1",
  port = 0,
): Promise<MetricsServer> {
  const sockets = new Set<Socket>();
  let open = 0;
  let most = 0;
  const server: Server = createServer((request, response) => {
    most = Math.max(most, ++open);
    response.on("close", () => open--);
    handle(request, response);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://${host}:${address.port}/metrics`,
    port: address.port,
    mostAtOnce: () => most,
    nextRequest: () => once(server, "request"),
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
