import { probeHeader, ruleNamePrefix } from "../../../api/names.ts";
import { allBasisPoints } from "../../../api/weight.ts";
import type { HeaderMatch, TrafficGoal } from "../../../core/traffic/goal.ts";
import type { BackendRef, RouteMatch, RouteRule } from "./types.ts";

export type Backends = { readonly namespace: string; readonly stable: string; readonly contender: string };

const maxWeight = 1_000_000;

/**
 * The user's rules with the goal worked in: a probe rule for each track, a rule for each match, and the contender's
 * share beside stable's in every rule that names the user's Service. Other backends keep their relation to it.
 */
export function splitRules(original: readonly RouteRule[], backends: Backends, goal: TrafficGoal): RouteRule[] {
  const served = original.filter((rule) => findBackend(rule, backends) !== undefined);
  const first = served[0];
  const backend = first === undefined ? undefined : findBackend(first, backends);
  if (backend === undefined) return [...original];
  return [
    probeRule("contender", { ...backend, name: backends.contender }),
    probeRule("stable", backend),
    ...(goal.matches.length === 0 ? [] : served.map((rule, index) => matchRule(rule, index, backends, goal.matches))),
    ...original.map((rule) => weighted(rule, backends, goal.contenderBasisPoints)),
  ];
}

export function findBackend(rule: RouteRule, backends: Backends): BackendRef | undefined {
  return rule.backendRefs?.find((ref) => isService(ref, backends.stable, backends.namespace));
}

function isService(ref: BackendRef, name: string, namespace: string): boolean {
  return (
    ref.name === name &&
    (ref.kind ?? "Service") === "Service" &&
    (ref.group ?? "") === "" &&
    (ref.namespace ?? namespace) === namespace
  );
}

function probeRule(track: "stable" | "contender", ref: BackendRef): RouteRule {
  return {
    name: `${ruleNamePrefix}probe-${track}`,
    matches: [
      { path: { type: "PathPrefix", value: "/" }, headers: [{ type: "Exact", name: probeHeader, value: track }] },
    ],
    filters: [
      { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: probeHeader, value: track }] } },
    ],
    backendRefs: [withWeight(ref, 1)],
  };
}

function matchRule(rule: RouteRule, index: number, backends: Backends, matches: readonly HeaderMatch[]): RouteRule {
  const backend = findBackend(rule, backends);
  const own: readonly RouteMatch[] =
    rule.matches === undefined || rule.matches.length === 0
      ? [{ path: { type: "PathPrefix", value: "/" } }]
      : rule.matches;
  return {
    ...rule,
    name: `${ruleNamePrefix}match-${index}`,
    matches: own.flatMap((match) =>
      matches.map((wanted) => ({
        ...match,
        headers: [...(match.headers ?? []), { type: "Exact", name: wanted.name, value: wanted.exact }],
      })),
    ),
    backendRefs: backend === undefined ? [] : [withWeight({ ...backend, name: backends.contender }, 1)],
  };
}

function weighted(rule: RouteRule, backends: Backends, contenderBasisPoints: number): RouteRule {
  const backend = findBackend(rule, backends);
  if (backend === undefined || contenderBasisPoints === 0) return rule;
  const refs = rule.backendRefs ?? [];
  const heaviest = Math.max(1, ...refs.map((ref) => ref.weight ?? 1));
  const unit = Math.min(allBasisPoints, Math.floor(maxWeight / heaviest));
  const whole = (backend.weight ?? 1) * unit;
  const share = Math.round((whole * contenderBasisPoints) / allBasisPoints);
  const backendRefs = refs.flatMap((ref) =>
    ref === backend
      ? [withWeight(ref, whole - share), withWeight({ ...ref, name: backends.contender }, share)]
      : [withWeight(ref, (ref.weight ?? 1) * unit)],
  );
  return { ...rule, backendRefs };
}

function withWeight(ref: BackendRef, weight: number): BackendRef {
  return { ...ref, group: ref.group ?? "", kind: ref.kind ?? "Service", weight };
}

/** Whether anything of Tidegate's is in the rules. */
export function hasTrace(rules: readonly RouteRule[], backends: Backends): boolean {
  return rules.some(
    (rule) =>
      isOurs(rule) || (rule.backendRefs ?? []).some((ref) => isService(ref, backends.contender, backends.namespace)),
  );
}

function isOurs(rule: RouteRule): boolean {
  return rule.name?.startsWith(ruleNamePrefix) === true;
}

/**
 * The user's part of rules that somebody edited while a split was in them: Tidegate's rules and the contender go, and
 * the Service takes its share back.
 */
export function stripRules(rules: readonly RouteRule[], backends: Backends): RouteRule[] {
  return rules
    .filter((rule) => !isOurs(rule))
    .map((rule) => {
      const refs = rule.backendRefs ?? [];
      const contender = refs.find((ref) => isService(ref, backends.contender, backends.namespace));
      if (contender === undefined) return rule;
      const kept = refs.filter((ref) => ref !== contender);
      const returned = kept.map((ref) =>
        isService(ref, backends.stable, backends.namespace)
          ? withWeight(ref, kept.length === 1 ? 1 : (ref.weight ?? 1) + (contender.weight ?? 1))
          : ref,
      );
      return { ...rule, backendRefs: returned };
    });
}
