import type { ContainerRecord } from "./containerRecord.ts";
import { isReady } from "./containerRecord.ts";
import { isPassed } from "./planStarts.ts";
import type { PodCondition, PodPhase } from "./podTypes.ts";
import type { PodView } from "./podView.ts";
import { wholeSeconds } from "./times.ts";

type Finding = { readonly type: string; readonly true: boolean; readonly reason?: string; readonly message?: string };

/** The conditions that the node owns, with the time of the last change of each. */
export function podConditions(view: PodView, phase: PodPhase): readonly PodCondition[] {
  const containersReady = readiness(view, phase);
  const findings: readonly Finding[] = [
    { type: "PodReadyToStartContainers", true: view.podIP !== undefined && !isOver(phase) },
    initialization(view, phase),
    gated(view, { ...containersReady, type: "Ready" }),
    containersReady,
    { type: "PodScheduled", true: true },
  ];
  return findings.map((finding) => condition(finding, view));
}

function isOver(phase: PodPhase): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

function initialization({ records }: PodView, phase: PodPhase): Finding {
  const type = "Initialized";
  if (phase === "Succeeded") return { type, true: true, reason: "PodCompleted" };
  const missing = records.filter((record) => record.role === "init" && !isPassed(record));
  if (missing.length === 0) return { type, true: true };
  const message = `containers with incomplete status: ${namesOf(missing)}`;
  return { type, true: false, reason: "ContainersNotInitialized", message };
}

function readiness({ records, ending, obstacle }: PodView, phase: PodPhase): Finding {
  const type = "ContainersReady";
  if (obstacle !== undefined) return { type, true: false, ...obstacle };
  if (phase === "Succeeded") return { type, true: false, reason: "PodCompleted" };
  if (phase === "Failed") return { type, true: false, reason: "PodFailed" };
  const unready = records.filter((record) => record.role !== "init" && !isReady(record, ending));
  if (unready.length === 0) return { type, true: true };
  return {
    type,
    true: false,
    reason: "ContainersNotReady",
    message: `containers with unready status: ${namesOf(unready)}`,
  };
}

function gated({ pod }: PodView, ready: Finding): Finding {
  if (!ready.true) return ready;
  const isTrue = (type: string): boolean =>
    pod.status?.conditions?.some((found) => found.type === type && found.status === "True") === true;
  const missing = (pod.spec.readinessGates ?? []).map((gate) => gate.conditionType).filter((type) => !isTrue(type));
  if (missing.length === 0) return ready;
  const message = missing
    .map((type) => `corresponding condition of pod readiness gate "${type}" does not exist.`)
    .join(", ");
  return { type: ready.type, true: false, reason: "ReadinessGatesNotReady", message };
}

function condition(finding: Finding, { pod, nowMs }: PodView): PodCondition {
  const status = finding.true ? "True" : "False";
  const old = pod.status?.conditions?.find((found) => found.type === finding.type);
  const unchanged = old?.status === status && typeof old.lastTransitionTime === "string";
  return {
    type: finding.type,
    status,
    ...(finding.reason === undefined ? {} : { reason: finding.reason }),
    ...(finding.message === undefined ? {} : { message: finding.message }),
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    lastTransitionTime: unchanged ? (old.lastTransitionTime ?? "") : wholeSeconds(nowMs),
  };
}

function namesOf(records: readonly ContainerRecord[]): string {
  return `[${records.map((record) => record.name).join(" ")}]`;
}
