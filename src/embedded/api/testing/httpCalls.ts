import { Agent, request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";

// oxlint-disable-next-line typescript/no-explicit-any -- answers have every shape, and tests look deep into them
export type Loose = any;

export type Reply = {
  readonly status: number;
  readonly body: Loose;
  readonly warnings: readonly string[];
  readonly contentType: string;
};

export type CallParts = {
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

type Server = { readonly url: string; readonly caPem: string; readonly token: string };

/** Plain HTTPS calls of one server, for tests. */
export class HttpCalls {
  readonly #server: Server;
  readonly #agent: Agent;

  constructor(server: Server) {
    this.#server = server;
    this.#agent = new Agent({ keepAlive: true, ca: server.caPem });
  }

  async call(method: string, path: string, parts: CallParts = {}): Promise<Reply> {
    const response = await this.open(method, path, parts);
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
    return {
      status: response.statusCode ?? 0,
      body: parse(text),
      warnings: response.headersDistinct["warning"] ?? [],
      contentType: response.headers["content-type"] ?? "",
    };
  }

  /** Reads events of a watch until there are `count`, or the server ends it. */
  async events(path: string, count: number, parts: CallParts = {}): Promise<Loose[]> {
    const response = await this.open("GET", path, parts);
    const events: Loose[] = [];
    let rest = "";
    for await (const chunk of response.setEncoding("utf8")) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      events.push(...lines.filter((line) => line !== "").map(parse));
      if (events.length >= count) break;
    }
    response.destroy();
    return events;
  }

  open(method: string, path: string, { body, type, accept, token, headers }: CallParts = {}): Promise<IncomingMessage> {
    const payload =
      body === undefined ? undefined : typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = httpsRequest(
        new URL(path, this.#server.url),
        {
          method,
          agent: this.#agent,
          signal: AbortSignal.timeout(20_000),
          headers: {
            Authorization: `Bearer ${token ?? this.#server.token}`,
            ...(payload === undefined
              ? {}
              : { "Content-Type": type ?? "application/json", "Content-Length": Buffer.byteLength(payload) }),
            ...(accept === undefined ? {} : { Accept: accept }),
            ...headers,
          },
        },
        resolve,
      );
      request.on("error", reject);
      request.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
