import type { ClientRequest } from "node:http";
import { request as httpRequest } from "node:http";
import type { Source } from "../metrics/registry.ts";
import { countAnswer, observeDuration } from "../metrics/registry.ts";
import type { Mirror } from "../routeTable.ts";
import { chooseEndpoint } from "./choose.ts";
import type { ProxyContext } from "./context.ts";
import { proxyLimits } from "./context.ts";
import type { ForwardPlan } from "./dispatch.ts";

/** The copy of one request. It never holds up the request that it copies. */
export type MirrorCopy = {
  write(chunk: Buffer): void;
  end(): void;
  /** Gives the copy up without counting it. */
  abort(): void;
};

/** Starts the copies that the rule's and the backend's mirrors want of this request. */
export function startMirrors(context: ProxyContext, plan: ForwardPlan): readonly MirrorCopy[] {
  const { rule } = plan.candidate;
  if (rule.filters.mirrors.length === 0 && plan.backend.filters.mirrors.length === 0) return [];
  return [...rule.filters.mirrors, ...plan.backend.filters.mirrors]
    .filter(({ share }) => share > 0 && (share >= 1 || context.random.next() < share))
    .map((mirror) => startCopy(context, plan, mirror))
    .filter((copy) => copy !== undefined);
}

function startCopy(context: ProxyContext, plan: ForwardPlan, { backend }: Mirror): MirrorCopy | undefined {
  const startedMs = context.elapsedMs();
  const count = (code: number, source: Source): void => {
    const series = context.metrics.series(backend.seriesKey, backend.labels, true);
    countAnswer(series, code, source);
    if (source === "backend") observeDuration(series, context.elapsedMs() - startedMs);
  };
  const service = backend.problem === undefined ? context.pools.service(backend.serviceKey) : undefined;
  const endpoint = service === undefined ? undefined : chooseEndpoint(service.endpoints, service.turn++, []);
  if (endpoint === undefined || context.mirrors.underWay >= proxyLimits.maxMirrors) {
    count(backend.problem === undefined ? 503 : 500, "gateway");
    return undefined;
  }
  const { head, target, ruleHeaders } = plan;
  const { agent, address, port } = endpoint;
  // The copy waits for no client, so it asks for no leave to send its body.
  const headers = withoutExpect(ruleHeaders);
  const copy = httpRequest({ agent, host: address, port, method: head.method, path: target, headers, setHost: false });
  context.mirrors.underWay++;
  endpoint.inFlight++;
  const counted = discardAnswer(context, copy, count);
  copy.on("close", () => {
    context.mirrors.underWay--;
    context.pools.release(endpoint);
  });
  if (!head.hasBody) copy.end();
  return {
    write(chunk) {
      if (copy.destroyed) return;
      copy.write(chunk);
      if (copy.writableLength > proxyLimits.maxMirrorBufferBytes) copy.destroy(new Error("the mirror is too slow"));
    },
    end: () => void (copy.destroyed || copy.end()),
    abort() {
      counted.settled = true;
      copy.destroy();
    },
  };
}

function discardAnswer(
  context: ProxyContext,
  copy: ClientRequest,
  count: (code: number, source: Source) => void,
): { settled: boolean } {
  const state = { settled: false };
  const settle = (code: number, source: Source): void => {
    if (state.settled) return;
    state.settled = true;
    count(code, source);
  };
  const cancel = context.clock.schedule(proxyLimits.mirrorTimeoutMs, () => {
    settle(504, "gateway");
    copy.destroy();
  });
  copy.on("response", (message) => {
    message.resume();
    message.on("error", () => settle(502, "gateway"));
    message.on("end", () => settle(message.statusCode ?? 0, "backend"));
  });
  copy.on("error", () => settle(502, "gateway"));
  copy.on("close", () => {
    cancel();
    settle(502, "gateway");
  });
  return state;
}

function withoutExpect(headers: readonly string[]): string[] {
  const out: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() !== "expect") out.push(headers[index] ?? "", headers[index + 1] ?? "");
  }
  return out;
}
