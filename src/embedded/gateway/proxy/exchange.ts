import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent, request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";
import type { Source } from "../metrics/registry.ts";
import { countAnswer, observeDuration } from "../metrics/registry.ts";
import { chooseEndpoint } from "./choose.ts";
import type { ProxyContext } from "./context.ts";
import { proxyLimits } from "./context.ts";
import type { ForwardPlan, Incoming } from "./dispatch.ts";
import type { EndpointPool } from "./endpoints.ts";
import { forwardedTrailers } from "./headers.ts";
import type { MirrorCopy } from "./mirror.ts";
import { startMirrors } from "./mirror.ts";
import { relayInformation, relayResponse } from "./relay.ts";
import { answer } from "./respond.ts";
import { stillListens } from "./stillListens.ts";
import { joinTunnel } from "./tunnel.ts";

const repeatable = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** For connections that are used once: changes of protocol, and second attempts, which must not meet a stale one. */
const freshConnections = new Agent({ keepAlive: false });

type Attempt = { readonly up: ClientRequest; readonly endpoint: EndpointPool; connected: boolean; released: boolean };

/**
 * One request on its way to a backend and back, from the choice of the endpoint to the last byte. A request is
 * attempted again only when that cannot do harm: its connection was never made; or it is of a repeatable method without a
 * body begun, and a kept connection closed under it or its endpoint is gone.
 */
export class Exchange {
  readonly #context: ProxyContext;
  readonly #incoming: Incoming;
  readonly #plan: ForwardPlan;
  readonly #startedMs: number;
  readonly #tried: EndpointPool[] = [];
  readonly #timers: (() => void)[] = [];
  #mirrors: readonly MirrorCopy[] = [];
  #attempt: Attempt | undefined;
  #attempts = 0;
  #bodyStarted = false;
  #continued = false;
  #answered = false;
  #done = false;

  constructor(context: ProxyContext, incoming: Incoming, plan: ForwardPlan, startedMs: number) {
    this.#context = context;
    this.#incoming = incoming;
    this.#plan = plan;
    this.#startedMs = startedMs;
  }

