import type { Condition } from "../../../api/object.ts";

/** A condition as it is wanted; the time of its last transition comes from what is stored. */
export type WantedCondition = Omit<Condition, "lastTransitionTime" | "observedGeneration">;

export function condition(type: string, status: boolean, reason: string, message: string): WantedCondition {
  return { type, status: status ? "True" : "False", reason, message };
}

/**
 * The list to store: each wanted condition keeps the time of its transition while its status stays, and those of other
 * types, which are somebody else's, stay as they are.
 */
export function mergeConditions(
  stored: readonly Condition[] | undefined,
  wanted: readonly WantedCondition[],
  facts: { readonly generation: number | undefined; readonly now: string; readonly keepOthers: boolean },
): Condition[] {
  const ours = new Set(wanted.map(({ type }) => type));
  const others = facts.keepOthers ? (stored ?? []).filter(({ type }) => !ours.has(type)) : [];
  const generation = facts.generation === undefined ? {} : { observedGeneration: facts.generation };
  const next = wanted.map((item) => {
    const before = stored?.find(({ type }) => type === item.type);
    const lastTransitionTime = before?.status === item.status ? before.lastTransitionTime : facts.now;
    return { ...item, lastTransitionTime, ...generation };
  });
  return [...next, ...others];
}
