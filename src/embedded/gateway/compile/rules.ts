import type { BackendRef, HttpRoute, MirrorSpec, RouteRuleSpec } from "../apiTypes.ts";
import type { Backend, Endpoint, Rule } from "../routeTable.ts";
import type { RefProblem, RuleScope } from "./backends.ts";
import { compileBackend, seriesKeyOf } from "./backends.ts";
import { durationMs } from "./duration.ts";
import { compileFilters } from "./filters.ts";
import { compileMatch } from "./matches.ts";
import type { GatewayObjects } from "./objects.ts";
import type { Ranked } from "./precedence.ts";
import { rank } from "./precedence.ts";

export type CompiledRoute = {
  readonly route: HttpRoute;
  readonly ranked: readonly Ranked[];
  readonly refProblems: readonly RefProblem[];
  /** Rules, or matches of rules, that cannot be served as written. */
  readonly unsupported: readonly string[];
  /** Whether any rule is served as written. */
  readonly usable: boolean;
};

export function compileRoute(
  route: HttpRoute,
  objects: GatewayObjects,
  services: Map<string, readonly Endpoint[]>,
): CompiledRoute {
  const refProblems: RefProblem[] = [];
  const unsupported: string[] = [];
  const ranked: Ranked[] = [];
  const specs = route.spec.rules ?? [{}];
  let usable = specs.length === 0;
  for (const [index, spec] of specs.entries()) {
    const name = spec.name ?? String(index);
    const labels = {
      namespace: route.metadata.namespace ?? "",
      route: route.metadata.name,
      rule: name,
      backendNamespace: "",
      service: "",
      port: "",
    };
    const rule = compileRule(spec, { objects, route, labels, services, refProblems });
    const matches = rankMatches(spec, rule, route, index);
    ranked.push(...matches.ranked);
    const problem = rule.problem ?? matches.problem;
    if (problem === undefined) usable = true;
    else unsupported.push(`rule ${name}: ${problem}`);
  }
  return { route, ranked, refProblems, unsupported, usable };
}

function rankMatches(
  spec: RouteRuleSpec,
  rule: Rule,
  route: HttpRoute,
  ruleIndex: number,
): { ranked: Ranked[]; problem: string | undefined } {
  const ranked: Ranked[] = [];
  let problem: string | undefined;
  const specs = spec.matches === undefined || spec.matches.length === 0 ? [{}] : spec.matches;
  for (const [index, match] of specs.entries()) {
    const result = compileMatch(match);
    const pathLength = (match.path?.value ?? "/").length;
    if (result.ok)
      ranked.push(rank({ match: result.match, rule }, route, pathLength, { rule: ruleIndex, match: index }));
    else problem ??= result.message;
  }
  return { ranked, problem };
}

function compileRule(spec: RouteRuleSpec, scope: RuleScope): Rule {
  const mirrorBackend = ({ backendRef }: MirrorSpec): Backend => compileBackend(backendRef, scope);
  const { filters, problem } = compileFilters(spec.filters, mirrorBackend);
  const refs = spec.backendRefs ?? [];
  const weighted = refs.map((ref) => withFilters(ref, scope, mirrorBackend));
  let totalWeight = 0;
  const cumulativeWeights = refs.map(({ weight = 1 }) => (totalWeight += weight));
  return {
    labels: scope.labels,
    seriesKey: seriesKeyOf(scope.labels),
    filters,
    backends: weighted.map(({ backend }) => backend),
    cumulativeWeights,
    totalWeight,
    requestTimeoutMs: durationMs(spec.timeouts?.request),
    backendTimeoutMs: durationMs(spec.timeouts?.backendRequest),
    problem: problem ?? unsupportedField(spec) ?? weighted.find(({ problem: own }) => own !== undefined)?.problem,
  };
}

function withFilters(
  ref: BackendRef,
  scope: RuleScope,
  mirrorBackend: (mirror: MirrorSpec) => Backend,
): { backend: Backend; problem: string | undefined } {
  const { filters, problem } = compileFilters(ref.filters, mirrorBackend);
  const moved = filters.redirect !== undefined || filters.rewrite !== undefined;
  const misplaced = moved ? "RequestRedirect and URLRewrite are supported on rules, not on a backendRef" : undefined;
  return { backend: compileBackend(ref, scope, filters), problem: problem ?? misplaced };
}

function unsupportedField(spec: RouteRuleSpec): string | undefined {
  if (spec.sessionPersistence !== undefined) return "sessionPersistence is not supported by the embedded gateway";
  return spec.retry === undefined
    ? undefined
    : "retry is not supported by the embedded gateway; it repeats only what never reached a backend";
}
