import { fieldManager } from "../../../api/names.ts";
import { resources } from "../../../api/resources.ts";
import type { Problem, TrafficView } from "../../../core/release/observation.ts";
import { sameGoal, type TrafficGoal } from "../../../core/traffic/goal.ts";
import type { TrafficRouter, TrafficSubject } from "../../../ports/trafficRouter.ts";
import type { KubeClient, ObjectRef } from "../../../kube/types.ts";
import { pendingReason } from "./accepted.ts";
import { digestOf, readMark, splitAnnotation, type SplitMark } from "./mark.ts";
import { probeTargets, probeTrack } from "./probe.ts";
import { findBackend, hasTrace, splitRules, stripRules, type Backends } from "./rules.ts";
import type { Gateway, HTTPRoute, RouteRule } from "./types.ts";
import { createWriters } from "./writers.ts";

export type GatewayApiRouterDeps = {
  readonly client: KubeClient;
  readonly route: (ref: ObjectRef) => HTTPRoute | undefined;
  readonly gateway: (ref: ObjectRef) => Gateway | undefined;
  /** Told of every object that was written, so that the caller reads its own writes. */
  readonly written: (route: HTTPRoute) => void;
};

/** Bound of the Gateway API, and what a split needs of it at least. */
const maxRules = 16;
const probeRules = 2;

/** Splits traffic by HTTPRoutes of the Gateway API. */
export function createGatewayApiRouter(deps: GatewayApiRouterDeps): TrafficRouter {
  const routesOf = (subject: TrafficSubject): HTTPRoute[] =>
    subject.routes.flatMap((name) => deps.route({ namespace: subject.namespace, name }) ?? []);
  const gatewayOf = (namespace: string, name: string): Gateway | undefined => deps.gateway({ namespace, name });

  const writerOf = createWriters(deps.client);

  async function write(
    route: HTTPRoute,
    rules: readonly RouteRule[],
    mark: SplitMark | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, namespace, resourceVersion } = route.metadata;
    const annotations = { [splitAnnotation]: mark === null ? null : JSON.stringify(mark) };
    const body = { metadata: { resourceVersion, annotations }, spec: { rules } };
    deps.written(
      await deps.client.patch<HTTPRoute>(
        resources.httpRoutes,
        { namespace, name },
        { kind: "merge", body },
        { signal, fieldManager },
      ),
    );
  }

  return {
    kind: "gatewayAPI",
    capabilities: { shares: "requests", headerMatch: true, probes: true, granularityBasisPoints: 1 },
    observe: (subject) => viewOf(subject, routesOf(subject)),
    problems: (subject) => problemsOf(subject, deps),
    async split(subject, goal, originals, signal) {
      for (const route of routesOf(subject)) {
        const base = userRules(route, subject, originals[route.metadata.name]);
        const rules = splitRules(base, backendsOf(subject), goal);
        const mark: SplitMark = { delivery: subject.delivery, goal, digest: digestOf(rules), original: base };
        const told = readMark(route);
        const stands = digestOf(route.spec.rules ?? []) === mark.digest && told?.digest === mark.digest;
        if (stands && sameGoal(told.goal, goal)) continue;
        await write(route, rules, mark, signal);
      }
    },
    async restore(subject, originals, signal) {
      for (const route of routesOf(subject)) {
        if (!isTouched(route, subject)) continue;
        await write(route, userRules(route, subject, originals[route.metadata.name]), null, signal);
      }
    },
    writerOf(subject, signal) {
      const route = routesOf(subject).find(isRewritten);
      return route === undefined ? Promise.resolve(undefined) : writerOf(route, signal);
    },
    probe(subject, track, signal) {
      const targets = routesOf(subject).flatMap((route) => probeTargets(route, gatewayOf, subject.probePath));
      if (targets.length > 0) return probeTrack(targets, track, signal);
      return Promise.resolve({
        track,
        reached: false,
        message: `no HTTP listener with an address was found on the Gateways of ${subject.routes.join(", ")}`,
      });
    },
  };
}

