import { Agent, request } from "node:http";
import { messageOf } from "../../../api/error.ts";
import { probeHeader } from "../../../api/names.ts";
import type { ProbeResult, Track } from "../../../core/release/observation.ts";
import type { Gateway, HTTPRoute } from "./types.ts";

const inARow = 10;
const requestTimeoutMs = 2_000;
const notReached: readonly number[] = [502, 503, 504];

export type ProbeTarget = { readonly url: string; readonly host: string };

/** Where the data plane of a route listens: one address per HTTP listener that the route hangs on. */
export function probeTargets(
  route: HTTPRoute,
  gatewayOf: (namespace: string, name: string) => Gateway | undefined,
  path: string,
): ProbeTarget[] {
  const targets: ProbeTarget[] = [];
  for (const ref of route.spec.parentRefs ?? []) {
    const gateway = gatewayOf(ref.namespace ?? route.metadata.namespace ?? "default", ref.name);
    const address = gateway?.status?.addresses?.[0]?.value;
    if (gateway === undefined || address === undefined) continue;
    for (const listener of gateway.spec.listeners) {
      if (
        listener.protocol !== "HTTP" ||
        (ref.sectionName !== undefined && ref.sectionName !== listener.name) ||
        (ref.port !== undefined && ref.port !== listener.port)
      )
        continue;
      const host = route.spec.hostnames?.[0] ?? listener.hostname ?? address;
      targets.push({
        url: `http://${address.includes(":") ? `[${address}]` : address}:${listener.port}${path}`,
        host: host.replace(/^\*\./, "probe."),
      });
    }
  }
  return targets;
}

/** Asks every target ten times in a row; the answer counts only when it came by the probe's own rule. */
export async function probeTrack(
  targets: readonly ProbeTarget[],
  track: Track,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (const target of targets) {
      for (let count = 0; count < inARow; count++) {
        const problem = await ask(target, track, agent, signal);
        if (problem !== undefined)
          return {
            track,
            reached: false,
            message: `the data plane does not reach the ${track} track yet: ${problem} (${target.url})`,
          };
      }
    }
  } catch (error) {
    return {
      track,
      reached: false,
      message: `the data plane cannot be asked for the ${track} track: ${messageOf(error)}`,
    };
  } finally {
    agent.destroy();
  }
  return { track, reached: true, message: `the data plane reaches the ${track} track` };
}

function ask(target: ProbeTarget, track: Track, agent: Agent, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request(
      target.url,
      { agent, signal, timeout: requestTimeoutMs, headers: { host: target.host, [probeHeader]: track } },
      (response) => {
        response.resume();
        response.on("end", () => resolve(judgeAnswer(response.statusCode ?? 0, response.headers[probeHeader], track)));
        response.on("error", (error) => resolve(error.message));
      },
    );
    call.on("timeout", () => call.destroy(new Error(`no answer in ${requestTimeoutMs} ms`)));
    call.on("error", (error) => resolve(error.message));
    call.end();
  });
}

function judgeAnswer(status: number, header: unknown, track: Track): string | undefined {
  if (header !== track) return "the answer did not come by the probe's rule";
  return notReached.includes(status) ? `it answered ${status}` : undefined;
}
