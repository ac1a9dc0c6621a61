import { createHash } from "node:crypto";
import { canonical } from "../../../api/canonical.ts";
import type { TrafficGoal } from "../../../core/traffic/goal.ts";
import type { HTTPRoute, RouteRule } from "./types.ts";

/**
 * What Tidegate last wrote to a route stands beside it in an annotation, with the rules that it found: so a split can
 * be undone from the route alone, and a change by somebody else is seen by its digest.
 */
export const splitAnnotation = "tidegate.dev/split";

export type SplitMark = {
  readonly delivery: string;
  readonly goal: TrafficGoal;
  readonly digest: string;
  readonly original: readonly RouteRule[];
};

export function readMark(route: HTTPRoute): SplitMark | undefined {
  const text = route.metadata.annotations?.[splitAnnotation];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isMark(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMark(value: unknown): value is SplitMark {
  if (typeof value !== "object" || value === null) return false;
  const mark = value as Partial<SplitMark>;
  return (
    typeof mark.digest === "string" &&
    Array.isArray(mark.original) &&
    typeof mark.goal?.contenderBasisPoints === "number" &&
    Array.isArray(mark.goal.matches)
  );
}

/** Digest of rules that does not change when the API server fills in defaults or orders fields. */
export function digestOf(rules: readonly RouteRule[]): string {
  return createHash("sha256")
    .update(canonical(rules.map(withDefaults)))
    .digest("hex")
    .slice(0, 16);
}

function withDefaults(rule: RouteRule): RouteRule {
  const matches = rule.matches === undefined || rule.matches.length === 0 ? [{}] : rule.matches;
  return {
    ...rule,
    matches: matches.map((match) => ({
      ...match,
      path: { type: match.path?.type ?? "PathPrefix", value: match.path?.value ?? "/" },
      ...(match.headers === undefined
        ? {}
        : { headers: match.headers.map((header) => ({ ...header, type: header.type ?? "Exact" })) }),
    })),
    backendRefs: (rule.backendRefs ?? []).map((ref) => ({
      ...ref,
      group: ref.group ?? "",
      kind: ref.kind ?? "Service",
      weight: ref.weight ?? 1,
    })),
  };
}
