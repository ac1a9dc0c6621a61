import type { UserInfo } from "../wire/resource.ts";
import { ApiError } from "../wire/apiError.ts";
import { parseAccept } from "./accept.ts";
import { aggregated, coreVersions, groupDocument, groupList, resourceList, rootPaths } from "./discovery.ts";
import { methodNotAllowed } from "./errors.ts";
import type { OpenApi } from "./openApi.ts";
import { openApiV2 } from "./openApiV2.ts";
import type { Registry } from "./registry.ts";

export type OtherRequest = {
  readonly method: string;
  readonly path: string;
  readonly accept: string | undefined;
  readonly user: UserInfo;
  /** `host:port` of this server. */
  readonly address: string;
};

export type OtherAnswer = { readonly code: number; readonly text: string | Buffer; readonly contentType: string };

const json = (value: unknown, contentType = "application/json"): OtherAnswer => ({
  code: 200,
  text: `${JSON.stringify(value)}\n`,
  contentType,
});
const plain = (code: number, text: string): OtherAnswer => ({ code, text, contentType: "text/plain; charset=utf-8" });

/** What the real server says on paths that it does not know at all. */
export const pageNotFound: OtherAnswer = plain(404, "404 page not found\n");

const open = ["/healthz", "/livez", "/readyz", "/version"];
const healthy = /^\/(healthz|livez|readyz)(\/[\w/-]*)?$/;

/** Answers discovery, health, version and OpenAPI. Throws ApiError. */
export function handleOther(registry: Registry, openApi: OpenApi, request: OtherRequest): OtherAnswer {
  const { path, method, user } = request;
  if (user.username === "system:anonymous" && !open.includes(path)) {
    throw new ApiError(
      403,
      "Forbidden",
      `forbidden: User "${user.username}" cannot ${method.toLowerCase()} path "${path}"`,
      {},
    );
  }
  if (healthy.test(path)) return plain(200, "ok");
  const answer = answerOf(registry, openApi, request);
  if (answer === undefined) return pageNotFound;
  if (method !== "GET") throw methodNotAllowed();
  return answer;
}

function answerOf(
  registry: Registry,
  openApi: OpenApi,
  { path, accept, address }: OtherRequest,
): OtherAnswer | undefined {
  const [, first = "", second = "", third = "", ...rest] = (path.length > 1 ? path.replace(/\/$/, "") : path).split(
    "/",
  );
  if (first === "") return json({ paths: rootPaths(registry) });
  if (first === "version" && second === "") return json(version);
  if (first === "api" && second === "")
    return discovery(
      accept,
      () => aggregated(registry, "core"),
      () => coreVersions(address),
    );
  if (first === "apis" && second === "")
    return discovery(
      accept,
      () => aggregated(registry, "named"),
      () => groupList(registry),
    );
  if (first === "api" && third === "") return optional(resourceList(registry, "", second));
  if (first === "apis" && third === "") return optional(groupDocument(registry, second));
  if (first === "apis" && rest.length === 0) return optional(resourceList(registry, second, third));
  if (first === "openapi") return openApiAnswer(openApi, accept, [second, third, ...rest]);
  return undefined;
}

const optional = (value: unknown): OtherAnswer | undefined => (value === undefined ? undefined : json(value));

const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

function discovery(accept: string | undefined, whole: () => object, legacy: () => object): OtherAnswer {
  const ranges = parseAccept(accept).filter(({ type }) => ["application/json", "application/*", "*/*"].includes(type));
  for (const { parameters } of ranges) {
    if (parameters.get("as") === undefined) return json(legacy());
    if (parameters.get("as") === "APIGroupDiscoveryList" && parameters.get("v") === "v2")
      return json(whole(), aggregatedType);
  }
  return json(legacy());
}

function openApiAnswer(openApi: OpenApi, accept: string | undefined, path: readonly string[]): OtherAnswer | undefined {
  const [which, ...rest] = path;
  if (which === "v2" && rest.join("") === "") return openApiV2(accept);
  if (which !== "v3") return undefined;
  if (rest.join("") === "") return json(openApi.index());
  const text = openApi.text(rest.join("/"));
  return text === undefined ? undefined : { code: 200, text, contentType: "application/json" };
}

const version = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.3",
  gitCommit: "",
  gitTreeState: "tidegate",
  buildDate: "2026-01-01T00:00:00Z",
  goVersion: "",
  compiler: "node",
  platform: `${process.platform}/${process.arch}`,
};
