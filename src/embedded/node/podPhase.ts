import type { ContainerRecord } from "./containerRecord.ts";
import { isPassed } from "./planStarts.ts";
import type { PodPhase, RestartPolicy } from "./podTypes.ts";

/** The phase that follows from the containers, by a kubelet's rules. */
export function podPhase(records: readonly ContainerRecord[], policy: RestartPolicy, ending: boolean): PodPhase {
  const init = records.filter((record) => record.role === "init");
  const main = records.filter((record) => record.role === "main");
  const ended = records.filter((record) => record.role !== "sidecar");
  if (ending && ended.every((record) => record.state.kind !== "running") && ended.some(hasRun)) {
    return ended.some((record) => hasRun(record) && exitCodeOf(record) !== 0) ? "Failed" : "Succeeded";
  }
  if (init.some((record) => record.state.kind === "terminated" && exitCodeOf(record) !== 0 && policy === "Never"))
    return "Failed";
  if (!init.every(isPassed) && !main.some(hasRun)) return "Pending";
  if (!main.every(hasRun)) return "Pending";
  if (policy === "Always" || main.some(isPending)) return "Running";
  return main.every((record) => exitCodeOf(record) === 0) ? "Succeeded" : "Failed";
}

/** It is running now, or did run. */
function hasRun(record: ContainerRecord): boolean {
  return record.state.kind !== "waiting" || record.last !== undefined;
}

function isPending(record: ContainerRecord): boolean {
  return record.state.kind === "running" || record.startAtMs !== undefined;
}

function exitCodeOf(record: ContainerRecord): number | undefined {
  return record.state.kind === "terminated" ? record.state.terminated.exitCode : record.last?.exitCode;
}
