import type { HostIndex } from "../routeTable.ts";

/** The hostname for which both a listener and a route serve; undefined means any, null that there is none. */
export function intersectHostnames(listener: string | undefined, route: string | undefined): string | undefined | null {
  const [left, right] = [normalHostname(listener), normalHostname(route)];
  if (left === undefined) return right;
  if (right === undefined || left === right) return left;
  if (covers(left, right)) return right;
  return covers(right, left) ? left : null;
}

function normalHostname(hostname: string | undefined): string | undefined {
  return hostname === undefined || hostname === "" ? undefined : hostname.toLowerCase();
}

/** `*.a.b` covers `x.a.b`, `x.y.a.b` and `*.y.a.b`, but not `a.b`. */
function covers(wide: string, narrow: string): boolean {
  if (!wide.startsWith("*.")) return false;
  const bare = narrow.startsWith("*.") ? narrow.slice(1) : narrow;
  return bare.length > wide.length - 1 && bare.endsWith(wide.slice(1));
}

/** An index of what is given by hostname; the key undefined is any hostname. */
export function indexHosts<T>(entries: Iterable<readonly [string | undefined, T]>): HostIndex<T> {
  const exact = new Map<string, T>();
  const wildcards: { suffix: string; value: T }[] = [];
  let any: T | undefined;
  for (const [hostname, value] of entries) {
    if (hostname === undefined) any = value;
    else if (hostname.startsWith("*.")) wildcards.push({ suffix: hostname.slice(1), value });
    else exact.set(hostname, value);
  }
  wildcards.sort((a, b) => b.suffix.length - a.suffix.length);
  return { exact, wildcards, any };
}
