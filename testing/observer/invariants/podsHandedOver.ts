import { controllerOf } from "../../../src/api/object.ts";
import type { Release } from "../../../src/api/release.ts";
import type { Invariant, Moment } from "../invariant.ts";
import { restartsOf, type Pod, type World } from "../world.ts";

type Promotion = { readonly replicaSetUid: string; readonly pods: ReadonlyMap<string, number> };

/** The pods that were tested are the pods that serve afterwards: none is replaced or restarted by the hand-over. */
export const podsHandedOver: Invariant = {
  name: "hand-over restarts no pod",
  judge: () => {
    const promotions = new Map<string, Promotion>();
    return ({ world, event, before }) => {
      if (event.kind !== "Release" || event.type === "gone") return [];
      const release = event.object as unknown as Release;
      const then = before as unknown as Release | undefined;
      const uid = release.metadata.uid ?? "";
      if (release.status?.handOver === "Started" && then?.status?.handOver === undefined)
        promotions.set(uid, promotionOf(world, release));
      const promotion = promotions.get(uid);
      if (release.status?.phase !== "Promoted" || then?.status?.phase === "Promoted" || promotion === undefined)
        return [];
      return changedPods(world, release, promotion);
    };
  },
};

function promotionOf(world: Moment["world"], release: Release): Promotion {
  const set = world.get("ReplicaSet", release.status?.contender?.replicaSet ?? "");
  const replicaSetUid = set?.metadata.uid ?? "";
  return {
    replicaSetUid,
    pods: new Map(podsOf(world, replicaSetUid).map((pod) => [pod.metadata.uid ?? "", restartsOf(pod)])),
  };
}

function podsOf(world: World, replicaSetUid: string): readonly Pod[] {
  return (world.all("Pod") as Pod[]).filter(
    (pod) => controllerOf(pod)?.uid === replicaSetUid && pod.metadata.deletionTimestamp === undefined,
  );
}

function changedPods(world: World, { metadata }: Release, { replicaSetUid, pods }: Promotion): string[] {
  const after = new Map(podsOf(world, replicaSetUid).map((pod) => [pod.metadata.uid ?? "", restartsOf(pod)]));
  if (pods.size === 0) return [`release ${metadata.name} handed over no pod`];
  return [...pods].flatMap(([uid, restarts]) => {
    const now = after.get(uid);
    if (now === undefined) return [`release ${metadata.name}: pod with uid ${uid} did not survive the hand-over`];
    return now === restarts ? [] : [`release ${metadata.name}: pod with uid ${uid} was restarted in the hand-over`];
  });
}
