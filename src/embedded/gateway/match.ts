import type { Candidate, HostIndex, PathMatch, PortTable, RouteMatch, ValueMatch } from "./routeTable.ts";

/** The parts of a request that decide where it goes. */
export type RequestView = {
  /** In lower case, without port. */
  readonly host: string;
  /** Without the query, as it came on the wire. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly method: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
};

/**
 * The candidate that takes the request, or undefined. The listener with the most specific hostname is the only one
 * asked; in it the routes with the more specific hostname go first, and the order of their candidates decides the rest.
 */
export function matchRequest(table: PortTable, request: RequestView): Candidate | undefined {
  const listener = bestHost(table.listeners, request.host);
  return listener === undefined ? undefined : firstByHost(listener.routes, request);
}

/** The value under the most specific hostname. */
export function bestHost<T>(index: HostIndex<T>, host: string): T | undefined {
  const exact = index.exact.get(host);
  if (exact !== undefined) return exact;
  for (const { suffix, value } of index.wildcards) if (underWildcard(host, suffix)) return value;
  return index.any;
}

function underWildcard(host: string, suffix: string): boolean {
  return host.length > suffix.length && host.endsWith(suffix);
}

function firstByHost(index: HostIndex<readonly Candidate[]>, request: RequestView): Candidate | undefined {
  const exact = firstMatch(index.exact.get(request.host), request);
  if (exact !== undefined) return exact;
  for (const { suffix, value } of index.wildcards) {
    const found = underWildcard(request.host, suffix) ? firstMatch(value, request) : undefined;
    if (found !== undefined) return found;
  }
  return firstMatch(index.any, request);
}

function firstMatch(candidates: readonly Candidate[] | undefined, request: RequestView): Candidate | undefined {
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) if (matches(candidate.match, request)) return candidate;
  return undefined;
}

function matches(match: RouteMatch, request: RequestView): boolean {
  return (
    pathMatches(match.path, request.path) &&
    (match.method === undefined || match.method === request.method) &&
    match.headers.every((header) => headerMatches(header, request)) &&
    (match.query.length === 0 || queryMatches(match.query, request.query))
  );
}

function pathMatches(match: PathMatch, path: string): boolean {
  switch (match.kind) {
    case "exact":
      return path === match.value;
    case "prefix":
      // 47 is the slash: /shop is a prefix of /shop/7 and not of /shopping.
      return (
        path.startsWith(match.value) &&
        (path.length === match.value.length || path.charCodeAt(match.value.length) === 47)
      );
    case "regex":
      return match.test(path);
    default:
      return match satisfies never;
  }
}

function headerMatches(match: ValueMatch, { headers }: RequestView): boolean {
  const value = headers[match.name];
  if (value === undefined) return false;
  return valueMatches(match, typeof value === "string" ? value : value.join(", "));
}

function queryMatches(query: readonly ValueMatch[], text: string): boolean {
  const parameters = new URLSearchParams(text);
  return query.every((match) => {
    // Of several values of one parameter the first counts.
    const value = parameters.get(match.name);
    return value !== null && valueMatches(match, value);
  });
}

function valueMatches(match: ValueMatch, value: string): boolean {
  return match.kind === "exact" ? value === match.value : match.test(value);
}
