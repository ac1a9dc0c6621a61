import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isTidegateError, TidegateError } from "../api/error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { CredentialSource } from "./credentials.ts";
import { readBody } from "./exchange.ts";
import type { HttpAnswer, HttpRequest, Transport } from "./http.ts";
import { errorOfAnswer, parseRetryAfter } from "./statusError.ts";

export type Call = {
  readonly method: string;
  readonly path: string;
  /** Verb and object, for messages. */
  readonly call: string;
  readonly body?: unknown;
  /** `application/json` when absent. */
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** An answer that is not JSON is given back as text instead of being refused. */
  readonly text?: boolean | undefined;
};

/** Calls with answers: statuses become errors, what the server puts off is tried again, JSON is parsed. */
export interface Caller {
  call(call: Call): Promise<unknown>;
  /** A stream whose status is 200; no retries but one after a 401. */
  open(call: Call): Promise<IncomingMessage>;
}

export type CallerDeps = {
  readonly transport: Transport;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly random: Random;
};

const maxErrorBytes = 1024 * 1024;

export function createCaller({ transport, credentials, clock, random }: CallerDeps): Caller {
  function refusal(request: Call, status: number, headers: IncomingHttpHeaders, text: string): TidegateError {
    return errorOfAnswer({
      status,
      call: request.call,
      text,
      retryAfterMs: parseRetryAfter(headers["retry-after"], clock.now()),
    });
  }

  /** How long to wait before sending it again; undefined when the answer is final. */
  function waitBefore(request: Call, answer: HttpAnswer, end: number): number | undefined {
    if (answer.status !== 429 && answer.status !== 503) return undefined;
    const asked = parseRetryAfter(answer.headers["retry-after"], clock.now());
    if (asked === undefined || clock.now() + asked >= end || request.signal?.aborted === true) return undefined;
    return asked + random.next() * 50;
  }

  /** What the server put off with Retry-After was not done, so that every method may be sent again. */
  async function send(request: Call): Promise<unknown> {
    const end = clock.now() + request.timeoutMs;
    let renewed = false;
    for (;;) {
      const answer = await transport.send(requestOf(request, Math.max(1, end - clock.now())));
      if (answer.status >= 200 && answer.status < 300) return parse(answer.text, request);
      if (answer.status === 401 && !renewed && credentials.refused()) {
        renewed = true;
        continue;
      }
      const waitMs = waitBefore(request, answer, end);
      if (waitMs === undefined) throw refusal(request, answer.status, answer.headers, answer.text);
      await clock.sleep(waitMs, request.signal);
    }
  }

  async function openOnce(request: Call): Promise<IncomingMessage> {
    const response = await transport.open(requestOf(request, request.timeoutMs));
    const status = response.statusCode ?? 0;
    if (status === 200) return response;
    const cancel = clock.schedule(request.timeoutMs, () => response.destroy());
    const text = await readBody(response, maxErrorBytes, request.call).catch(() => "");
    cancel();
    throw refusal(request, status, response.headers, text);
  }

  async function open(request: Call): Promise<IncomingMessage> {
    try {
      return await openOnce(request);
    } catch (error) {
      if (!isTidegateError(error, "KUBE_UNAUTHORIZED") || !credentials.refused()) throw error;
      return openOnce(request);
    }
  }

  return { call: send, open };
}

function requestOf({ method, path, call, body, contentType, accept, signal }: Call, timeoutMs: number): HttpRequest {
  const headers = {
    ...(body === undefined ? {} : { "content-type": contentType ?? "application/json" }),
    ...(accept === undefined ? {} : { accept }),
  };
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  return { method, path, call, headers, body: text, signal, timeoutMs };
}

function parse(text: string, call: Call): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (call.text === true) return text;
    throw new TidegateError("KUBE_BAD_ANSWER", `${call.call}: the answer is not JSON`, {
      retry: "later",
      cause: error,
    });
  }
}
