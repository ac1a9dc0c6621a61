import { isDeepStrictEqual } from "node:util";
import { resolveSteps } from "../../../src/core/release/plan.ts";
import type { Release } from "../../../src/api/release.ts";
import type { Invariant, Moment } from "../invariant.ts";
import { activeReleases, sharesOf, userRules, type Route } from "../world.ts";

/** Of a share: a tenth of the finest step. */
const rounding = 0.00001;

/**
 * The contender never has more than the step that the record says it may be in: nothing without a release, all of it
 * only in the hand-over, on the way back and while somebody holds the release no more than it had.
 */
export const contenderWithinStep: Invariant = {
  name: "contender within its step",
  judge: () => (moment) => {
    const { world, event, before } = moment;
    if (event.kind !== "HTTPRoute" || event.type === "gone") return [];
    if (before !== undefined && isDeepStrictEqual(event.object["spec"], before["spec"])) return [];
    const share = contenderShare(event.object as Route);
    if (share === 0) return [];
    const had = before === undefined ? 0 : contenderShare(before as Route);
    const allowed = allowedShare(moment, had);
    if (share <= allowed + rounding) return [];
    const release = activeReleases(world)[0];
    const state =
      release === undefined
        ? "without a release"
        : `while ${release.metadata.name} is ${release.status?.intent} in step ${release.status?.step?.name}${release.status?.paused === undefined ? "" : ", paused"}`;
    return [
      `HTTPRoute ${event.object.metadata.name} gives the contender ${round(share)} %, at most ${round(allowed)} % is allowed ${state}`,
    ];
  },
};

function round(share: number): number {
  return Math.round(share * 10_000) / 100;
}

function contenderShare(route: Route): number {
  return Math.max(
    0,
    ...userRules(route).map((rule) =>
      [...sharesOf(rule)].filter(([name]) => name.endsWith("-contender")).reduce((sum, [, share]) => sum + share, 0),
    ),
  );
}

function allowedShare({ world }: Moment, had: number): number {
  const [release] = activeReleases(world);
  if (release?.status === undefined) return 0;
  const { intent, paused } = release.status;
  if (intent === "rollback") return had;
  if (intent === "promote") return 1;
  const step = weightOfStep(release);
  return paused === undefined ? step : Math.min(step, Math.max(had, (release.status.weight?.accepted ?? 0) / 100));
}

function weightOfStep({ spec, status }: Release): number {
  if (spec.plan === undefined || status?.step === undefined || status.warm !== true) return 0;
  return (resolveSteps(spec.plan)[status.step.index]?.contenderBasisPoints ?? 0) / 10_000;
}
