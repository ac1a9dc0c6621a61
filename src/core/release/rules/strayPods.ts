import type { Command } from "../decision.ts";
import type { Observation } from "../observation.ts";

/**
 * What puts the pods of a held Deployment right. It scales another ReplicaSet than stable when it was scaled to 0 and
 * up again (a paused Deployment picks its newest), or when it began a rollout before it could be held. Stable goes
 * first, so that there are always pods.
 */
export function strayPods({ workload, replicaSets }: Observation, stableName: string, spared?: string): Command[] {
  const stable = replicaSets.find((set) => set.name === stableName && set.owner === "workload");
  if (workload === undefined || stable === undefined || workload.templateHash === stable.templateHash) return [];
  const strays = replicaSets.filter(
    (set) => set.owner === "workload" && set !== stable && set.replicas > 0 && set.templateHash !== spared,
  );
  const isAsleep = strays.length > 0 && stable.replicas === 0;
  const wake: Command[] = isAsleep
    ? [{ kind: "scaleReplicaSet", name: stable.name, uid: stable.uid, replicas: workload.replicas }]
    : [];
  return [...wake, ...strays.map(({ name, uid }): Command => ({ kind: "scaleReplicaSet", name, uid, replicas: 0 }))];
}
