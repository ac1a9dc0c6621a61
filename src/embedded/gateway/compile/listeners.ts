import type { Gateway, GatewayClass, ListenerSpec } from "../apiTypes.ts";
import { gatewayGroup } from "../apiTypes.ts";
import type { GatewayObjects } from "./objects.ts";
import { compareText } from "./precedence.ts";

export type ListenerRefusal = {
  readonly condition: "Accepted" | "Conflicted";
  readonly reason: "UnsupportedProtocol" | "HostnameConflict" | "PortUnavailable";
  readonly message: string;
};

export type ListenerFacts = {
  readonly spec: ListenerSpec;
  readonly refusal: ListenerRefusal | undefined;
  /** Kinds in `allowedRoutes` that are not served. */
  readonly invalidKinds: readonly string[];
  readonly servesHttpRoutes: boolean;
};

export type GatewayFacts = {
  readonly gateway: Gateway;
  /** Why no listener of it is served. */
  readonly refusal: { readonly reason: string; readonly message: string } | undefined;
  readonly listeners: readonly ListenerFacts[];
};

/** The Gateways of our classes, the oldest first: where two want the same port and hostname, the older has it. */
export function judgeGateways(objects: GatewayObjects): GatewayFacts[] {
  const ours = new Set(ourClasses(objects).map((item) => item.metadata.name));
  const gateways = objects.gateways.filter((gateway) => ours.has(gateway.spec.gatewayClassName)).toSorted(byAge);
  const taken = new Map<string, string>();
  return gateways.map((gateway) => {
    const refusal = refuseAddresses(gateway);
    const listeners = gateway.spec.listeners.map((spec) => judgeListener(spec, gateway, taken));
    return { gateway, refusal, listeners };
  });
}

export function ourClasses(objects: Pick<GatewayObjects, "classes" | "controllerName">): GatewayClass[] {
  return objects.classes.filter(
    (item) => item.spec.controllerName === objects.controllerName && item.spec.parametersRef === undefined,
  );
}

function byAge(a: Gateway, b: Gateway): number {
  const [left, right] = [a.metadata, b.metadata];
  return (
    compareText(left.creationTimestamp ?? "", right.creationTimestamp ?? "") ||
    compareText(`${left.namespace}/${left.name}`, `${right.namespace}/${right.name}`)
  );
}

function refuseAddresses(gateway: Gateway): GatewayFacts["refusal"] {
  const strange = (gateway.spec.addresses ?? []).find(({ value }) => value !== undefined && value !== "127.0.0.1");
  if (strange === undefined) return undefined;
  return {
    reason: "UnsupportedAddress",
    message: `The address ${strange.value} cannot be had: the embedded gateway listens on 127.0.0.1`,
  };
}

function judgeListener(spec: ListenerSpec, gateway: Gateway, taken: Map<string, string>): ListenerFacts {
  const kinds = spec.allowedRoutes?.kinds ?? [];
  const invalidKinds = kinds
    .filter((kind) => !isHttpRoute(kind))
    .map(({ group = gatewayGroup, kind }) => `${group}/${kind}`);
  const servesHttpRoutes = kinds.length === 0 || kinds.some(isHttpRoute);
  return { spec, refusal: refuseListener(spec, gateway, taken), invalidKinds, servesHttpRoutes };
}

function refuseListener(spec: ListenerSpec, gateway: Gateway, taken: Map<string, string>): ListenerRefusal | undefined {
  if (spec.protocol !== "HTTP") {
    const message = `The embedded gateway serves plain HTTP on the loopback address; protocol ${spec.protocol} is not served. Use protocol HTTP`;
    return { condition: "Accepted", reason: "UnsupportedProtocol", message };
  }
  const key = `${spec.port} ${(spec.hostname ?? "").toLowerCase()}`;
  const owner = taken.get(key);
  const name = `listener ${spec.name} of Gateway ${gateway.metadata.namespace}/${gateway.metadata.name}`;
  if (owner === undefined) {
    taken.set(key, name);
    return undefined;
  }
  const message = `Port ${spec.port} with hostname "${spec.hostname ?? ""}" belongs to ${owner}; use another port or hostname`;
  return { condition: "Conflicted", reason: "HostnameConflict", message };
}

function isHttpRoute({ group = gatewayGroup, kind }: { readonly group?: string; readonly kind: string }): boolean {
  return group === gatewayGroup && kind === "HTTPRoute";
}
