import type { PathMatch, PathModifier, Redirect } from "../routeTable.ts";
import type { RequestHead } from "./requestHead.ts";

/** The path after a modifier; `match` tells which prefix is replaced. */
export function modifyPath(path: string, modifier: PathModifier, match: PathMatch): string {
  if (modifier.kind === "full") return modifier.value;
  const prefix = match.kind === "prefix" ? match.value : "";
  const rest = path.slice(prefix.length);
  const replacement = modifier.value.replace(/\/+$/, "");
  const joined = `${replacement}${rest}`;
  return joined.startsWith("/") ? joined : `/${joined}`;
}

/** The target for the backend, query included. */
export function rewriteTarget(head: RequestHead, modifier: PathModifier, match: PathMatch): string {
  const path = modifyPath(head.path, modifier, match);
  return head.query === "" ? path : `${path}?${head.query}`;
}

const wellKnownPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Where a redirect points to. The port is left out where it is the one that the scheme has anyway. */
export function locationOf(redirect: Redirect, head: RequestHead, match: PathMatch, listenerPort: number): string {
  const scheme = redirect.scheme ?? "http";
  const impliedPort = redirect.scheme === undefined ? listenerPort : wellKnownPorts[scheme];
  const port = redirect.port ?? impliedPort;
  const portText = port === undefined || port === wellKnownPorts[scheme] ? "" : `:${port}`;
  const path = redirect.path === undefined ? head.path : modifyPath(head.path, redirect.path, match);
  const query = head.query === "" ? "" : `?${head.query}`;
  return `${scheme}://${redirect.hostname ?? head.host}${portText}${path}${query}`;
}
