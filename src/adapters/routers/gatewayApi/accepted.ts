import { findCondition } from "../../../api/conditions.ts";
import type { HTTPRoute, ParentRef } from "./types.ts";

/** Why a route's newest version is not accepted by every parent, in words; undefined when it is. */
export function pendingReason(route: HTTPRoute): string | undefined {
  const refs = route.spec.parentRefs ?? [];
  if (refs.length === 0) return `HTTPRoute ${route.metadata.name} has no parent`;
  for (const ref of refs) {
    const reason = pendingParent(route, ref);
    if (reason !== undefined) return `HTTPRoute ${route.metadata.name}: ${reason}`;
  }
  return undefined;
}

function pendingParent(route: HTTPRoute, ref: ParentRef): string | undefined {
  const parent = route.status?.parents?.find((entry) => sameParent(entry.parentRef, ref, route.metadata.namespace));
  if (parent === undefined) return `parent ${ref.name} has not answered`;
  for (const type of ["Accepted", "ResolvedRefs"]) {
    const condition = findCondition(parent.conditions, type);
    if (condition === undefined) return `parent ${ref.name} does not say ${type}`;
    if ((condition.observedGeneration ?? 0) < (route.metadata.generation ?? 0))
      return `parent ${ref.name} has not seen the newest version`;
    if (condition.status !== "True") return `parent ${ref.name} says ${type}=${condition.status}: ${condition.message}`;
  }
  const partly = findCondition(parent.conditions, "PartiallyInvalid");
  return partly?.status === "True" ? `parent ${ref.name} says PartiallyInvalid: ${partly.message}` : undefined;
}

function sameParent(a: ParentRef, b: ParentRef, namespace: string | undefined): boolean {
  return (
    a.name === b.name &&
    (a.namespace ?? namespace) === (b.namespace ?? namespace) &&
    a.sectionName === b.sectionName &&
    a.port === b.port
  );
}
