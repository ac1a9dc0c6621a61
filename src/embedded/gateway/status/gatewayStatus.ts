import type { Gateway, GatewayStatus } from "../apiTypes.ts";
import { gatewayGroup } from "../apiTypes.ts";
import type { Compiled } from "../compile/compile.ts";
import type { GatewayFacts, ListenerFacts } from "../compile/listeners.ts";
import type { WantedCondition } from "./conditions.ts";
import { condition, mergeConditions } from "./conditions.ts";

/** What became of a table when it was applied. */
export type DataPlaneFacts = { readonly portProblems: ReadonlyMap<number, string>; readonly address: string };

export type GatewayPlan = {
  readonly generation: number | undefined;
  readonly conditions: readonly WantedCondition[];
  readonly addresses: readonly { readonly type: "IPAddress"; readonly value: string }[];
  readonly listeners: readonly ListenerPlan[];
};

type ListenerPlan = {
  readonly name: string;
  readonly attachedRoutes: number;
  readonly servesHttpRoutes: boolean;
  readonly conditions: readonly WantedCondition[];
};

export function planGateway(facts: GatewayFacts, compiled: Compiled, plane: DataPlaneFacts): GatewayPlan {
  const listeners = facts.listeners.map((listener) => planListener(listener, facts, compiled, plane));
  const programmed = facts.listeners.filter((listener) => problemOf(listener, facts, plane) === undefined);
  const addresses = programmed.length === 0 ? [] : [{ type: "IPAddress" as const, value: plane.address }];
  const conditions = [accepted(facts), programmedCondition(facts, plane)];
  return { generation: facts.gateway.metadata.generation, conditions, addresses, listeners };
}

function accepted({ refusal, listeners }: GatewayFacts): WantedCondition {
  if (refusal !== undefined) return condition("Accepted", false, refusal.reason, refusal.message);
  const refused = listeners.filter((listener) => listener.refusal !== undefined);
  if (refused.length === 0) return condition("Accepted", true, "Accepted", "The gateway serves this Gateway");
  const words = refused.map(({ spec, refusal: own }) => `listener ${spec.name}: ${own?.message}`).join(". ");
  // With at least one listener that can be served the Gateway stands, and says which cannot.
  return condition("Accepted", refused.length < listeners.length, "ListenersNotValid", words);
}

function programmedCondition(facts: GatewayFacts, plane: DataPlaneFacts): WantedCondition {
  const problems = facts.listeners
    .map((listener) => ({ listener, problem: problemOf(listener, facts, plane) }))
    .filter(({ problem }) => problem !== undefined);
  const unbound = problems.filter(
    ({ listener }) => listener.refusal === undefined && plane.portProblems.has(listener.spec.port),
  );
  const words = (list: typeof problems): string =>
    list.map(({ listener, problem }) => `listener ${listener.spec.name}: ${problem?.message}`).join(". ");
  if (unbound.length > 0) return condition("Programmed", false, "AddressNotUsable", words(unbound));
  if (problems.length === facts.listeners.length)
    return condition("Programmed", false, "Invalid", words(problems) || "The Gateway has no listeners");
  return condition("Programmed", true, "Programmed", "The listeners are open");
}

type Problem = { readonly reason: string; readonly message: string };

/** Why a listener is not served; undefined when it is. */
function problemOf(listener: ListenerFacts, facts: GatewayFacts, plane: DataPlaneFacts): Problem | undefined {
  if (facts.refusal !== undefined) return { reason: "Invalid", message: facts.refusal.message };
  if (listener.refusal !== undefined) return { reason: "Invalid", message: listener.refusal.message };
  const unbound = plane.portProblems.get(listener.spec.port);
  return unbound === undefined ? undefined : { reason: "PortUnavailable", message: unbound };
}

function planListener(
  listener: ListenerFacts,
  facts: GatewayFacts,
  compiled: Compiled,
  plane: DataPlaneFacts,
): ListenerPlan {
  const { refusal, invalidKinds, servesHttpRoutes, spec } = listener;
  const problem = problemOf(listener, facts, plane);
  const conflicted = refusal?.condition === "Conflicted";
  const conditions = [
    refusal === undefined
      ? condition("Accepted", true, "Accepted", "The listener is valid")
      : condition("Accepted", false, refusal.reason, refusal.message),
    problem === undefined
      ? condition("Programmed", true, "Programmed", `Served on port ${spec.port}`)
      : condition("Programmed", false, problem.reason, problem.message),
    invalidKinds.length === 0
      ? condition("ResolvedRefs", true, "ResolvedRefs", "All references are resolved")
      : condition(
          "ResolvedRefs",
          false,
          "InvalidRouteKinds",
          `Routes of kind ${invalidKinds.join(", ")} are not served; only HTTPRoutes are`,
        ),
    conflicted
      ? condition("Conflicted", true, refusal.reason, refusal.message)
      : condition("Conflicted", false, "NoConflicts", "No other listener wants the same port and hostname"),
  ];
  return { name: spec.name, attachedRoutes: compiled.attachedRoutes.get(listener) ?? 0, servesHttpRoutes, conditions };
}

/** The status to store over what is stored. */
export function gatewayStatus(stored: Gateway, plan: GatewayPlan, now: string): GatewayStatus {
  const facts = { generation: plan.generation, now };
  return {
    addresses: plan.addresses,
    conditions: mergeConditions(stored.status?.conditions, plan.conditions, { ...facts, keepOthers: true }),
    listeners: plan.listeners.map(({ name, attachedRoutes, servesHttpRoutes, conditions }) => ({
      name,
      supportedKinds: servesHttpRoutes ? [{ group: gatewayGroup, kind: "HTTPRoute" }] : [],
      attachedRoutes,
      conditions: mergeConditions(
        stored.status?.listeners?.find((listener) => listener.name === name)?.conditions,
        conditions,
        { ...facts, keepOthers: false },
      ),
    })),
  };
}
