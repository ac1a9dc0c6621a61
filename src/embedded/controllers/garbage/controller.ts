import { isTidegateError } from "../../../api/error.ts";
import type { OwnerReference, ResourceType } from "../../../api/object.ts";
import { createWorkQueue } from "../../../kube/workQueue.ts";
import type { Cluster } from "../cluster.ts";
import type { KindChange, ServedKinds } from "../servedKinds.ts";
import type { OwnerState } from "./decide.ts";
import {
  blockingDependents,
  decideCollection,
  foregroundFinalizer,
  isOrphaning,
  isWaiting,
  orphanFinalizer,
} from "./decide.ts";
import type { GraphNode, OwnerGraph } from "./graph.ts";
import { createOwnerGraph, graphNode } from "./graph.ts";

type Collector = {
  readonly cluster: Cluster;
  readonly kinds: ServedKinds;
  readonly graph: OwnerGraph;
  readonly add: (node: GraphNode) => void;
};

/**
 * Deletes what has no owner left, in every served kind. Its handlers are registered at once; the loop, to be started
 * when all kinds have synced, ends with the signal.
 */
export function createGarbageCollector(cluster: Cluster, kinds: ServedKinds): () => Promise<void> {
  const { clock, random, log, signal } = cluster;
  const graph = createOwnerGraph();
  const queue = createWorkQueue({ clock, random, concurrency: 8, log });
  const collector: Collector = { cluster, kinds, graph, add: (node) => queue.add(node.uid) };
  kinds.onChange((change) => follow(collector, change));
  kinds.onKind((resource, served) => followKind(collector, resource, served));
  return () =>
    queue.run(async (uid) => {
      const node = graph.get(uid);
      if (node !== undefined) await collect(collector, node);
    }, signal);
}

/** Keeps the graph, and queues whoever the change may concern. */
function follow({ graph, add }: Collector, { resource, change }: KindChange): void {
  const node = graphNode(resource, change.object);
  if (node === undefined) return;
  if (change.kind === "deleted") {
    forget({ graph, add }, node);
    return;
  }
  const before = graph.get(node.uid);
  graph.set(node);
  if (node.owners.length > 0 || node.deleting) add(node);
  if (isWaiting(node) && !(before !== undefined && isWaiting(before))) graph.dependentsOf(node.uid).forEach(add);
  for (const owner of waitingOwners(graph, before)) add(owner);
}

function forget({ graph, add }: Pick<Collector, "graph" | "add">, node: GraphNode): void {
  const known = graph.get(node.uid) ?? node;
  graph.remove(node.uid);
  graph.dependentsOf(node.uid).forEach(add);
  waitingOwners(graph, known).forEach(add);
}

/** Owners that may have waited for this object. */
function waitingOwners(graph: OwnerGraph, node: GraphNode | undefined): readonly GraphNode[] {
  return (node?.owners ?? []).flatMap(({ uid }) => graph.get(uid) ?? []).filter(isWaiting);
}

/** A kind that goes takes its objects along; one that comes makes owners known that nobody could look up. */
function followKind({ graph, add }: Collector, resource: ResourceType, served: boolean): void {
  if (!served) {
    for (const node of graph.nodesOf(resource)) forget({ graph, add }, node);
    return;
  }
  for (const node of graph.nodes) {
    if (node.owners.some((owner) => owner.kind === resource.kind && groupOf(owner) === resource.group)) add(node);
  }
}

function groupOf({ apiVersion }: OwnerReference): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

async function collect(collector: Collector, node: GraphNode): Promise<void> {
  const { graph } = collector;
  if (isOrphaning(node)) return orphanDependents(collector, node);
  if (isWaiting(node)) return awaitDependents(collector, node);
  const states = new Map<string, OwnerState>();
  if (!node.deleting) for (const owner of node.owners) states.set(owner.uid, await ownerState(collector, node, owner));
  const decision = decideCollection(node, ({ uid }) => states.get(uid) ?? "unknown", graph.dependentsOf(node.uid));
  switch (decision.kind) {
    case "keep":
      return;
    case "dropOwners":
      return dropOwners(collector, node, decision.uids);
    case "delete":
      return deleteNode(collector, node, decision.policy);
    default:
      throw new Error(`unknown decision ${String(decision satisfies never)}`);
  }
}

