import type { GatewayClass, HttpRoute, ParentRef } from "../apiTypes.ts";
import type { Candidate, Endpoint, ListenerTable, PortTable, RouteTable } from "../routeTable.ts";
import type { Attachment } from "./attach.ts";
import { attach, gatewayOf } from "./attach.ts";
import { indexHosts } from "./hostname.ts";
import type { GatewayFacts, ListenerFacts } from "./listeners.ts";
import { judgeGateways } from "./listeners.ts";
import type { GatewayObjects } from "./objects.ts";
import type { Ranked } from "./precedence.ts";
import { comparePrecedence } from "./precedence.ts";
import type { CompiledRoute } from "./rules.ts";
import { compileRoute } from "./rules.ts";

export type ParentFacts = { readonly ref: ParentRef; readonly gateway: GatewayFacts; readonly attachment: Attachment };

export type RouteFacts = {
  readonly route: HttpRoute;
  /** Those of its parents that are our Gateways. */
  readonly parents: readonly ParentFacts[];
  /** Absent when no parent is ours. */
  readonly compiled: CompiledRoute | undefined;
};

/** What was found about the objects that a table was made from; the statuses are written from it. */
export type Compiled = {
  readonly table: RouteTable;
  readonly classes: readonly GatewayClass[];
  readonly gateways: readonly GatewayFacts[];
  readonly routes: readonly RouteFacts[];
  /** Attached routes by listener. */
  readonly attachedRoutes: ReadonlyMap<ListenerFacts, number>;
};

type ListenerRoutes = Map<ListenerFacts, Map<string | undefined, Ranked[]>>;

/** Objects to route table: pure, and total for whatever the API server lets through. */
export function compile(objects: GatewayObjects): Compiled {
  const services = new Map<string, readonly Endpoint[]>();
  const gateways = judgeGateways(objects);
  const listenerRoutes: ListenerRoutes = new Map();
  const attachedRoutes = new Map<ListenerFacts, number>();
  const routes = objects.routes.map((route) => {
    const parents = parentsOf(route, gateways, objects);
    const compiled = parents.length === 0 ? undefined : compileRoute(route, objects, services);
    if (compiled !== undefined) place(compiled, parents, listenerRoutes, attachedRoutes);
    return { route, parents, compiled };
  });
  const classes = objects.classes.filter((item) => item.spec.controllerName === objects.controllerName);
  return {
    table: { ports: portTables(gateways, listenerRoutes), services },
    classes,
    gateways,
    routes,
    attachedRoutes,
  };
}

function parentsOf(route: HttpRoute, gateways: readonly GatewayFacts[], objects: GatewayObjects): ParentFacts[] {
  return (route.spec.parentRefs ?? []).flatMap((ref) => {
    const gateway = gatewayOf(ref, route, gateways);
    return gateway === undefined ? [] : [{ ref, gateway, attachment: attach(ref, route, gateway, objects) }];
  });
}

/** Puts the route's matches under every listener that takes it; once, also when two parentRefs mean the same one. */
function place(
  compiled: CompiledRoute,
  parents: readonly ParentFacts[],
  into: ListenerRoutes,
  attachedRoutes: Map<ListenerFacts, number>,
): void {
  const placed = new Set<ListenerFacts>();
  for (const { attachment } of parents) {
    if (!attachment.attached) continue;
    for (const { listener, hostnames } of attachment.listeners) {
      if (placed.has(listener)) continue;
      placed.add(listener);
      attachedRoutes.set(listener, (attachedRoutes.get(listener) ?? 0) + 1);
      const byHost = into.get(listener) ?? new Map<string | undefined, Ranked[]>();
      into.set(listener, byHost);
      for (const hostname of hostnames) byHost.set(hostname, [...(byHost.get(hostname) ?? []), ...compiled.ranked]);
    }
  }
}

function portTables(gateways: readonly GatewayFacts[], listenerRoutes: ListenerRoutes): Map<number, PortTable> {
  const ports = new Map<number, [string | undefined, ListenerTable][]>();
  for (const { gateway, listeners, refusal } of gateways) {
    if (refusal !== undefined) continue;
    const name = `${gateway.metadata.namespace}/${gateway.metadata.name}`;
    for (const listener of listeners) {
      if (listener.refusal !== undefined) continue;
      const { port, hostname, name: listenerName } = listener.spec;
      const routes = indexHosts(sorted(listenerRoutes.get(listener)));
      const entries = ports.get(port) ?? [];
      const key = hostname === undefined || hostname === "" ? undefined : hostname.toLowerCase();
      entries.push([key, { gateway: name, name: listenerName, port, routes }]);
      ports.set(port, entries);
    }
  }
  return new Map([...ports].map(([port, entries]) => [port, { port, listeners: indexHosts(entries) }]));
}

function sorted(byHost: Map<string | undefined, Ranked[]> | undefined): [string | undefined, Candidate[]][] {
  return [...(byHost ?? [])].map(([hostname, ranked]) => [
    hostname,
    ranked.toSorted(comparePrecedence).map(({ candidate }) => candidate),
  ]);
}
