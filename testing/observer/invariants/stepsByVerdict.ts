import { resolveSteps } from "../../../src/core/release/plan.ts";
import type { Release } from "../../../src/api/release.ts";
import type { Invariant } from "../invariant.ts";

/**
 * Steps are entered one after the other, each once, and one that had traffic to be judged is left only by a pass, by
 * somebody's order, or where the plan itself says to go on without evidence.
 */
export const stepsByVerdict: Invariant = {
  name: "steps advance by verdict",
  judge:
    () =>
    ({ event, before }) => {
      if (event.kind !== "Release" || event.type === "gone" || before === undefined) return [];
      const now = event.object as unknown as Release;
      const then = before as unknown as Release;
      const from = then.status?.step?.index;
      const to = now.status?.step?.index;
      if (from === undefined || to === undefined) return [];
      if (to === from && !(then.status?.intent === "advance" && now.status?.intent === "promote")) return [];
      const name = `Release ${now.metadata.name}`;
      if (to < from) return [`${name} goes back from step ${from} to step ${to}`];
      if (wasOrdered(then, now)) return [];
      if (to > from + 1) return [`${name} jumps from step ${from} to step ${to}`];
      return mayLeave(now, from)
        ? []
        : [`${name} leaves step ${from} with the verdict ${now.status?.verdict?.outcome ?? "none"}`];
    },
};

function wasOrdered(then: Release, now: Release): boolean {
  return (
    then.status?.step?.skipped === true ||
    now.status?.step?.skipped === true ||
    (now.status?.interventions?.length ?? 0) > (then.status?.interventions?.length ?? 0)
  );
}

function mayLeave({ spec, status }: Release, index: number): boolean {
  const step = spec.plan === undefined ? undefined : resolveSteps(spec.plan)[index];
  if (step === undefined || step.implied || step.contenderBasisPoints === 0 || spec.checks?.length === 0) return true;
  return status?.verdict?.outcome === "pass" || spec.plan?.onInconclusive === "proceed";
}
