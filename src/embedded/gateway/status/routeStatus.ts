import type { HttpRoute, ParentRef, RouteParentStatus } from "../apiTypes.ts";
import type { ParentFacts, RouteFacts } from "../compile/compile.ts";
import type { CompiledRoute } from "../compile/rules.ts";
import type { WantedCondition } from "./conditions.ts";
import { condition, mergeConditions } from "./conditions.ts";

export type RoutePlan = {
  readonly generation: number | undefined;
  /** One entry for each parentRef that means a Gateway of ours. */
  readonly parents: readonly { readonly ref: ParentRef; readonly conditions: readonly WantedCondition[] }[];
};

export function planRoute({ route, parents, compiled }: RouteFacts): RoutePlan {
  return {
    generation: route.metadata.generation,
    parents: parents.map((parent) => ({
      ref: parent.ref,
      conditions: compiled === undefined ? [] : parentConditions(parent, compiled),
    })),
  };
}

function parentConditions({ attachment }: ParentFacts, compiled: CompiledRoute): WantedCondition[] {
  const { unsupported, usable } = compiled;
  const words = `Dropped ${unsupported.join("; ")}`;
  const conditions = [acceptedCondition(attachment, usable, words), resolvedRefs(compiled)];
  const partly = attachment.attached && usable && unsupported.length > 0;
  return partly ? [...conditions, condition("PartiallyInvalid", true, "UnsupportedValue", words)] : conditions;
}

function acceptedCondition(attachment: ParentFacts["attachment"], usable: boolean, words: string): WantedCondition {
  if (!attachment.attached) return condition("Accepted", false, attachment.reason, attachment.message);
  if (!usable) return condition("Accepted", false, "UnsupportedValue", words);
  return condition("Accepted", true, "Accepted", "The data plane serves the route");
}

function resolvedRefs({ refProblems }: CompiledRoute): WantedCondition {
  const [first] = refProblems;
  if (first === undefined) return condition("ResolvedRefs", true, "ResolvedRefs", "All references are resolved");
  const messages = [...new Set(refProblems.map(({ message }) => message))];
  return condition("ResolvedRefs", false, first.reason, messages.join(". "));
}

/** The list to store: other controllers' entries as they are, then ours. */
export function routeParents(
  stored: HttpRoute,
  plan: RoutePlan,
  controllerName: string,
  now: string,
): RouteParentStatus[] {
  const entries = stored.status?.parents ?? [];
  const others = entries.filter((entry) => entry.controllerName !== controllerName);
  const before = entries.filter((entry) => entry.controllerName === controllerName);
  const ours = plan.parents.map(({ ref, conditions }) => {
    const known = before.find((entry) => sameParent(entry.parentRef, ref, stored));
    const facts = { generation: plan.generation, now, keepOthers: false };
    return { parentRef: ref, controllerName, conditions: mergeConditions(known?.conditions, conditions, facts) };
  });
  return [...others, ...ours];
}

function sameParent(a: ParentRef, b: ParentRef, route: HttpRoute): boolean {
  const namespace = route.metadata.namespace;
  return (
    a.name === b.name &&
    (a.namespace ?? namespace) === (b.namespace ?? namespace) &&
    a.sectionName === b.sectionName &&
    a.port === b.port
  );
}
