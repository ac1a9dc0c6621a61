import { matchesSelector } from "../../../api/labelSelector.ts";
import type { HttpRoute, ListenerSpec, ParentRef } from "../apiTypes.ts";
import { gatewayGroup } from "../apiTypes.ts";
import { intersectHostnames } from "./hostname.ts";
import type { GatewayFacts, ListenerFacts } from "./listeners.ts";
import type { GatewayObjects } from "./objects.ts";

export type Attachment =
  | {
      readonly attached: true;
      readonly listeners: readonly {
        readonly listener: ListenerFacts;
        readonly hostnames: readonly (string | undefined)[];
      }[];
    }
  | {
      readonly attached: false;
      readonly reason: "NoMatchingParent" | "NotAllowedByListeners" | "NoMatchingListenerHostname";
      readonly message: string;
    };

/** The Gateway that a parentRef means, when it is one of those given. */
export function gatewayOf(
  ref: ParentRef,
  route: HttpRoute,
  gateways: readonly GatewayFacts[],
): GatewayFacts | undefined {
  if ((ref.group ?? gatewayGroup) !== gatewayGroup || (ref.kind ?? "Gateway") !== "Gateway") return undefined;
  const namespace = ref.namespace ?? route.metadata.namespace;
  return gateways.find(({ gateway }) => gateway.metadata.name === ref.name && gateway.metadata.namespace === namespace);
}

/** Which listeners of the Gateway take the route by this parentRef, with the hostnames that both serve. */
export function attach(ref: ParentRef, route: HttpRoute, facts: GatewayFacts, objects: GatewayObjects): Attachment {
  const gateway = `Gateway ${facts.gateway.metadata.namespace}/${facts.gateway.metadata.name}`;
  const named = facts.listeners.filter(
    ({ spec }) => (ref.sectionName ?? spec.name) === spec.name && (ref.port ?? spec.port) === spec.port,
  );
  if (named.length === 0) {
    const wanted = [
      ref.sectionName === undefined ? "" : ` named ${ref.sectionName}`,
      ref.port === undefined ? "" : ` on port ${ref.port}`,
    ].join("");
    return { attached: false, reason: "NoMatchingParent", message: `${gateway} has no listener${wanted}` };
  }
  const allowed = named.filter((listener) => allows(listener, facts, route, objects));
  if (allowed.length === 0) {
    const message = `No listener of ${gateway} allows HTTPRoutes from namespace ${route.metadata.namespace}`;
    return { attached: false, reason: "NotAllowedByListeners", message };
  }
  const listeners = allowed
    .map((listener) => ({ listener, hostnames: sharedHostnames(listener.spec, route) }))
    .filter(({ hostnames }) => hostnames.length > 0);
  if (listeners.length > 0) return { attached: true, listeners };
  const message = `No listener of ${gateway} serves ${(route.spec.hostnames ?? []).join(", ")}`;
  return { attached: false, reason: "NoMatchingListenerHostname", message };
}

function sharedHostnames(spec: ListenerSpec, route: HttpRoute): (string | undefined)[] {
  const own = route.spec.hostnames ?? [];
  const wanted = own.length === 0 ? [undefined] : own;
  const shared = wanted
    .map((hostname) => intersectHostnames(spec.hostname, hostname))
    .filter((hostname) => hostname !== null);
  return [...new Set(shared)];
}

function allows(listener: ListenerFacts, facts: GatewayFacts, route: HttpRoute, objects: GatewayObjects): boolean {
  if (!listener.servesHttpRoutes) return false;
  const namespace = route.metadata.namespace ?? "";
  const rule = listener.spec.allowedRoutes?.namespaces;
  const from = rule?.from ?? "Same";
  switch (from) {
    case "All":
      return true;
    case "Same":
      return namespace === facts.gateway.metadata.namespace;
    case "Selector":
      return matchesSelector(rule?.selector, objects.namespaceLabels(namespace));
    case "None":
      return false;
    default:
      from satisfies never;
      return false;
  }
}
