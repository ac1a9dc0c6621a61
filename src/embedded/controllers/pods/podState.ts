import type { Pod } from "../workloadTypes.ts";

/** Whether the pod runs or will run: not ended and not told to end. */
export function isActivePod(pod: Pod): boolean {
  return !hasEnded(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Whether the pod was told to end and has not. */
export function isTerminatingPod(pod: Pod): boolean {
  return !hasEnded(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

export function isReadyPod(pod: Pod): boolean {
  return readyCondition(pod)?.status === "True";
}

/** Since when the pod has been ready, in milliseconds; undefined when it is not, or does not say since when. */
export function readySinceMs(pod: Pod): number | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== "True" || condition.lastTransitionTime === undefined) return undefined;
  return Date.parse(condition.lastTransitionTime);
}

/** How long until the pod counts as available: 0 when it does, undefined when it is not ready. */
export function untilAvailableMs(pod: Pod, minReadySeconds: number, nowMs: number): number | undefined {
  if (!isReadyPod(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = readySinceMs(pod);
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1_000 - nowMs);
}

function readyCondition(pod: Pod): NonNullable<NonNullable<Pod["status"]>["conditions"]>[number] | undefined {
  return pod.status?.conditions?.find(({ type }) => type === "Ready");
}
