import type { Invariant } from "./invariant.ts";
import { contenderWithinStep } from "./invariants/contenderWithinStep.ts";
import { endpointsBehindWeights } from "./invariants/endpointsBehindWeights.ts";
import { podsHandedOver } from "./invariants/podsHandedOver.ts";
import { endedOnce, oneAtATime, releaseSpecKept } from "./invariants/records.ts";
import { restoredAtEnd } from "./invariants/restoredAtEnd.ts";
import { stepsByVerdict } from "./invariants/stepsByVerdict.ts";
import { templatesKept } from "./invariants/templatesKept.ts";
import { weightsSum } from "./invariants/weightsSum.ts";
import type { Seen, Violation } from "./seen.ts";
import { createWorld } from "./world.ts";

export const invariants: readonly Invariant[] = [
  weightsSum,
  endpointsBehindWeights,
  contenderWithinStep,
  stepsByVerdict,
  templatesKept,
  restoredAtEnd,
  podsHandedOver,
  releaseSpecKept,
  endedOnce,
  oneAtATime,
];

const maxViolations = 20;

/** Goes through the events of one namespace, in the order of their versions, and finds what was broken when. */
export function findViolations(events: readonly Seen[], asked: readonly Invariant[] = invariants): Violation[] {
  const world = createWorld();
  const judges = asked.map(({ name, judge }) => ({ name, judge: judge() }));
  const violations: Violation[] = [];
  for (const event of events) {
    const before = world.see(event);
    for (const { name, judge } of judges) {
      for (const message of judge({ world, event, before }))
        violations.push({
          invariant: name,
          version: String(event.version),
          at: new Date(event.atMs).toISOString(),
          message,
        });
    }
  }
  return violations.slice(0, maxViolations);
}
