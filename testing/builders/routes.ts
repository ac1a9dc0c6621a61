import type { BackendRef, Gateway, HTTPRoute, RouteRule } from "../../src/adapters/routers/gatewayApi/types.ts";
import type { Condition, ObjectMeta } from "../../src/api/object.ts";

type RouteParts = {
  readonly rules?: RouteRule[];
  readonly metadata?: Partial<ObjectMeta>;
  readonly hostnames?: string[];
  /** The generation that the Gateway has accepted. */
  readonly accepted?: number;
};

/** The HTTPRoute `shop`, with one rule to the Service `shop`, accepted by the Gateway `edge`. */
export function aRoute({ rules = [aRule()], metadata, hostnames, accepted = 1 }: RouteParts = {}): HTTPRoute {
  const parentRef = { name: "edge" };
  const conditions = ["Accepted", "ResolvedRefs"].map((type) =>
    aRouteCondition(type, { observedGeneration: accepted }),
  );
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "shop", namespace: "prod", uid: "route", generation: 1, ...metadata },
    spec: { parentRefs: [parentRef], rules, ...(hostnames === undefined ? {} : { hostnames }) },
    status: { parents: [{ parentRef, controllerName: "example.com/edge", conditions }] },
  };
}

export function aRouteCondition(type: string, parts: Partial<Condition> = {}): Condition {
  return { type, status: "True", reason: type, message: "", lastTransitionTime: "2026-01-01T00:00:00Z", ...parts };
}

/** A rule for everything, to the Service `shop` unless other backends are given. */
export function aRule(
  backendRefs: BackendRef[] = [{ name: "shop", port: 80 }],
  more: Partial<RouteRule> = {},
): RouteRule {
  return { matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs, ...more };
}

export function aGateway(parts: Partial<Gateway["spec"]> = {}, address = "127.0.0.1"): Gateway {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "edge", namespace: "prod", uid: "gateway" },
    spec: { gatewayClassName: "edge", listeners: [{ name: "http", port: 8080, protocol: "HTTP" }], ...parts },
    status: { addresses: [{ type: "IPAddress", value: address }] },
  };
}
