import type { Pod } from "../workloadTypes.ts";
import { isActivePod, isReadyPod, readySinceMs } from "../pods/podState.ts";

const deletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const phases = ["Pending", "Unknown", "Running"];

type Measure = (pod: Pod) => number;

/**
 * The pods to delete, the least useful first: without a node, pending, not ready, cheap by annotation, doubled up on a
 * node, ready for a short time, often restarted, young. Times count by their order of magnitude, so that old pods of
 * about the same age are chosen at random (by uid), not always the youngest node's.
 */
export function podsToDelete(
  active: readonly Pod[],
  related: readonly Pod[],
  count: number,
  nowMs: number,
): readonly Pod[] {
  if (count >= active.length) return active;
  const measures = rankMeasures(related, nowMs);
  const compared = (a: Pod, b: Pod): number => {
    for (const measure of measures) {
      const difference = measure(a) - measure(b);
      if (difference !== 0) return difference;
    }
    return (a.metadata.uid ?? "") < (b.metadata.uid ?? "") ? -1 : 1;
  };
  return active.toSorted(compared).slice(0, count);
}

/** Each gives a smaller number to the pod that goes first. */
function rankMeasures(related: readonly Pod[], nowMs: number): readonly Measure[] {
  const perNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName ?? "";
    if (node !== "" && isActivePod(pod)) perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  return [
    (pod) => ((pod.spec.nodeName ?? "") === "" ? 0 : 1),
    (pod) => phases.indexOf(pod.status?.phase ?? "Pending"),
    (pod) => (isReadyPod(pod) ? 1 : 0),
    deletionCost,
    (pod) => -(perNode.get(pod.spec.nodeName ?? "") ?? 0),
    (pod) => magnitude(nowMs - (readySinceMs(pod) ?? nowMs)),
    (pod) => -mostRestarts(pod),
    (pod) => magnitude(nowMs - Date.parse(pod.metadata.creationTimestamp ?? "")),
  ];
}

function deletionCost(pod: Pod): number {
  const cost = pod.metadata.annotations?.[deletionCostAnnotation];
  return cost !== undefined && /^(0|[1-9]\d*|-[1-9]\d*)$/.test(cost) ? Number(cost) : 0;
}

function mostRestarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount ?? 0));
}

function magnitude(ageMs: number): number {
  return ageMs > 0 ? Math.floor(Math.log2(ageMs)) : 0;
}
