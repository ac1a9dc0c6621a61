import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { TidegateError } from "../api/error.ts";
import type { ClusterConfig } from "./clusterConfig.ts";
import type { Credentials } from "./credentials.ts";
import { codeOfCause } from "./transportError.ts";

export type Exchange = {
  readonly url: URL;
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly agent: HttpAgent;
  readonly signal: AbortSignal;
  readonly body: Buffer | undefined;
};

/** Shorter than API servers keep an idle connection, so that it is this side that closes it. */
const idleSocketMs = 55_000;

export function createAgent(config: ClusterConfig, credentials: Credentials): HttpAgent {
  const common = {
    keepAlive: true,
    keepAliveMsecs: 30_000,
    timeout: idleSocketMs,
    ...(config.proxyUrl === undefined
      ? {}
      : { proxyEnv: { HTTP_PROXY: config.proxyUrl, HTTPS_PROXY: config.proxyUrl } }),
  };
  if (new URL(config.server).protocol === "http:") return new HttpAgent(common);
  return new HttpsAgent({
    ...common,
    rejectUnauthorized: config.tls?.insecureSkipVerify !== true,
    ...(config.tls?.caPem === undefined ? {} : { ca: config.tls.caPem }),
    ...(config.tls?.serverName === undefined ? {} : { servername: config.tls.serverName }),
    ...(credentials.certificatePem === undefined ? {} : { cert: credentials.certificatePem }),
    ...(credentials.keyPem === undefined ? {} : { key: credentials.keyPem }),
  });
}

/** A kept connection that the server had closed meanwhile. */
class StaleSocket extends Error {}

/** Resolves when the headers are there. */
function exchangeOnce({ url, method, headers, agent, signal, body }: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === "http:" ? httpRequest : httpsRequest;
    const request = start(url, { method, headers, agent, signal });
    request.once("response", resolve);
    request.on("error", (error) => {
      const broken = codeOfCause(error) === "ECONNRESET" || codeOfCause(error) === "EPIPE";
      reject(
        request.reusedSocket && broken ? new StaleSocket("the kept connection was closed", { cause: error }) : error,
      );
    });
    request.end(body);
  });
}

/** As `exchangeOnce`; on a kept connection that proves closed it is sent again, which only reads may be. */
export async function exchangeAgain(exchange: Exchange, staleRetries: number): Promise<IncomingMessage> {
  for (let left = staleRetries; ; left--) {
    try {
      return await exchangeOnce(exchange);
    } catch (error) {
      if (!(error instanceof StaleSocket) || left <= 0 || exchange.signal.aborted) throw error;
    }
  }
}

/** The whole body as text; KUBE_BAD_ANSWER above `maxBytes`. */
export async function readBody(response: IncomingMessage, maxBytes: number, call: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new TidegateError(
        "KUBE_BAD_ANSWER",
        `${call}: the answer is larger than ${maxBytes} bytes; narrow the selection`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
