import type { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { HeaderModifier } from "../routeTable.ts";
import { modifyHeaders, responseHeaders } from "./headers.ts";

export type TunnelEnds = {
  /** The backend's 101. */
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly modifiers: readonly (readonly HeaderModifier[])[];
  readonly client: { readonly socket: Duplex; readonly head: Buffer };
  readonly backend: { readonly socket: Duplex; readonly head: Buffer };
};

const idleMs = 3_600_000;
/** How long one direction may go on without a byte after the other has ended. */
const halfOpenMs = 5000;

/** Tells the client of the change of protocol and passes bytes both ways until one side ends. */
export function joinTunnel({ message, response, modifiers, client, backend }: TunnelEnds): void {
  if (client.socket instanceof Socket) response.detachSocket(client.socket);
  let headers = responseHeaders(message.rawHeaders, { close: false, trailers: false });
  for (const own of modifiers) if (own.length > 0) headers = modifyHeaders(headers, own);
  headers.push("Connection", "Upgrade", "Upgrade", message.headers.upgrade ?? "");
  let text = `HTTP/1.1 101 ${message.statusMessage ?? "Switching Protocols"}\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  client.socket.write(`${text}\r\n`, "latin1");
  if (backend.head.length > 0) client.socket.write(backend.head);
  if (client.head.length > 0) backend.socket.write(client.head);
  join(client.socket, backend.socket);
  join(backend.socket, client.socket);
}

function join(from: Duplex, to: Duplex): void {
  limitIdle(from, idleMs);
  from.pipe(to);
  from.once("end", () => limitIdle(to, halfOpenMs));
  from.on("error", () => from.destroy());
  from.once("close", () => to.destroy());
}

function limitIdle(socket: Duplex, limitMs: number): void {
  if (!(socket instanceof Socket)) return;
  socket.removeAllListeners("timeout");
  socket.setTimeout(limitMs, () => socket.destroy());
}
