import type { Agent, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TidegateError } from "../api/error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ClusterConfig } from "./clusterConfig.ts";
import type { Credentials, CredentialSource } from "./credentials.ts";
import { startDeadline } from "./deadline.ts";
import { createAgent, exchangeAgain, readBody } from "./exchange.ts";
import { createInFlight } from "./inFlight.ts";
import { gaveUp, tooSlow, unreachable } from "./transportError.ts";

export type HttpRequest = {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Method and object, for messages. */
  readonly call: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of the whole exchange; for `open` of the time until the headers are there. */
  readonly timeoutMs: number;
};

export type HttpAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };

/** HTTP/1.1 to one cluster as one identity. Throws TidegateError for all but an answer, whatever its status. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Resolves when the headers are there; the body is the caller's to read or destroy. */
  open(request: HttpRequest): Promise<IncomingMessage>;
  close(): void;
}

export type TransportOptions = {
  readonly clock: Clock;
  readonly credentials: CredentialSource;
  readonly userAgent: string;
  readonly maxInFlight?: number | undefined;
  readonly maxBodyBytes?: number | undefined;
};

const defaultMaxInFlight = 50;
const maxWaiting = 5_000;
const defaultMaxBodyBytes = 64 * 1024 * 1024;
/** How many kept connections may turn out to be closed before a read gives up. */
const staleRetries = 3;

type Wire = { readonly credentials: Credentials; readonly agent: Agent };

function sameCertificate(one: Credentials, other: Credentials): boolean {
  return one.certificatePem === other.certificatePem && one.keyPem === other.keyPem;
}

/** One keep-alive agent per cluster and identity; a renewed client certificate gets a new one. */
export function createTransport(config: ClusterConfig, options: TransportOptions): Transport {
  const base = new URL(config.server);
  const { clock, maxInFlight = defaultMaxInFlight, maxBodyBytes = defaultMaxBodyBytes } = options;
  let wire: Wire | undefined;
  const inFlight = createInFlight({
    places: maxInFlight,
    waiting: maxWaiting,
    full: () =>
      new TidegateError("KUBE_TOO_MANY_REQUESTS", `more than ${maxWaiting} calls wait for ${base.host}`, {
        retry: "later",
      }),
    aborted: () => new TidegateError("KUBE_ABORTED", "given up while waiting for a turn"),
  });

  async function currentWire(signal: AbortSignal): Promise<Wire> {
    const credentials = await options.credentials.current(signal);
    if (wire !== undefined && sameCertificate(wire.credentials, credentials)) wire = { ...wire, credentials };
    else {
      wire?.agent.destroy();
      wire = { credentials, agent: createAgent(config, credentials) };
    }
    return wire;
  }

  async function begin(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const { credentials, agent } = await currentWire(signal);
    const body = request.body === undefined ? undefined : Buffer.from(request.body);
    const headers = {
      accept: "application/json",
      "user-agent": options.userAgent,
      ...credentials.headers,
      ...request.headers,
      ...(body === undefined ? {} : { "content-length": String(body.length) }),
    };
    const url = new URL(base.pathname.replace(/\/$/, "") + request.path, base);
    return exchangeAgain(
      { url, method: request.method, headers, agent, signal, body },
      request.method === "GET" ? staleRetries : 0,
    );
  }

  async function guarded<R>(request: HttpRequest, run: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const deadline = startDeadline(clock, request.timeoutMs, request.signal);
    try {
      return await run(deadline.signal);
    } catch (error) {
      if (request.signal?.aborted === true) throw gaveUp(request.call, error);
      if (deadline.expired) throw tooSlow(request.call, base.host, request.timeoutMs);
      throw error instanceof TidegateError ? error : unreachable(request.call, base.host, error);
    } finally {
      deadline.clear();
    }
  }

  return {
    send: (request) =>
      guarded(request, async (signal) => {
        const leave = await inFlight.enter(signal);
        try {
          const response = await begin(request, signal);
          const text = await readBody(response, maxBodyBytes, request.call);
          return { status: response.statusCode ?? 0, headers: response.headers, text };
        } finally {
          leave();
        }
      }),
    open: (request) => guarded(request, (signal) => begin(request, signal)),
    close() {
      wire?.agent.destroy();
      wire = undefined;
    },
  };
}
