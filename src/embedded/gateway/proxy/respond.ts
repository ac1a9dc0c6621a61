import type { IncomingMessage, ServerResponse } from "node:http";
import { ServerResponse as NodeServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Socket } from "node:net";

/** An answer that the gateway gives by itself, in words. */
export function answer(
  response: ServerResponse,
  status: number,
  message: string,
  headers: readonly string[] = [],
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = `${message} (Tidegate gateway)\n`;
  const own = ["Content-Type", "text/plain; charset=utf-8", "Content-Length", String(Buffer.byteLength(body))];
  response.writeHead(status, [...own, ...headers]);
  response.end(body);
}

/** A response for a request that asked to change the protocol and came without one. The connection ends with it. */
export function responseOn(request: IncomingMessage, socket: Duplex): ServerResponse | undefined {
  if (!(socket instanceof Socket)) return undefined;
  const response = new NodeServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on("finish", () => {
    response.detachSocket(socket);
    socket.end();
  });
  return response;
}
