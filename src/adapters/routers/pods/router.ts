import { allBasisPoints } from "../../../api/weight.ts";
import type { TrafficRouter, TrafficSubject } from "../../../ports/trafficRouter.ts";

/** Ready pods of each track behind the user's Service. */
export type ReadyPods = { readonly stable: number; readonly contender: number };

/**
 * No router: the user's Service selects both tracks, and a track's share is its share of the ready pods. There is
 * nothing to write; the weight is reached by scaling the contender.
 */
export function createPodsRouter(readyPods: (subject: TrafficSubject) => ReadyPods): TrafficRouter {
  const capabilities = { shares: "pods", headerMatch: false, probes: false, granularityBasisPoints: 1 } as const;
  return {
    kind: "pods",
    capabilities,
    observe(subject) {
      const { stable, contender } = readyPods(subject);
      const all = stable + contender;
      const share = all === 0 ? 0 : Math.round((contender / all) * allBasisPoints);
      return {
        router: "pods",
        capabilities,
        live: { contenderBasisPoints: share, matches: [] },
        pristine: true,
        accepted: true,
        pending: undefined,
        originals: {},
        rewrittenBy: undefined,
        missing: false,
      };
    },
    problems: () => [],
    split: () => Promise.resolve(),
    restore: () => Promise.resolve(),
    writerOf: () => Promise.resolve(undefined),
    probe: (_subject, track) => Promise.resolve({ track, reached: true, message: "there is no router to be probed" }),
  };
}
