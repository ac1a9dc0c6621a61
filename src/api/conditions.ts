import type { Condition, ConditionStatus } from "./object.ts";
import type { Reason } from "./reasons.ts";
import * as s from "./schema.ts";

export const conditionField = s.object(
  {
    type: s.string({ description: "Name of the condition.", minLength: 1, maxLength: 316 }),
    status: s.oneOf(["True", "False", "Unknown"], { description: "Whether it holds." }),
    reason: s.string({ description: "A stable word for programs.", minLength: 1, maxLength: 1024 }),
    message: s.string({ description: "The same for people.", maxLength: 32_768 }),
    lastTransitionTime: s.time({ description: "When the status last changed." }),
    observedGeneration: s.optional(s.integer({ description: "The generation of the object that this is about." })),
  },
  { description: "One aspect of the object's state." },
);

export const conditionsField = s.list(conditionField, {
  description: "Conditions that kubectl wait, Flux, Argo CD and Helm understand.",
  maxItems: 16,
  keys: ["type"],
});

export type NewCondition = {
  type: string;
  status: ConditionStatus;
  reason: Reason;
  message: string;
  observedGeneration?: number;
};

/** Puts a condition in its place; the transition time moves only when the status does. */
export function setCondition(conditions: readonly Condition[], next: NewCondition, now: string): Condition[] {
  const before = conditions.find((condition) => condition.type === next.type);
  const lastTransitionTime = before?.status === next.status ? before.lastTransitionTime : now;
  const entry: Condition = { ...next, lastTransitionTime };
  if (before === undefined) return [...conditions, entry];
  return conditions.map((condition) => (condition.type === next.type ? entry : condition));
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}
