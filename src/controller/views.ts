import { findCondition } from "../api/conditions.ts";
import { annotations, labels } from "../api/names.ts";
import { controllerOf } from "../api/object.ts";
import type { PodView, ReplicaSetView, ServiceView, WorkloadView } from "../core/release/observation.ts";
import type { ContainerStatus, Deployment, EndpointSlice, Pod, ReplicaSet, Service } from "./kinds.ts";
import { imagesOf, sourceOf, templateHashOf } from "./template.ts";

export function workloadView(deployment: Deployment, replicaSets: readonly ReplicaSet[]): WorkloadView {
  const { metadata, spec, status = {} } = deployment;
  const templateHash = templateHashOf(spec.template);
  return {
    name: metadata.name,
    uid: metadata.uid ?? "",
    deleting: metadata.deletionTimestamp !== undefined,
    generation: metadata.generation ?? 0,
    observedGeneration: status.observedGeneration ?? 0,
    replicas: spec.replicas ?? 1,
    paused: spec.paused === true,
    managed: metadata.labels?.[labels.managed] === "true",
    held: metadata.annotations?.[annotations.held],
    templateHash,
    images: imagesOf(spec.template),
    source: sourceOf(spec.template),
    conditions: status.conditions ?? [],
    rolledOut: isRolledOut(deployment, replicaSets, templateHash),
  };
}

function isRolledOut(
  { metadata, spec, status = {} }: Deployment,
  replicaSets: readonly ReplicaSet[],
  templateHash: string,
): boolean {
  const wanted = spec.replicas ?? 1;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  const others = replicaSets.filter(
    (set) =>
      controllerOf(set)?.uid === metadata.uid &&
      (set.spec.replicas ?? 0) > 0 &&
      templateHashOf(set.spec.template) !== templateHash,
  );
  if (others.length > 0) return false;
  return (
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (spec.paused === true || (status.updatedReplicas ?? 0) === wanted)
  );
}

export function replicaSetView(
  set: ReplicaSet,
  deploymentUid: string | undefined,
  pods: readonly Pod[],
): ReplicaSetView {
  const owner = controllerOf(set);
  return {
    name: set.metadata.name,
    uid: set.metadata.uid ?? "",
    templateHash: templateHashOf(set.spec.template),
    podTemplateHash:
      set.metadata.labels?.[labels.podTemplateHash] ?? set.spec.selector.matchLabels?.[labels.podTemplateHash] ?? "",
    owner:
      owner === undefined
        ? "nobody"
        : owner.uid === deploymentUid
          ? "workload"
          : owner.kind === "Release"
            ? "release"
            : "other",
    ownerName: owner?.name,
    replicas: set.spec.replicas ?? 1,
    current: Math.max(set.status?.replicas ?? 0, pods.length),
    // Available, not merely ready: the Deployment controller counts so too when it decides what it may take away.
    ready: Math.min(set.status?.availableReplicas ?? 0, pods.filter(isReady).length),
    deleting: set.metadata.deletionTimestamp !== undefined,
    images: imagesOf(set.spec.template),
    pods: pods.map(podView),
  };
}

function isReady(pod: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined && findCondition(pod.status?.conditions, "Ready")?.status === "True"
  );
}

function podView(pod: Pod): PodView {
  const containers: readonly ContainerStatus[] = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
  ];
  const waiting = containers
    .map((container) => container.state?.waiting)
    .find(
      (state) =>
        state?.reason !== undefined && state.reason !== "ContainerCreating" && state.reason !== "PodInitializing",
    );
  const started = containers
    .map((container) => Date.parse(container.state?.running?.startedAt ?? ""))
    .filter((time) => !Number.isNaN(time));
  return {
    name: pod.metadata.name,
    uid: pod.metadata.uid ?? "",
    ip: pod.status?.podIP,
    ready: isReady(pod),
    startedAtMs: started.length === 0 ? undefined : Math.max(...started),
    restarts: containers.reduce((sum, container) => sum + (container.restartCount ?? 0), 0),
    waitingReason: waiting?.reason,
    waitingMessage: waiting?.message,
  };
}

/** Ready endpoints are told apart by the template hash of the pods behind them. */
export function serviceView(
  service: Service,
  slices: readonly EndpointSlice[],
  podHash: (name: string) => string | undefined,
): ServiceView {
  const endpoints: Record<string, number> = {};
  for (const slice of slices) {
    for (const endpoint of slice.endpoints ?? []) {
      const hash = endpoint.targetRef?.name === undefined ? undefined : podHash(endpoint.targetRef.name);
      if (hash === undefined || endpoint.conditions?.ready === false) continue;
      endpoints[hash] = (endpoints[hash] ?? 0) + 1;
    }
  }
  return {
    name: service.metadata.name,
    deleting: service.metadata.deletionTimestamp !== undefined,
    selector: service.spec.selector ?? {},
    endpoints,
  };
}
