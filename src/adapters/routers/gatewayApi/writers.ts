import { fieldManager } from "../../../api/names.ts";
import { resources } from "../../../api/resources.ts";
import type { KubeClient } from "../../../kube/types.ts";
import type { HTTPRoute } from "./types.ts";

const unknown = "somebody";
const maxKnown = 256;

/**
 * Who wrote a route's spec last, where that was not Tidegate. Caches drop `managedFields`, so the route is read once
 * per version; the answers are kept for the routes asked for last. Never throws.
 */
export function createWriters(client: KubeClient): (route: HTTPRoute, signal: AbortSignal) => Promise<string> {
  const known = new Map<string, string>();
  return async ({ metadata }, signal) => {
    const { namespace, name, resourceVersion } = metadata;
    const key = `${namespace ?? ""}/${name}/${resourceVersion ?? ""}`;
    const told = known.get(key);
    if (told !== undefined) return told;
    try {
      const writer = lastWriter(await client.get<HTTPRoute>(resources.httpRoutes, { namespace, name }, { signal }));
      known.set(key, writer);
      const oldest = known.size > maxKnown ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
      return writer;
    } catch {
      return unknown;
    }
  };
}

function lastWriter({ metadata }: HTTPRoute): string {
  const entries = (metadata.managedFields ?? []).filter(
    (entry) => entry.subresource === undefined && entry.manager !== fieldManager && "f:spec" in entry.fieldsV1,
  );
  return entries.toSorted((a, b) => (a.time ?? "").localeCompare(b.time ?? "")).at(-1)?.manager ?? unknown;
}
