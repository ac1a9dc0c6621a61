import type { ContainerRecord } from "./containerRecord.ts";
import { isReady } from "./containerRecord.ts";
import type { ContainerState, ContainerStatus, PodPhase, PodStatus } from "./podTypes.ts";
import { podConditions } from "./podConditions.ts";
import { podPhase } from "./podPhase.ts";
import { wholeSeconds } from "./times.ts";
import type { PodView } from "./podView.ts";
import { qosClassOf } from "./qosClass.ts";

/** The status that a kubelet would report. Conditions keep the time of their last change from the pod's own status. */
export function podStatus(view: PodView): PodStatus {
  const { pod, records, podIP, hostIP } = view;
  const phase = podPhase(records, pod.spec.restartPolicy ?? "Always", view.ending);
  const statuses = records.map((record) => ({ role: record.role, status: containerStatus(record, view, phase) }));
  const init = statuses.filter(({ role }) => role !== "main").map(({ status }) => status);
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    ...(view.obstacle === undefined ? {} : { reason: view.obstacle.reason, message: view.obstacle.message }),
    conditions: podConditions(view, phase),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    startTime: pod.status?.startTime ?? wholeSeconds(view.startedAtMs),
    qosClass: pod.status?.qosClass ?? qosClassOf(pod),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: statuses.filter(({ role }) => role === "main").map(({ status }) => status),
  };
}

function containerStatus(record: ContainerRecord, view: PodView, phase: PodPhase): ContainerStatus {
  const id = containerIdOf(record);
  return {
    name: record.name,
    state: stateOf(record, view, phase),
    lastState: record.last === undefined ? {} : { terminated: record.last },
    ready: isReady(record, view.ending),
    started: record.state.kind === "running" && record.started,
    restartCount: Math.max(0, record.attempts - 1),
    image: record.image,
    imageID: record.image,
    ...(id === undefined ? {} : { containerID: id }),
  };
}

function containerIdOf(record: ContainerRecord): string | undefined {
  if (record.state.kind === "running") return record.state.containerID;
  if (record.state.kind === "terminated") return record.state.terminated.containerID;
  return record.last?.containerID;
}

function stateOf(record: ContainerRecord, view: PodView, phase: PodPhase): ContainerState {
  switch (record.state.kind) {
    case "running":
      return { running: { startedAt: wholeSeconds(record.state.startedAtMs) } };
    case "terminated":
      return { terminated: record.state.terminated };
    case "waiting":
      if (record.attempts > 0 || record.state.waiting.reason !== "ContainerCreating")
        return { waiting: record.state.waiting };
      if (view.obstacle !== undefined) return { waiting: view.obstacle };
      return { waiting: { reason: awaitsInit(record, view, phase) ? "PodInitializing" : "ContainerCreating" } };
    default:
      return record.state satisfies never;
  }
}

function awaitsInit(record: ContainerRecord, view: PodView, phase: PodPhase): boolean {
  return phase === "Pending" && view.records.some((other) => other.role === "init") && record !== view.records[0];
}
