import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { messageOf, TidegateError } from "../../api/error.ts";
import type { ErrorCode } from "../../api/errorCodes.ts";
import type { Clock } from "../../ports/clock.ts";
import { withoutCredentials } from "./sourceErrors.ts";

export type FetchTextOptions = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** From the call to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
};

/**
 * One GET of a text, whole or not at all. Throws SOURCE_UNREACHABLE, SOURCE_TIMEOUT, SOURCE_HTTP_STATUS (anything but
 * 200; redirects are not followed), SOURCE_TOO_LARGE, SOURCE_BAD_ANSWER (cut off, or compressed) or SOURCE_ABORTED,
 * naming the URL without its credentials. The connection is closed before it settles.
 */
export function fetchText(address: string, options: FetchTextOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = URL.parse(address);
    if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
      reject(new TidegateError("SOURCE_UNREACHABLE", "a metrics address must begin with http:// or https://"));
      return;
    }
    const shown = withoutCredentials(address);
    let settled = false;
    let client: ClientRequest | undefined;
    const settle = (finish: () => void): void => {
      if (settled) return;
      settled = true;
      cancelDeadline();
      options.signal.removeEventListener("abort", onAbort);
      client?.destroy();
      finish();
    };
    const fail = (code: ErrorCode, what: string, cause?: unknown): void =>
      settle(() => reject(new TidegateError(code, `${shown} ${what}`, { retry: "later", cause })));
    const onAbort = (): void => fail("SOURCE_ABORTED", "was not read to its end: reading was called off");
    const cancelDeadline = options.clock.schedule(options.timeoutMs, () =>
      fail("SOURCE_TIMEOUT", `did not answer completely within ${options.timeoutMs} ms`),
    );
    if (options.signal.aborted) {
      onAbort();
      return;
    }
    options.signal.addEventListener("abort", onAbort, { once: true });
    client = open(url);
    client.on("error", (cause) => fail("SOURCE_UNREACHABLE", `could not be reached: ${reasonOf(cause)}`, cause));
    client.on("response", (response) =>
      readAnswer(response, { maxBytes: options.maxBytes, fail, done: (text) => settle(() => resolve(text)) }),
    );
    client.end();
  });
}

function open(url: URL): ClientRequest {
  const headers = {
    accept: "text/plain;version=0.0.4,text/plain;q=0.5",
    "accept-encoding": "identity",
    "user-agent": "tidegate",
  };
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return request(url, { agent: false, headers, maxHeaderSize: 16_384 });
}

type Reading = {
  readonly maxBytes: number;
  readonly fail: (code: ErrorCode, what: string, cause?: unknown) => void;
  readonly done: (text: string) => void;
};

function readAnswer(response: IncomingMessage, { maxBytes, fail, done }: Reading): void {
  const refusal = refusalOf(response, maxBytes);
  if (refusal !== undefined) {
    fail(...refusal);
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) fail("SOURCE_TOO_LARGE", tooLarge(maxBytes));
    else chunks.push(chunk);
  });
  response.on("error", (cause) => fail("SOURCE_BAD_ANSWER", `broke off its answer: ${reasonOf(cause)}`, cause));
  response.on("end", () => done(Buffer.concat(chunks).toString("utf8")));
}

function refusalOf({ statusCode = 0, headers }: IncomingMessage, maxBytes: number): [ErrorCode, string] | undefined {
  if (statusCode >= 300 && statusCode < 400)
    return ["SOURCE_HTTP_STATUS", `answered ${statusCode}: redirects are not followed, give the final address`];
  if (statusCode !== 200) return ["SOURCE_HTTP_STATUS", `answered ${statusCode}`];
  if (Number(headers["content-length"] ?? 0) > maxBytes) return ["SOURCE_TOO_LARGE", tooLarge(maxBytes)];
  const encoding = headers["content-encoding"] ?? "identity";
  return encoding === "identity"
    ? undefined
    : ["SOURCE_BAD_ANSWER", `answered in the encoding ${encoding}, which was not asked for`];
}

function tooLarge(maxBytes: number): string {
  return `answered with more than ${maxBytes} bytes`;
}

/** A refused connection to a name with two addresses is an AggregateError without a message. */
function reasonOf(cause: unknown): string {
  const message = messageOf(cause);
  if (message !== "") return message;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "no reason given";
}
