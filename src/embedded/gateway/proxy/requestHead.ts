import type { IncomingMessage } from "node:http";
import type { RequestView } from "../match.ts";

/** A request's head as the proxy needs it. */
export type RequestHead = RequestView & {
  /** As the client sent it, with its port. */
  readonly authority: string;
  /** The target in origin form. */
  readonly target: string;
  readonly chunked: boolean;
  readonly hasBody: boolean;
};

export type HeadResult =
  | { readonly ok: true; readonly head: RequestHead }
  | { readonly ok: false; readonly status: number; readonly message: string };

/**
 * Reads the head and refuses what two parsers could read in two ways: more than one Host, transfer codings besides
 * chunked, and targets that are neither a path nor an absolute URL. What is malformed has node:http refused before.
 */
export function readHead(request: IncomingMessage): HeadResult {
  const { headers, method = "GET" } = request;
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    return { ok: false, status: 501, message: "Of the transfer codings only chunked is served" };
  }
  if (countHosts(request.rawHeaders) > 1)
    return { ok: false, status: 400, message: "The request has more than one Host header" };
  const place = readTarget(request.url ?? "/", headers.host ?? "", method);
  if (place === undefined)
    return { ok: false, status: 400, message: "The request's target is neither a path nor an http URL" };
  const mark = place.target.indexOf("?");
  const path = mark < 0 ? place.target : place.target.slice(0, mark);
  const query = mark < 0 ? "" : place.target.slice(mark + 1);
  const chunked = coding !== undefined;
  const hasBody = chunked || (headers["content-length"] !== undefined && Number(headers["content-length"]) > 0);
  return {
    ok: true,
    head: { ...place, host: hostnameOf(place.authority), path, query, method, headers, chunked, hasBody },
  };
}

function countHosts(raw: readonly string[]): number {
  let hosts = 0;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  return hosts;
}

function readTarget(url: string, host: string, method: string): { authority: string; target: string } | undefined {
  if (url.startsWith("/")) return { authority: host, target: url };
  if (url === "*" && method === "OPTIONS") return { authority: host, target: url };
  const absolute = /^http:\/\/([^/?#@]+)([/?][^#]*)?$/i.exec(url);
  if (absolute === null) return undefined;
  const [, authority = "", rest = "/"] = absolute;
  // An authority in the target goes before the Host header.
  return { authority, target: rest.startsWith("/") ? rest : `/${rest}` };
}

function hostnameOf(authority: string): string {
  const bare = authority.startsWith("[")
    ? authority.slice(0, authority.indexOf("]") + 1)
    : (authority.split(":", 1)[0] ?? "");
  const lower = bare.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}