function backendsOf(subject: TrafficSubject): Backends {
  return { namespace: subject.namespace, stable: subject.stableService, contender: subject.contenderService };
}

function isTouched(route: HTTPRoute, subject: TrafficSubject): boolean {
  return (
    route.metadata.annotations?.[splitAnnotation] !== undefined || hasTrace(route.spec.rules ?? [], backendsOf(subject))
  );
}

/** The rules as their user wants them, also when they were edited while a split was in force. */
function userRules(route: HTTPRoute, subject: TrafficSubject, recorded: string | undefined): readonly RouteRule[] {
  const live = route.spec.rules ?? [];
  const mark = readMark(route);
  if (mark !== undefined && digestOf(live) === mark.digest) return mark.original;
  if (!hasTrace(live, backendsOf(subject))) return live;
  if (mark === undefined && recorded !== undefined) return JSON.parse(recorded) as RouteRule[];
  return stripRules(live, backendsOf(subject));
}

function viewOf(subject: TrafficSubject, routes: readonly HTTPRoute[]): TrafficView {
  const touched = routes.filter((route) => isTouched(route, subject));
  const rewritten = touched.find(isRewritten);
  const pending = routes.map(pendingReason).find((reason) => reason !== undefined);
  return {
    router: "gatewayAPI",
    capabilities: { shares: "requests", headerMatch: true, probes: true, granularityBasisPoints: 1 },
    live: rewritten === undefined ? commonGoal(routes) : undefined,
    pristine: touched.length === 0,
    accepted: routes.length > 0 && pending === undefined,
    pending,
    originals: Object.fromEntries(
      routes.map((route) => [route.metadata.name, JSON.stringify(userRules(route, subject, undefined))]),
    ),
    rewrittenBy: rewritten === undefined ? undefined : "somebody",
    missing: routes.length < subject.routes.length,
  };
}

function isRewritten(route: HTTPRoute): boolean {
  return readMark(route)?.digest !== digestOf(route.spec.rules ?? []);
}

/** The goal that every route carries, by what was written beside it. */
function commonGoal(routes: readonly HTTPRoute[]): TrafficGoal | undefined {
  const first = routes[0] === undefined ? undefined : readMark(routes[0])?.goal;
  if (first === undefined) return undefined;
  return routes.every((route) => sameGoal(readMark(route)?.goal, first)) ? first : undefined;
}

function problemsOf(subject: TrafficSubject, deps: GatewayApiRouterDeps): Problem[] {
  return subject.routes.flatMap((name): Problem[] => {
    const route = deps.route({ namespace: subject.namespace, name });
    if (route === undefined) {
      return [
        {
          reason: "RouteNotFound",
          message: `spec.traffic.gatewayAPI.httpRoutes: HTTPRoute ${subject.namespace}/${name} does not exist; create it or correct the name`,
        },
      ];
    }
    const claimant = readMark(route)?.delivery;
    if (claimant !== undefined && claimant !== subject.delivery)
      return [
        {
          reason: "RouteClaimed",
          message: `HTTPRoute ${name} carries the traffic of Delivery ${claimant}; a route belongs to one Delivery, so name another route, or take the annotation ${splitAnnotation} away if that Delivery is gone`,
        },
      ];
    const rules = userRules(route, subject, undefined);
    if (rules.length + probeRules > maxRules) {
      return [
        {
          reason: "RouteUnsuitable",
          message: `HTTPRoute ${name} has ${rules.length} rules; Tidegate adds ${probeRules} of its own and the Gateway API allows ${maxRules}, so move some to another route`,
        },
      ];
    }
    if (rules.some((rule) => findBackend(rule, backendsOf(subject)) !== undefined)) return [];
    return [
      {
        reason: "RouteUnsuitable",
        message: `HTTPRoute ${name} has no rule with Service ${subject.stableService} as a backend; name the Service there, or correct spec.service.name`,
      },
    ];
  });
}
