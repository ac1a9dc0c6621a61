import { Agent, request } from "node:http";
import { quantile } from "../harness.ts";
import { serveParent } from "./parent.ts";

export type LoadOrder = { readonly port: number; readonly connections: number; readonly seconds: number };
export type LoadResult = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
};

/** Each connection sends its next request when the last one was answered. */
async function run({ port, connections, seconds }: LoadOrder): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let failed = 0;
  const started = performance.now();
  const endMs = started + seconds * 1_000;
  const lane = async (): Promise<void> => {
    for (let now = performance.now(); now < endMs;) {
      const ok = await send(agent, port);
      const then = performance.now();
      if (ok) latencies.push(then - now);
      else failed++;
      now = then;
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const tookSeconds = (performance.now() - started) / 1_000;
  agent.destroy();
  return {
    perSecond: latencies.length / tookSeconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    failed,
  };
}

function send(agent: Agent, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ agent, host: "127.0.0.1", port, path: "/" }, (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode === 200));
      answer.once("error", () => resolve(false));
    });
    call.once("error", () => resolve(false));
    call.end();
  });
}

serveParent({}, { run }, () => Promise.resolve());
