import type { ContainerRecord } from "./containerRecord.ts";

export type StartPlan = {
  /** Names of the containers to start now. */
  readonly start: readonly string[];
  /** When to look again, if nothing happens before. */
  readonly wakeAtMs: number | undefined;
};

/**
 * Which containers of a pod are to be started: init containers one after the other, a sidecar until it is started,
 * then all others at once. Records come in the order of the pod's spec, init containers first.
 */
export function planStarts(records: readonly ContainerRecord[], nowMs: number): StartPlan {
  const waiting: ContainerRecord[] = [];
  let blocked = false;
  for (const record of records) {
    if (blocked && (record.role !== "sidecar" || record.attempts === 0)) continue;
    if (record.startAtMs !== undefined) waiting.push(record);
    if (!isPassed(record)) blocked = true;
  }
  const due = waiting.filter((record) => (record.startAtMs ?? 0) <= nowMs);
  const later = waiting.flatMap((record) => (due.includes(record) ? [] : [record.startAtMs ?? nowMs]));
  return { start: due.map((record) => record.name), wakeAtMs: later.length === 0 ? undefined : Math.min(...later) };
}

/** True when the containers after this one may start. */
export function isPassed(record: ContainerRecord): boolean {
  switch (record.role) {
    case "main":
      return true;
    case "init":
      return record.state.kind === "terminated" && record.state.terminated.exitCode === 0;
    case "sidecar":
      return record.started;
    default:
      return record.role satisfies never;
  }
}
