import { activeRelease } from "../core/release/decide.ts";
import type { ReadyPods } from "../adapters/routers/pods/router.ts";
import type { TrafficSubject } from "../ports/trafficRouter.ts";
import type { Caches } from "./caches.ts";

/** Ready pods of both tracks of the release that is on its way. */
export function readyPodsOf(subject: TrafficSubject, caches: Caches): ReadyPods {
  const { namespace } = subject;
  const release = activeRelease(caches.releases.byIndex("delivery", `${namespace}/${subject.delivery}`));
  const ready = (name: string | undefined): number =>
    name === undefined ? 0 : (caches.replicaSets.get({ namespace, name })?.status?.availableReplicas ?? 0);
  return { stable: ready(release?.spec.stable?.replicaSet), contender: ready(release?.status?.contender?.replicaSet) };
}
