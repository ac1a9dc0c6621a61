import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../../api/error.ts";
import { ApiError } from "../wire/apiError.ts";
import type { UserInfo } from "../wire/resource.ts";
import { notAcceptable, viewOf } from "./accept.ts";
import { mediaTypeOf, parseBody, readBody } from "./body.ts";
import type { Context } from "./context.ts";
import { noSuchResource } from "./errors.ts";
import { handleOther, pageNotFound } from "./handleOther.ts";
import { handleResource, readCall, type ResourceRequest, type ResourceRoute } from "./handleResource.ts";
import type { OpenApi } from "./openApi.ts";
import { serveLog } from "./podSubresources.ts";
import { isPod } from "./kindRules.ts";
import { findReview, isOpenTo, review } from "./reviews.ts";
import { routeOf } from "./route.ts";
import type { Users } from "./users.ts";
import { serveWatch } from "./watch.ts";

export type RequestHandlerOptions = {
  readonly context: Context;
  readonly users: Users;
  readonly openApi: OpenApi;
  /** `host:port` of this server. */
  readonly address: () => string;
  readonly log: (message: string, facts?: Record<string, unknown>) => void;
};

type Incoming = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly user: UserInfo;
};

/** One function for every request; it answers each, errors included, and never rejects. */
export function createRequestHandler(
  options: RequestHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      await answer(options, request, response);
    } catch (error) {
      sendError(options, request, response, error);
    }
  };
}

async function answer(
  options: RequestHandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "https://localhost");
  const incoming: Incoming = { request, response, url, user: options.users.authenticate(request) };
  const route = routeOf(url.pathname);
  if (route.kind === "resource") return answerResource(options, incoming, route);
  const { code, text, contentType } = handleOther(options.context.registry, options.openApi, {
    method: request.method ?? "GET",
    path: url.pathname,
    accept: request.headers.accept,
    user: incoming.user,
    address: options.address(),
  });
  send(response, code, text, contentType, []);
}

async function answerResource(options: RequestHandlerOptions, incoming: Incoming, route: ResourceRoute): Promise<void> {
  const { context } = options;
  const { request, response, url, user } = incoming;
  const method = request.method ?? "GET";
  const watching = method === "GET" && ["true", "1"].includes(url.searchParams.get("watch") ?? "");
  const asked = findReview(route.group, route.version, route.plural);
  const mayAsk = asked !== undefined && method === "POST" && isOpenTo(user, asked);
  if (!mayAsk) authorise(context, user, route, watching ? "watch" : verbOf(method, route));
  if (asked !== undefined && method === "POST") {
    const body = parseBody(await readBody(request), mediaTypeOf(request));
    const by = { user, authorize: context.authorize, clock: context.clock };
    return send(response, 201, `${JSON.stringify(review(route.group, asked, body, by))}\n`, "application/json", []);
  }
  const body = method === "GET" ? Buffer.alloc(0) : await readBody(request);
  const served = context.registry.find(route.group, route.version, route.plural);
  if (served === undefined && context.registry.inGroupVersion(route.group, route.version).length === 0) {
    return send(response, pageNotFound.code, pageNotFound.text, pageNotFound.contentType, []);
  }
  if (served === undefined || !fitsScope(served.definition.namespaced, route)) throw noSuchResource();
  if (method === "GET" && route.subresource === "log" && isPod(served.definition)) {
    return serveLog(context, readCall({ ...requestParts(incoming, route), served, body, view: plainView }), response);
  }
  const view = viewOf(request.headers.accept);
  const resourceRequest: ResourceRequest = { ...requestParts(incoming, route), served, body, view };
  if (watching && (route.subresource ?? "") === "") {
    if (view.syntax === "yaml") throw notAcceptable();
    return serveWatch(context, readCall(resourceRequest), view, response);
  }
  const { code, text } = handleResource(context, resourceRequest);
  send(
    response,
    code,
    text,
    view.syntax === "yaml" ? "application/yaml" : "application/json",
    resourceRequest.warnings,
  );
}

const plainView = { as: "object", syntax: "json", key: "object.json" } as const;

function requestParts(
  { request, url, user }: Incoming,
  route: ResourceRoute,
): Omit<ResourceRequest, "served" | "body" | "view"> {
  return {
    method: request.method ?? "GET",
    route,
    query: url.searchParams,
    user,
    userAgent: request.headers["user-agent"] ?? "",
    mediaType: mediaTypeOf(request),
    warnings: [],
  };
}

/** Namespaced objects are addressed in their namespace (lists also across all), others never. */
function fitsScope(namespaced: boolean, { namespace, name }: ResourceRoute): boolean {
  return namespaced ? namespace !== undefined || name === undefined : namespace === undefined;
}

function verbOf(method: string, { name }: ResourceRoute): string {
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === undefined ? "deletecollection" : "delete";
    default:
      return name === undefined ? "list" : "get";
  }
}

function authorise(context: Context, user: UserInfo, route: ResourceRoute, verb: string): void {
  const { group, plural, namespace, name, subresource } = route;
  if (context.authorize(user, { verb, group, resource: plural, subresource, namespace, name })) return;
  const resource = subresource === undefined ? plural : `${plural}/${subresource}`;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const subject = (group === "" ? plural : `${plural}.${group}`) + (name === undefined ? "" : ` "${name}"`);
  const message = `${subject} is forbidden: User "${user.username}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  throw new ApiError(403, "Forbidden", message, {
    ...(name === undefined ? {} : { name }),
    ...(group === "" ? {} : { group }),
    kind: plural,
  });
}

function sendError(
  { log }: RequestHandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  if (!(error instanceof ApiError))
    log("request failed", {
      method: request.method,
      path: request.url,
      error: messageOf(error),
      stack: (error as Error).stack,
    });
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(500, "InternalError", `Internal error occurred: ${messageOf(error)}`);
  if (response.headersSent) return void response.destroy();
  if (known.code === 413) response.setHeader("Connection", "close");
  const retryAfter = known.details?.retryAfterSeconds;
  if (retryAfter !== undefined) response.setHeader("Retry-After", String(retryAfter));
  send(response, known.code, `${JSON.stringify(known.toStatus())}\n`, "application/json", []);
}

function send(
  response: ServerResponse,
  code: number,
  text: string | Buffer,
  contentType: string,
  warnings: readonly string[],
): void {
  if (warnings.length > 0)
    response.setHeader(
      "Warning",
      warnings.map((warning) => `299 - ${quoted(warning)}`),
    );
  response.writeHead(code, {
    "Content-Type": contentType,
    "Cache-Control": "no-cache, private",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** As a quoted string of a header; what cannot stand there becomes a question mark. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[^\x20-\x7e]/g, "?").replaceAll(/[\\"]/g, "\\$&")}"`;
}
