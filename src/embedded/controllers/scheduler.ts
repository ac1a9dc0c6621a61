import { isTidegateError } from "../../api/error.ts";
import { keyOf } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import { createEventRecorder, type EventRecorder } from "../../kube/events.ts";
import { resourcePath } from "../../kube/paths.ts";
import { createWorkQueue } from "../../kube/workQueue.ts";
import type { Cluster } from "./cluster.ts";
import { byNode, refOf } from "./cluster.ts";
import { isActivePod } from "./pods/podState.ts";
import type { Node, Pod } from "./workloadTypes.ts";

export type Placement =
  | { readonly kind: "bind"; readonly node: string }
  | { readonly kind: "wait"; readonly message: string };

/** Whether a pod waits to be given a node by this scheduler. */
export function needsNode(pod: Pod): boolean {
  const ours = (pod.spec.schedulerName ?? "default-scheduler") === "default-scheduler";
  const gated = (pod.spec.schedulingGates ?? []).length > 0;
  return ours && !gated && (pod.spec.nodeName ?? "") === "" && isActivePod(pod);
}

/** The ready node with the fewest pods that the pod's node selector allows. */
export function placePod(pod: Pod, nodes: readonly Node[], podsOn: (node: string) => number): Placement {
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  const ready = nodes.filter(isSchedulable);
  const fitting = ready.filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value));
  const ranked = fitting
    .map(({ metadata: { name } }) => ({ name, count: podsOn(name) }))
    .toSorted((a, b) => a.count - b.count || (a.name < b.name ? -1 : 1));
  const [best] = ranked;
  if (best !== undefined) return { kind: "bind", node: best.name };
  const reasons = [
    `${nodes.length - ready.length} node(s) were not ready or unschedulable`,
    `${ready.length} node(s) didn't match Pod's node affinity/selector`,
  ];
  return { kind: "wait", message: `0/${nodes.length} nodes are available: ${reasons.join(", ")}.` };
}

function isSchedulable({ spec, status, metadata }: Node): boolean {
  const ready = status?.conditions?.some(({ type, status: truth }) => type === "Ready" && truth === "True") === true;
  return ready && spec?.unschedulable !== true && metadata.deletionTimestamp === undefined;
}

/** Binds pods to nodes as soon as both are there. Handlers are registered at once; the loop ends with the signal. */
export function createScheduler(cluster: Cluster): () => Promise<void> {
  const { clock, random, log, signal, pods, nodes } = cluster;
  const queue = createWorkQueue({ clock, random, concurrency: 8, log });
  const events = createEventRecorder(cluster.client, { ...cluster, component: "default-scheduler" });
  pods.informer.onChange(({ kind, object }) => {
    if (kind !== "deleted" && needsNode(object)) queue.add(keyOf(object));
  });
  nodes.informer.onChange(() => {
    for (const pod of pods.store.byIndex(byNode, "")) if (needsNode(pod)) queue.add(keyOf(pod));
  });
  return () => queue.run((key) => schedule(cluster, events, key), signal);
}

async function schedule(cluster: Cluster, events: EventRecorder, key: string): Promise<void> {
  const pod = cluster.pods.store.get(refOf(key));
  if (pod === undefined || !needsNode(pod)) return;
  const placement = placePod(
    pod,
    cluster.nodes.store.list(),
    (node) => cluster.pods.store.byIndex(byNode, node).length,
  );
  try {
    if (placement.kind === "wait") {
      await tellUnschedulable(cluster, events, pod, placement.message);
      return;
    }
    await bind(cluster, pod, placement.node);
    const message = `Successfully assigned ${key} to ${placement.node}`;
    events.emit(pod, { type: "Normal", reason: "Scheduled", message });
  } catch (error) {
    // Gone, or bound by somebody else: nothing is left to do.
    if (!isTidegateError(error, "KUBE_NOT_FOUND", "KUBE_CONFLICT")) throw error;
  }
}

async function bind({ client, signal }: Cluster, pod: Pod, node: string): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  const target = { apiVersion: "v1", kind: "Node", name: node };
  const body = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace, uid }, target };
  await client.raw("POST", resourcePath(resources.pods, { namespace, name, subresource: "binding" }), { body, signal });
}

async function tellUnschedulable(cluster: Cluster, events: EventRecorder, pod: Pod, message: string): Promise<void> {
  const { client, clock, signal } = cluster;
  const conditions = pod.status?.conditions ?? [];
  const known = conditions.find(({ type }) => type === "PodScheduled");
  if (known?.status === "False" && known.message === message) return;
  events.emit(pod, { type: "Warning", reason: "FailedScheduling", message });
  const at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  const lastTransitionTime = known?.status === "False" ? (known.lastTransitionTime ?? at) : at;
  const told = { type: "PodScheduled", status: "False", reason: "Unschedulable", message, lastTransitionTime };
  const others = conditions.filter(({ type }) => type !== "PodScheduled");
  const { resourceVersion } = pod.metadata;
  const patch = {
    kind: "merge",
    body: { metadata: { resourceVersion }, status: { conditions: [...others, told] } },
  } as const;
  await client.patch(resources.pods, pod.metadata, patch, { signal, subresource: "status" });
}