async function orphanDependents(collector: Collector, node: GraphNode): Promise<void> {
  for (const dependent of collector.graph.dependentsOf(node.uid)) await dropOwners(collector, dependent, [node.uid]);
  await removeFinalizer(collector, node, orphanFinalizer);
}

async function awaitDependents(collector: Collector, node: GraphNode): Promise<void> {
  const blocking = blockingDependents(node, collector.graph.dependentsOf(node.uid));
  for (const dependent of blocking) if (!dependent.deleting) collector.add(dependent);
  if (blocking.length === 0) await removeFinalizer(collector, node, foregroundFinalizer);
}

/** An owner in another namespace does not count; the reference is looked up where the object itself lives. */
async function ownerState(collector: Collector, node: GraphNode, owner: OwnerReference): Promise<OwnerState> {
  const { graph, kinds } = collector;
  const resource = kinds.find(groupOf(owner), owner.kind);
  const known = graph.get(owner.uid);
  const namespace = resource?.namespaced === true ? node.namespace : undefined;
  if (resource === undefined) return graph.isAbsent(owner.uid) ? "absent" : "unknown";
  if (resource.namespaced && node.namespace === undefined) return "unknown";
  if (
    known !== undefined &&
    known.name === owner.name &&
    known.namespace === namespace &&
    known.resource.kind === owner.kind
  ) {
    return isWaiting(known) ? "waiting" : "present";
  }
  if (known === undefined && graph.isAbsent(owner.uid)) return "absent";
  return lookUp(collector, { resource, namespace, owner });
}

type LookUp = {
  readonly resource: ResourceType;
  readonly namespace: string | undefined;
  readonly owner: OwnerReference;
};

async function lookUp(
  { cluster: { client, signal }, graph }: Collector,
  { resource, namespace, owner }: LookUp,
): Promise<OwnerState> {
  try {
    const { metadata } = await client.get(resource, { namespace, name: owner.name }, { signal });
    if (metadata.uid === owner.uid) {
      const waits =
        metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(foregroundFinalizer) === true;
      return waits ? "waiting" : "present";
    }
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
  // One that lives elsewhere is absent only from here.
  if (graph.get(owner.uid) === undefined) graph.markAbsent(owner.uid);
  return "absent";
}

async function deleteNode(
  { cluster: { client, signal } }: Collector,
  node: GraphNode,
  policy: "Orphan" | "Background" | "Foreground",
): Promise<void> {
  const { uid, resourceVersion } = node;
  await ignoreMissing(client.delete(node.resource, node, { uid, resourceVersion, propagationPolicy: policy, signal }));
}

async function dropOwners(collector: Collector, node: GraphNode, uids: readonly string[]): Promise<void> {
  const ownerReferences = node.owners.filter(({ uid }) => !uids.includes(uid));
  await patchMetadata(collector, node, { ownerReferences: ownerReferences.length === 0 ? null : ownerReferences });
}

async function removeFinalizer(collector: Collector, node: GraphNode, finalizer: string): Promise<void> {
  const finalizers = node.finalizers.filter((name) => name !== finalizer);
  await patchMetadata(collector, node, { finalizers: finalizers.length === 0 ? null : finalizers });
}

/** With the version that was decided upon: a conflict means that the decision may be wrong by now. */
async function patchMetadata(
  { cluster: { client, signal } }: Collector,
  node: GraphNode,
  metadata: object,
): Promise<void> {
  const { uid, resourceVersion } = node;
  const patch = { kind: "merge", body: { metadata: { uid, resourceVersion, ...metadata } } } as const;
  await ignoreMissing(client.patch(node.resource, node, patch, { signal }));
}

async function ignoreMissing(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
}
