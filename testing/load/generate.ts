import { Agent, request } from "node:http";
import { createCounters, type Counters } from "./counters.ts";
import type { LoadReport } from "./report.ts";

export type LoadTarget = {
  /** `http://address:port` */
  readonly url: string;
  /** Host header, where it is not that of the url. */
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly requestsPerSecond: number;
};

export type Generator = {
  report(): LoadReport;
  /** Sends no more, and resolves when everything under way has been answered or given up. */
  stop(): Promise<LoadReport>;
};

const tickMs = 5;
const requestTimeoutMs = 10_000;
const maxInFlight = 256;

/**
 * Sends requests at a steady rate whether or not the ones before were answered, on kept-alive connections, and counts
 * what becomes of them. Latency is counted from when a request was due, so that a stall shows in every request it hit.
 */
export function generate(
  target: LoadTarget,
  now: () => number = () => performance.timeOrigin + performance.now(),
): Generator {
  const counters = createCounters(now);
  const agent = new Agent({ keepAlive: true, maxSockets: maxInFlight, maxFreeSockets: maxInFlight });
  const startedMs = now();
  let due = 0;
  let inFlight = 0;
  let idle: (() => void) | undefined;
  let tickedMs = startedMs;

  function sendDue(): void {
    counters.stalled(now() - tickedMs - tickMs);
    tickedMs = now();
    const wanted = Math.floor(((now() - startedMs) / 1_000) * target.requestsPerSecond);
    for (; due < wanted; due++) {
      if (inFlight >= maxInFlight) {
        counters.unsent();
        continue;
      }
      inFlight += 1;
      send(target, { agent, counters, now }, startedMs + (due / target.requestsPerSecond) * 1_000, () => {
        inFlight -= 1;
        if (inFlight === 0) idle?.();
      });
    }
  }

  const timer = setInterval(sendDue, tickMs);
  return {
    report: () => counters.report(),
    async stop() {
      clearInterval(timer);
      if (inFlight > 0) await new Promise<void>((resolve) => (idle = resolve));
      agent.destroy();
      return counters.report();
    },
  };
}

type Means = { readonly agent: Agent; readonly counters: Counters; readonly now: () => number };

function send(target: LoadTarget, { agent, counters, now }: Means, dueMs: number, done: () => void): void {
  let over = false;
  const end = (count: () => void): void => {
    if (over) return;
    over = true;
    clearTimeout(deadline);
    count();
    done();
  };
  const headers = { ...target.headers, ...(target.host === undefined ? {} : { host: target.host }) };
  const call = request(new URL(target.path ?? "/", target.url), { agent, headers }, (response) => {
    response.resume();
    const version = response.headers["x-shop-version"];
    const answer = { version: typeof version === "string" ? version : undefined, status: response.statusCode ?? 0 };
    response.on("end", () => end(() => counters.answered({ ...answer, latencyMs: now() - dueMs })));
    response.on("error", (error) => end(() => counters.broke(`the answer broke off: ${error.message}`)));
  });
  const deadline = setTimeout(() => {
    end(() => counters.broke(`no answer within ${requestTimeoutMs} ms`));
    call.destroy();
  }, requestTimeoutMs);
  call.on("error", (error: NodeJS.ErrnoException) =>
    end(() =>
      counters.broke(`${error.code ?? "error"}: ${error.message}${call.reusedSocket ? " (on a kept connection)" : ""}`),
    ),
  );
  call.end();
}
