import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { matchRequest } from "../match.ts";
import { countAnswer, observeDuration } from "../metrics/registry.ts";
import type { Backend, Candidate, PortTable, SeriesLabels } from "../routeTable.ts";
import { chooseBackend } from "./choose.ts";
import type { ProxyContext } from "./context.ts";
import { Exchange } from "./exchange.ts";
import { modifyHeaders, requestHeaders } from "./headers.ts";
import type { RequestHead } from "./requestHead.ts";
import { readHead } from "./requestHead.ts";
import { answer } from "./respond.ts";
import { locationOf, rewriteTarget } from "./rewrite.ts";

/** One request as it came in. */
export type Incoming = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly port: number;
  /** Of a request that asks to change the protocol: the connection, and what came behind the request. */
  readonly upgrade: { readonly protocol: string; readonly socket: Duplex; readonly head: Buffer } | undefined;
  /** True when the connection is to end with this response. */
  readonly closing: () => boolean;
};

const unmatched: SeriesLabels = { namespace: "", route: "", rule: "", backendNamespace: "", service: "", port: "" };

/** Finds who answers the request by the table of this moment, and has it answered. */
export function dispatch(context: ProxyContext, table: PortTable | undefined, incoming: Incoming): void {
  const startedMs = context.elapsedMs();
  const result = readHead(incoming.request);
  if (!result.ok) {
    refuse(context, incoming, {
      status: result.status,
      message: result.message,
      key: "",
      labels: unmatched,
      startedMs,
    });
    return;
  }
  const candidate = table === undefined ? undefined : matchRequest(table, result.head);
  if (candidate === undefined) {
    const message = `No route takes ${result.head.method} ${result.head.path} for host ${JSON.stringify(result.head.host)}`;
    refuse(context, incoming, { status: 404, message, key: "", labels: unmatched, startedMs });
  } else follow(context, incoming, result.head, candidate, startedMs);
}

function follow(
  context: ProxyContext,
  incoming: Incoming,
  head: RequestHead,
  candidate: Candidate,
  startedMs: number,
): void {
  const { rule, match } = candidate;
  const own = { key: rule.seriesKey, labels: rule.labels, startedMs };
  if (rule.problem !== undefined) {
    refuse(context, incoming, { ...own, status: 500, message: rule.problem });
    return;
  }
  if (rule.filters.redirect !== undefined) {
    const { statusCode } = rule.filters.redirect;
    const location = locationOf(rule.filters.redirect, head, match.path, incoming.port);
    const headers = modifyHeaders(["Location", location], rule.filters.responseHeaders);
    refuse(context, incoming, { ...own, status: statusCode, message: `See ${location}`, headers });
    return;
  }
  const backend = chooseBackend(rule, context.random);
  if (backend === undefined) {
    refuse(context, incoming, { ...own, status: 500, message: "The rule has no backend with a weight above 0" });
  } else if (backend.problem !== undefined) {
    refuse(context, incoming, {
      status: 500,
      message: backend.problem,
      key: backend.seriesKey,
      labels: backend.labels,
      startedMs,
    });
  } else new Exchange(context, incoming, plan(incoming, head, candidate, backend), startedMs).start();
}

/** How one request is forwarded. */
export type ForwardPlan = {
  readonly head: RequestHead;
  readonly candidate: Candidate;
  readonly backend: Backend;
  readonly target: string;
  /** Of the rule's own filters; what mirrors get. */
  readonly ruleHeaders: string[];
  readonly headers: string[];
};

function plan({ request, upgrade }: Incoming, head: RequestHead, candidate: Candidate, backend: Backend): ForwardPlan {
  const { filters } = candidate.rule;
  const plain = requestHeaders(request.rawHeaders, {
    host: head.authority,
    clientAddress: request.socket.remoteAddress ?? "unknown",
    chunked: head.chunked,
    upgrade: upgrade?.protocol,
    newHost: filters.rewrite?.hostname,
    emptyBody: !head.hasBody && request.headers["content-length"] === undefined && bodyExpected(head.method),
  });
  const ruleHeaders = filters.requestHeaders.length === 0 ? plain : modifyHeaders(plain, filters.requestHeaders);
  const own = backend.filters.requestHeaders;
  const headers = own.length === 0 ? ruleHeaders : modifyHeaders(ruleHeaders, own);
  const path = filters.rewrite?.path;
  const target = path === undefined ? head.target : rewriteTarget(head, path, candidate.match.path);
  return { head, candidate, backend, target, ruleHeaders, headers };
}

function bodyExpected(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}

type OwnAnswer = {
  readonly status: number;
  readonly message: string;
  readonly key: string;
  readonly labels: SeriesLabels;
  readonly startedMs: number;
  readonly headers?: readonly string[];
};

function refuse(context: ProxyContext, incoming: Incoming, own: OwnAnswer): void {
  const close = incoming.closing() || incoming.request.headers.expect !== undefined;
  answer(incoming.response, own.status, own.message, [
    ...(own.headers ?? []),
    ...(close ? ["Connection", "close"] : []),
  ]);
  const series = context.metrics.series(own.key, own.labels, false);
  countAnswer(series, own.status, "gateway");
  observeDuration(series, context.elapsedMs() - own.startedMs);
}
