import { Agent, request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import type { Answer } from "./compare.ts";

/** An API server that the recordings are replayed against. */
export type Target = { readonly url: string; readonly caPem: string; readonly token: string };

export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly token?: string | undefined;
};

/** As the recording's client was called: field managers come from it. */
const userAgent = "Python-urllib/3.11";
const deadlineMs = 30_000;

export class Connection {
  readonly #target: Target;
  readonly #agent: Agent;

  constructor(target: Target) {
    this.#target = target;
    this.#agent = new Agent({ keepAlive: true, ca: target.caPem });
  }

  async send(sent: Sent): Promise<Answer> {
    const response = await this.#open(sent);
    const text = (await chunks(response)).join("");
    const warning = response.headersDistinct["warning"] ?? [];
    return { status: response.statusCode ?? 0, body: parse(text), warnings: warning };
  }

  /** Reads a watch until the server ends it. */
  async watch(path: string): Promise<{ status: number; events: Promise<unknown[]> }> {
    const response = await this.#open({ method: "GET", path });
    const events = chunks(response).then((parts) =>
      parts
        .join("")
        .split("\n")
        .filter((line) => line !== "")
        .map(parse),
    );
    return { status: response.statusCode ?? 0, events };
  }

  close(): void {
    this.#agent.destroy();
  }

  #open({ method, path, headers, body, token = this.#target.token }: Sent): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        new URL(path, this.#target.url),
        {
          method,
          agent: this.#agent,
          signal: AbortSignal.timeout(deadlineMs),
          headers: {
            "User-Agent": userAgent,
            ...(payload === undefined
              ? {}
              : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(payload) }),
            ...(token === "" ? {} : { Authorization: `Bearer ${token}` }),
            ...headers,
          },
        },
        resolve,
      );
      request.on("error", reject);
      request.end(payload);
    });
  }
}

async function chunks(response: IncomingMessage): Promise<string[]> {
  const parts: string[] = [];
  response.setEncoding("utf8");
  for await (const part of response) parts.push(String(part));
  return parts;
}

/** JSON, or the text where it is none, in the form of the recordings. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { "<text>": text };
  }
}
