import { parseDuration } from "../../api/duration.ts";
import type { Plan, PlanStep } from "../../api/plan.ts";
import { allBasisPoints, basisPointsOf, formatWeight, percentOf } from "../../api/weight.ts";
import type { HeaderMatch, TrafficCapabilities } from "../traffic/goal.ts";

/** A step of the plan with nothing left to be filled in. */
export type ResolvedStep = {
  readonly index: number;
  readonly name: string;
  readonly contenderBasisPoints: number;
  /** As written: pods, percent, or undefined for what the weight needs. */
  readonly capacity: number | string | undefined;
  readonly matches: readonly HeaderMatch[];
  /** 0: the step ends as soon as its checks pass. */
  readonly forMs: number;
  readonly approvalRequired: boolean;
  /** The step that was added at the end to bring the contender to all traffic. */
  readonly implied: boolean;
};

/**
 * Every step with its weight (inherited where absent), and one more to all traffic when the last one stops short of
 * it, since the hand-over takes place at full weight.
 */
export function resolveSteps(plan: Plan): readonly ResolvedStep[] {
  const steps: ResolvedStep[] = [];
  let weight = 0;
  for (const [index, step] of plan.steps.entries()) {
    weight = step.weight === undefined ? weight : basisPointsOf(step.weight);
    steps.push(resolveStep(step, index, weight));
  }
  if (weight < allBasisPoints) steps.push(finalStep(steps.length));
  return steps;
}

function resolveStep(step: PlanStep, index: number, contenderBasisPoints: number): ResolvedStep {
  return {
    index,
    name: step.name ?? `weight-${String(percentOf(contenderBasisPoints)).replace(".", "-")}`,
    contenderBasisPoints,
    capacity: step.capacity,
    matches: (step.match ?? []).map((match) => match.header),
    forMs: step.for === undefined ? 0 : (parseDuration(step.for) ?? 0),
    approvalRequired: step.approval === "required",
    implied: false,
  };
}

function finalStep(index: number): ResolvedStep {
  return {
    index,
    name: "all",
    contenderBasisPoints: allBasisPoints,
    capacity: undefined,
    matches: [],
    forMs: 0,
    approvalRequired: false,
    implied: true,
  };
}

/** What is wrong with the plan, in words; empty when it can be carried out. The API server has checked the same by CEL. */
export function planProblems(plan: Plan, capabilities: TrafficCapabilities): string[] {
  const problems: string[] = [];
  if (plan.steps.length === 0) problems.push("spec.plan.steps: a plan needs at least one step");
  let before = 0;
  for (const [index, step] of plan.steps.entries()) {
    const where = `spec.plan.steps[${index}]`;
    const weight = step.weight ?? before;
    if (weight < before)
      problems.push(`${where}.weight: ${weight} is less than ${before} in the step before; weights may not fall`);
    if (weight > 100) problems.push(`${where}.weight: ${weight} is more than 100 %`);
    if (Math.abs(weight * 100 - Math.round(weight * 100)) > 1e-6)
      problems.push(`${where}.weight: ${weight} is finer than 0.01 %`);
    if ((step.match?.length ?? 0) > 0 && !capabilities.headerMatch)
      problems.push(
        `${where}.match: traffic is split by the number of pods, which cannot look at headers; add spec.traffic.gatewayAPI`,
      );
    before = weight;
  }
  return problems;
}

/** What a plan will do that its author might not expect, in words. */
export function planNotes(plan: Plan, capabilities: TrafficCapabilities): string[] {
  if (capabilities.shares === "requests") return [];
  return resolveSteps(plan)
    .filter((step) => step.contenderBasisPoints > allBasisPoints / 2 && !step.implied)
    .map(
      (step) =>
        `step ${step.name}: without a router at most half of the pods are the contender's before the hand-over, so ${formatWeight(step.contenderBasisPoints)} is reached by the hand-over itself`,
    );
}
