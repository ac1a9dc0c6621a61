import type { IncomingMessage, InformationEvent, ServerResponse } from "node:http";
import type { HeaderModifier } from "../routeTable.ts";
import { forwardedTrailers, modifyHeaders, responseHeaders } from "./headers.ts";

export type RelayOptions = {
  /** End the client's connection with this response. */
  readonly close: boolean;
  readonly modifiers: readonly (readonly HeaderModifier[])[];
  /** The whole response has been handed on. */
  readonly onEnd: () => void;
  /** The head cannot be passed on; nothing was sent. */
  readonly onUnreadable: () => void;
  /** The backend broke off in the middle of the body. */
  readonly onBroken: () => void;
};

/** Hands a backend's response on to the client, no faster than the client reads. */
export function relayResponse(message: IncomingMessage, response: ServerResponse, options: RelayOptions): void {
  const trailers = mayHaveTrailers(message, response);
  let headers = responseHeaders(message.rawHeaders, { close: options.close, trailers });
  for (const modifiers of options.modifiers) if (modifiers.length > 0) headers = modifyHeaders(headers, modifiers);
  try {
    response.writeHead(message.statusCode ?? 502, message.statusMessage, headers);
  } catch {
    message.destroy();
    options.onUnreadable();
    return;
  }
  let began = false;
  // The head of a stream must reach the client before its first event; where there is data at once they go together.
  if (message.headers["content-length"] === undefined) {
    setImmediate(() => void (began || response.writableEnded || response.destroyed || response.flushHeaders()));
  }
  message.on("data", (chunk: Buffer) => {
    began = true;
    if (!response.write(chunk)) message.pause();
  });
  response.on("drain", () => message.resume());
  message.on("error", options.onBroken);
  message.on("end", () => {
    if (!message.complete) return;
    if (trailers && message.rawTrailers.length > 0) response.addTrailers(forwardedTrailers(message.rawTrailers));
    options.onEnd();
    response.end();
  });
}

function mayHaveTrailers(message: IncomingMessage, response: ServerResponse): boolean {
  const { method, httpVersionMinor } = response.req;
  const bodiless = method === "HEAD" || message.statusCode === 204 || message.statusCode === 304;
  return message.headers["transfer-encoding"] !== undefined && httpVersionMinor > 0 && !bodiless;
}

/** Passes on 102 and 103, the only ones besides 100 that mean something to clients. */
export function relayInformation(message: InformationEvent, response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return;
  if (message.statusCode === 102) response.writeProcessing();
  const { link } = message.headers;
  if (message.statusCode !== 103 || link === undefined) return;
  const hints = Object.fromEntries(Object.entries(message.headers).filter(([, value]) => typeof value === "string"));
  response.writeEarlyHints({ ...hints, link });
}
