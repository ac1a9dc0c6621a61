import type { KubeObject, ResourceType } from "../src/api/object.ts";
import type { KubeClient } from "../src/kube/types.ts";

/** Calls by what they were, for example `patch releases/status` or `watch pods`. */
export type RequestCounts = Readonly<Record<string, number>>;

/** The same client, with every call counted. A list of several pages counts as one; retries inside a call are not seen. */
export function countingClient(client: KubeClient): { readonly client: KubeClient; counts(): RequestCounts } {
  const counts = new Map<string, number>();
  const count = (verb: string, { plural }: Pick<ResourceType, "plural">, subresource?: string): void => {
    const name = `${verb} ${plural}${subresource === undefined ? "" : `/${subresource}`}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const counted: KubeClient = {
    get: <T extends KubeObject>(...[resource, ...rest]: Parameters<KubeClient["get"]>) => (
      count("get", resource),
      client.get<T>(resource, ...rest)
    ),
    list: <T extends KubeObject>(...[resource, ...rest]: Parameters<KubeClient["list"]>) => (
      count("list", resource),
      client.list<T>(resource, ...rest)
    ),
    create: <T extends KubeObject>(
      resource: ResourceType,
      object: T,
      options?: Parameters<KubeClient["create"]>[2],
    ) => (count("create", resource), client.create<T>(resource, object, options)),
    update: <T extends KubeObject>(
      resource: ResourceType,
      object: T,
      options?: Parameters<KubeClient["update"]>[2],
    ) => (count("update", resource, options?.subresource), client.update<T>(resource, object, options)),
    patch: <T extends KubeObject>(...[resource, ref, patch, options]: Parameters<KubeClient["patch"]>) => (
      count("patch", resource, options?.subresource),
      client.patch<T>(resource, ref, patch, options)
    ),
    delete: (resource, ...rest) => (count("delete", resource), client.delete(resource, ...rest)),
    watch: (resource, options) => (count("watch", resource), client.watch(resource, options)),
    raw: (method, path, options) => (
      count(method.toLowerCase(), { plural: path.split("?")[0] ?? path }),
      client.raw(method, path, options)
    ),
    close: () => client.close(),
  };
  return { client: counted, counts: () => Object.fromEntries(counts) };
}

/** What was counted after `before`. */
export function countsSince(before: RequestCounts, now: RequestCounts): RequestCounts {
  return Object.fromEntries(
    Object.entries(now)
      .map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

export function totalOf(counts: RequestCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
