import type { BackendRef, HttpRoute, ObjectReference } from "../apiTypes.ts";
import type { Backend, Endpoint, Filters, SeriesLabels } from "../routeTable.ts";
import { endpointsOf } from "./endpoints.ts";
import { noFilters } from "./filters.ts";
import { mayRefer } from "./grants.ts";
import type { GatewayObjects } from "./objects.ts";

export type RefProblem = {
  readonly reason: "BackendNotFound" | "RefNotPermitted" | "InvalidKind" | "UnsupportedProtocol";
  readonly message: string;
};

type Resolved = { readonly endpoints: readonly Endpoint[] } | { readonly problem: RefProblem };

/** What a rule is compiled in: its route, its labels, and where endpoints and problems are gathered. */
export type RuleScope = {
  readonly objects: GatewayObjects;
  readonly route: HttpRoute;
  readonly labels: SeriesLabels;
  readonly services: Map<string, readonly Endpoint[]>;
  readonly refProblems: RefProblem[];
};

export function seriesKeyOf(labels: SeriesLabels): string {
  return [labels.namespace, labels.route, labels.rule, labels.backendNamespace, labels.service, labels.port].join("\n");
}

/** Resolves one reference; what is wrong with it is noted in the scope and makes its requests fail with 500. */
export function compileBackend(ref: BackendRef, scope: RuleScope, filters: Filters = noFilters): Backend {
  const namespace = ref.namespace ?? scope.route.metadata.namespace ?? "";
  const port = ref.port === undefined ? "" : String(ref.port);
  const labels = { ...scope.labels, backendNamespace: namespace, service: ref.name, port };
  const serviceKey = `${namespace}/${ref.name}:${port}`;
  const resolved = resolve(ref, namespace, scope);
  if ("endpoints" in resolved) scope.services.set(serviceKey, resolved.endpoints);
  else scope.refProblems.push(resolved.problem);
  const problem = "problem" in resolved ? resolved.problem.message : undefined;
  return { labels, seriesKey: seriesKeyOf(labels), serviceKey, filters, problem };
}

function resolve(ref: ObjectReference, namespace: string, { objects, route }: RuleScope): Resolved {
  const { group = "", kind = "Service" } = ref;
  const named = `Service ${namespace}/${ref.name}`;
  if (group !== "" || kind !== "Service")
    return refuse("InvalidKind", `A backend of kind ${kind} in group "${group}" is not supported; only Services are`);
  if (!mayRefer(route.metadata.namespace ?? "", ref, objects.grants)) {
    return refuse(
      "RefNotPermitted",
      `${named} is in another namespace, and no ReferenceGrant there allows HTTPRoutes of ${route.metadata.namespace}`,
    );
  }
  const service = objects.service(namespace, ref.name);
  if (service === undefined) return refuse("BackendNotFound", `${named} does not exist`);
  if (service.spec.type === "ExternalName")
    return refuse("BackendNotFound", `${named} is of type ExternalName, which has no endpoints`);
  if (ref.port === undefined) return refuse("BackendNotFound", `The reference to ${named} names no port`);
  const port = service.spec.ports?.find((candidate) => candidate.port === ref.port);
  if (port === undefined) return refuse("BackendNotFound", `${named} has no port ${ref.port}`);
  if (!["http", "kubernetes.io/ws"].includes(port.appProtocol ?? "http") || (port.protocol ?? "TCP") !== "TCP") {
    const spoken = port.appProtocol ?? port.protocol;
    return refuse(
      "UnsupportedProtocol",
      `Port ${ref.port} of ${named} speaks ${spoken}; the embedded gateway speaks plain HTTP/1.1 to backends`,
    );
  }
  return { endpoints: endpointsOf(objects.slices(namespace, ref.name), port.name) };
}

function refuse(reason: RefProblem["reason"], message: string): Resolved {
  return { problem: { reason, message } };
}
