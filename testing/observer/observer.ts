import type { AnyObject, ResourceType } from "../../src/api/object.ts";
import { resources } from "../../src/api/resources.ts";
import type { KubeClient } from "../../src/kube/types.ts";
import type { Seen } from "./seen.ts";

export type Taken = {
  readonly events: readonly Seen[];
  /** False when something went on writing though nobody wanted anything any more. */
  readonly atRest: boolean;
};

export type Observer = {
  /** Everything seen of a namespace, in the order of the cluster's counter, once its events have come to rest. */
  take(namespace: string): Promise<Taken>;
  /** What kept the observer from seeing everything; empty when nothing did. */
  readonly blindSpots: readonly string[];
  stop(): Promise<void>;
};

const watched: readonly ResourceType[] = [
  resources.deployments,
  resources.replicaSets,
  resources.pods,
  resources.services,
  resources.endpointSlices,
  resources.httpRoutes,
  resources.deliveries,
  resources.releases,
  resources.interventions,
];

const restMs = 500;
const restTimeoutMs = 10_000;

/** Watches with a client of its own, beside and independent of the controller; it writes nothing. */
export async function startObserver(client: KubeClient): Promise<Observer> {
  const ending = new AbortController();
  const seen = new Map<string, Seen[]>();
  const newest = new Map<string, number>();
  const blindSpots: string[] = [];

  function note(kind: string, type: Seen["type"], object: AnyObject): void {
    const namespace = object.metadata.namespace ?? "";
    const all = seen.get(namespace) ?? [];
    seen.set(namespace, all);
    all.push({ version: BigInt(object.metadata.resourceVersion ?? "0"), kind, type, object, atMs: Date.now() });
    newest.set(namespace, Date.now());
  }

  async function follow(resource: ResourceType, from: string): Promise<void> {
    let resourceVersion = from;
    while (!ending.signal.aborted) {
      try {
        for await (const event of client.watch(resource, { resourceVersion, signal: ending.signal })) {
          if (event.type === "ERROR") throw new Error(JSON.stringify(event.object));
          resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
          if (event.type !== "BOOKMARK")
            note(resource.kind, event.type === "DELETED" ? "gone" : "present", event.object);
        }
      } catch (error) {
        if (ending.signal.aborted) return;
        blindSpots.push(`the watch of ${resource.plural} broke after ${resourceVersion}: ${String(error)}`);
        if (blindSpots.length > 50) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  const running: Promise<void>[] = [];
  for (const resource of watched) {
    const { items, resourceVersion } = await client.list(resource, { signal: ending.signal });
    for (const item of items) note(resource.kind, "present", item);
    running.push(follow(resource, resourceVersion));
  }

  return {
    blindSpots,
    async take(namespace) {
      const end = Date.now() + restTimeoutMs;
      const isAtRest = (): boolean => Date.now() - (newest.get(namespace) ?? 0) >= restMs;
      while (Date.now() < end && !isAtRest()) await new Promise((resolve) => setTimeout(resolve, 50));
      const atRest = isAtRest();
      const events = seen.get(namespace) ?? [];
      seen.delete(namespace);
      return {
        atRest,
        events: events.toSorted((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0)),
      };
    },
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}