  start(): void {
    const { response, upgrade } = this.#incoming;
    const { rule } = this.#plan.candidate;
    response.on("close", () => this.#clientGone());
    if (rule.requestTimeoutMs !== undefined) this.#deadline(rule.requestTimeoutMs, "request");
    if (upgrade === undefined) this.#mirrors = startMirrors(this.#context, this.#plan);
    // What cannot be repeated waits until the closings that have already arrived are known, so that it does not go
    // down a kept connection whose other end has left.
    if (repeatable.has(this.#plan.head.method)) this.#try(false);
    else setImmediate(() => this.#try(false));
  }

  #try(fresh: boolean): void {
    if (this.#done) return;
    const endpoint = this.#nextEndpoint();
    if (endpoint === undefined) {
      const { namespace, service } = {
        namespace: this.#plan.backend.labels.backendNamespace,
        service: this.#plan.backend.labels.service,
      };
      const named = `Service ${namespace}/${service}`;
      if (this.#attempts === 0) this.#fail(503, `${named} has no ready endpoints`);
      else this.#fail(502, `No endpoint of ${named} could be reached`);
      return;
    }
    this.#attempts++;
    const up = this.#open(endpoint, fresh || this.#incoming.upgrade !== undefined);
    if (up === undefined) return;
    const attempt: Attempt = { up, endpoint, connected: false, released: false };
    this.#attempt = attempt;
    endpoint.inFlight++;
    this.#listen(attempt);
    const { backendTimeoutMs } = this.#plan.candidate.rule;
    if (backendTimeoutMs !== undefined) this.#deadline(backendTimeoutMs, "backend request");
    if (!this.#plan.head.hasBody) up.end();
  }

  #nextEndpoint(): EndpointPool | undefined {
    const service = this.#context.pools.service(this.#plan.backend.serviceKey);
    if (service === undefined) return undefined;
    return chooseEndpoint(service.endpoints, service.turn++, this.#tried);
  }

  #open(endpoint: EndpointPool, fresh: boolean): ClientRequest | undefined {
    const { head, target, headers } = this.#plan;
    try {
      return httpRequest({
        agent: fresh ? freshConnections : endpoint.agent,
        host: endpoint.address,
        port: endpoint.port,
        method: head.method,
        path: target,
        headers,
        setHost: false,
      });
    } catch {
      this.#fail(400, "The request's head has characters that cannot be passed on");
      return undefined;
    }
  }

  #listen(attempt: Attempt): void {
    const { up } = attempt;
    up.on("socket", (socket) => {
      if (!socket.connecting) {
        this.#connected(attempt);
        return;
      }
      const cancel = this.#context.clock.schedule(proxyLimits.connectTimeoutMs, () =>
        up.destroy(new Error("connect timeout")),
      );
      socket.once("connect", () => this.#connected(attempt));
      up.once("close", cancel);
      socket.once("connect", cancel);
    });
    up.on("response", (message) => this.#respond(attempt, message));
    up.on("error", () => this.#attemptFailed(attempt));
    up.on("close", () => {
      this.#release(attempt);
      this.#attemptFailed(attempt);
    });
    up.on("continue", () => {
      if (this.#attempt !== attempt || this.#done) return;
      this.#continued = true;
      this.#incoming.response.writeContinue();
    });
    up.on("information", (message) => relayInformation(message, this.#incoming.response));
    if (this.#incoming.upgrade !== undefined)
      up.on("upgrade", (message, socket, head) => this.#upgraded(message, socket, head));
  }

  #connected(attempt: Attempt): void {
    attempt.connected = true;
    if (this.#plan.head.hasBody && this.#attempt === attempt && !this.#done) this.#sendBody(attempt.up);
  }

  #sendBody(up: ClientRequest): void {
    const { request } = this.#incoming;
    this.#bodyStarted = true;
    const open = (): boolean => !up.destroyed && !up.writableEnded;
    request.on("data", (chunk: Buffer) => {
      if (open() && !up.write(chunk)) request.pause();
      for (const mirror of this.#mirrors) mirror.write(chunk);
    });
    up.on("drain", () => request.resume());
    up.on("close", () => request.resume());
    request.on("end", () => {
      for (const mirror of this.#mirrors) mirror.end();
      if (!open()) return;
      if (this.#plan.head.chunked && request.rawTrailers.length > 0)
        up.addTrailers(forwardedTrailers(request.rawTrailers));
      up.end();
    });
  }

  #respond(attempt: Attempt, message: IncomingMessage): void {
    if (this.#attempt !== attempt || this.#done) {
      message.resume();
      return;
    }
    this.#answered = true;
    const { request, upgrade } = this.#incoming;
    const unsentBody = request.headers.expect !== undefined && !this.#continued;
    relayResponse(message, this.#incoming.response, {
      close: this.#incoming.closing() || upgrade !== undefined || unsentBody,
      modifiers: [this.#plan.candidate.rule.filters.responseHeaders, this.#plan.backend.filters.responseHeaders],
      onEnd: () => this.#finish(message.statusCode ?? 0, "backend"),
      onUnreadable: () => this.#fail(502, "The backend's response has a head that cannot be passed on"),
      onBroken: () => {
        if (this.#done) return;
        this.#finish(502, "gateway");
        this.#incoming.response.destroy();
      },
    });
  }

  #upgraded(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { upgrade, response } = this.#incoming;
    if (upgrade === undefined || this.#done) {
      socket.destroy();
      return;
    }
    this.#answered = true;
    this.#finish(101, "backend");
    const modifiers = [this.#plan.candidate.rule.filters.responseHeaders, this.#plan.backend.filters.responseHeaders];
    joinTunnel({ message, response, modifiers, client: upgrade, backend: { socket, head } });
  }

  #attemptFailed(attempt: Attempt): void {
    if (this.#attempt !== attempt || this.#answered || this.#done) return;
    this.#attempt = undefined;
    this.#release(attempt);
    const { connected, endpoint, up } = attempt;
    const repeats = !this.#bodyStarted && this.#attempts < proxyLimits.maxAttempts;
    const harmless = repeatable.has(this.#plan.head.method);
    if (repeats && !connected) this.#tryOther(endpoint);
    // An endpoint that only closed a kept connection may be asked again, by a new one.
    else if (repeats && harmless && up.reusedSocket) this.#try(true);
    else if (repeats && harmless) void this.#tryOtherIfGone(endpoint);
    else this.#unanswered(endpoint, connected);
  }

  #tryOther(endpoint: EndpointPool): void {
    this.#tried.push(endpoint);
    this.#try(true);
  }

  /** A fault of the backend must be seen as such, so a new connection that broke is repeated only where nobody listens. */
  async #tryOtherIfGone(endpoint: EndpointPool): Promise<void> {
    const gone = endpoint.removed || !(await stillListens(endpoint, this.#context.clock));
    if (gone) this.#tryOther(endpoint);
    else this.#unanswered(endpoint, true);
  }

  #unanswered({ address, port }: EndpointPool, connected: boolean): void {
    const what = connected ? "closed the connection without an answer" : "could not be reached";
    this.#fail(502, `The endpoint ${address}:${port} ${what}`);
  }

  #deadline(limitMs: number, what: string): void {
    const attempt = this.#attempt;
    this.#timers.push(
      this.#context.clock.schedule(limitMs, () => {
        if (this.#done || (this.#attempt !== attempt && attempt !== undefined)) return;
        this.#fail(504, `The ${what} took longer than ${limitMs} ms`);
      }),
    );
  }

  #clientGone(): void {
    if (this.#done) return;
    this.#finish(499, "client");
    this.#attempt?.up.destroy();
  }

  /** The gateway's own answer in place of the backend's. */
  #fail(status: number, text: string): void {
    if (this.#done) return;
    this.#finish(status, "gateway");
    const close = this.#incoming.closing() || (this.#incoming.request.headers.expect !== undefined && !this.#continued);
    answer(this.#incoming.response, status, text, close ? ["Connection", "close"] : []);
    this.#attempt?.up.destroy();
  }

  #finish(code: number, source: Source): void {
    this.#done = true;
    for (const cancel of this.#timers) cancel();
    const { backend, head } = this.#plan;
    const series = this.#context.metrics.series(backend.seriesKey, backend.labels, false);
    countAnswer(series, code, source);
    if (source !== "client") observeDuration(series, this.#context.elapsedMs() - this.#startedMs);
    const up = this.#attempt?.up;
    // Whoever has answered needs no more of the body.
    if (head.hasBody && up !== undefined && !up.writableEnded) up.destroy();
    // A copy whose body will not come is given up.
    const cut = source === "client" || (head.hasBody && !this.#bodyStarted);
    if (cut) for (const mirror of this.#mirrors) mirror.abort();
  }

  #release(attempt: Attempt): void {
    if (attempt.released) return;
    attempt.released = true;
    this.#context.pools.release(attempt.endpoint);
  }
}
