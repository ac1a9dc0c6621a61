import type {
  BackendRef,
  EndpointSlice,
  Gateway,
  GatewayClass,
  HttpRoute,
  ListenerSpec,
  ReferenceGrant,
  RouteRuleSpec,
  Service,
} from "../apiTypes.ts";
import type { GatewayObjects } from "./objects.ts";

/** Builders of the objects that the gateway reads. */
export const testController = "tidegate.dev/embedded-gateway";

export function gatewayClass(overrides: Partial<GatewayClass["spec"]> = {}): GatewayClass {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: "tidegate", generation: 1 },
    spec: { controllerName: testController, ...overrides },
  };
}

export function listener(overrides: Partial<ListenerSpec> = {}): ListenerSpec {
  return { name: "http", port: 8080, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } }, ...overrides };
}

export function gateway(
  listeners: readonly ListenerSpec[] = [listener()],
  name = "web",
  created = "2026-01-01T00:00:00Z",
): Gateway {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name, namespace: "prod", generation: 3, creationTimestamp: created },
    spec: { gatewayClassName: "tidegate", listeners },
  };
}

export function backendRef(name = "shop", overrides: Partial<BackendRef> = {}): BackendRef {
  return { group: "", kind: "Service", name, port: 80, weight: 1, ...overrides };
}

export type RouteOptions = {
  readonly name?: string;
  readonly namespace?: string;
  readonly created?: string;
  readonly hostnames?: readonly string[];
  readonly parentRefs?: HttpRoute["spec"]["parentRefs"];
  readonly status?: HttpRoute["status"];
};

export function route(
  rules: readonly RouteRuleSpec[] = [{ backendRefs: [backendRef()] }],
  options: RouteOptions = {},
): HttpRoute {
  const { name = "shop", namespace = "prod", created = "2026-01-01T00:00:00Z", hostnames, status } = options;
  const parentRefs = options.parentRefs ?? [{ name: "web", namespace: "prod" }];
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name, namespace, generation: 7, creationTimestamp: created },
    spec: { parentRefs, rules, ...(hostnames === undefined ? {} : { hostnames }) },
    ...(status === undefined ? {} : { status }),
  };
}

export function service(
  name = "shop",
  namespace = "prod",
  port: Partial<NonNullable<Service["spec"]["ports"]>[number]> = {},
): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { ports: [{ name: "http", port: 80, ...port }] },
  };
}

type EndpointSpec = NonNullable<EndpointSlice["endpoints"]>[number];

export function slice(endpoints: readonly EndpointSpec[], serviceName = "shop", namespace = "prod"): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${serviceName}-1`, namespace, labels: { "kubernetes.io/service-name": serviceName } },
    addressType: "IPv4",
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    endpoints,
  };
}

export function endpoint(address: string, conditions: EndpointSpec["conditions"] = { ready: true }): EndpointSpec {
  return { addresses: [address], ...(conditions === undefined ? {} : { conditions }) };
}

export function grant(fromNamespace: string, toNamespace: string, name?: string): ReferenceGrant {
  return {
    apiVersion: "gateway.networking.k8s.io/v1beta1",
    kind: "ReferenceGrant",
    metadata: { name: "grant", namespace: toNamespace },
    spec: {
      from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: fromNamespace }],
      to: [{ group: "", kind: "Service", ...(name === undefined ? {} : { name }) }],
    },
  };
}

export type ObjectsOptions = {
  readonly classes?: readonly GatewayClass[];
  readonly gateways?: readonly Gateway[];
  readonly routes?: readonly HttpRoute[];
  readonly grants?: readonly ReferenceGrant[];
  readonly services?: readonly Service[];
  readonly slices?: readonly EndpointSlice[];
  readonly namespaces?: Readonly<Record<string, Record<string, string>>>;
};

export function objectsOf(options: ObjectsOptions = {}): GatewayObjects {
  const { services = [service()], slices = [slice([endpoint("127.1.0.1")])], namespaces = {} } = options;
  return {
    controllerName: testController,
    classes: options.classes ?? [gatewayClass()],
    gateways: options.gateways ?? [gateway()],
    routes: options.routes ?? [route()],
    grants: options.grants ?? [],
    namespaceLabels: (name) => namespaces[name],
    service: (namespace, name) =>
      services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    slices: (namespace, name) =>
      slices.filter(
        ({ metadata }) => metadata.namespace === namespace && metadata.labels?.["kubernetes.io/service-name"] === name,
      ),
  };
}
