import type { Filters, HostIndex, RouteTable } from "../routeTable.ts";

/** The keys of all series in which requests of this table can be counted. */
export function seriesKeysOf(table: RouteTable): Set<string> {
  // The empty key is that of requests without a route.
  const keys = new Set<string>([""]);
  for (const port of table.ports.values()) {
    for (const listener of valuesOf(port.listeners)) {
      for (const candidates of valuesOf(listener.routes)) {
        for (const { rule } of candidates) {
          keys.add(rule.seriesKey);
          addMirrors(rule.filters, keys);
          for (const backend of rule.backends) {
            keys.add(backend.seriesKey);
            addMirrors(backend.filters, keys);
          }
        }
      }
    }
  }
  return keys;
}

function addMirrors({ mirrors }: Filters, keys: Set<string>): void {
  for (const { backend } of mirrors) keys.add(backend.seriesKey);
}

export function valuesOf<T>(index: HostIndex<T>): T[] {
  const values = [...index.exact.values(), ...index.wildcards.map(({ value }) => value)];
  return index.any === undefined ? values : [...values, index.any];
}
