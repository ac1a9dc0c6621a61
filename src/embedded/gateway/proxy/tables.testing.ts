import type {
  Backend,
  Candidate,
  Endpoint,
  Filters,
  PathMatch,
  RouteMatch,
  RouteTable,
  Rule,
  SeriesLabels,
} from "../routeTable.ts";

/** Builders of route tables for tests of the data plane, which needs no cluster. */
export const plainFilters: Filters = {
  requestHeaders: [],
  responseHeaders: [],
  mirrors: [],
  redirect: undefined,
  rewrite: undefined,
};

const labels: SeriesLabels = {
  namespace: "prod",
  route: "shop",
  rule: "0",
  backendNamespace: "",
  service: "",
  port: "",
};

export function backendOf(service: string, overrides: Partial<Backend> = {}): Backend {
  const own = { ...labels, backendNamespace: "prod", service, port: "80" };
  return {
    labels: own,
    seriesKey: `shop ${service}`,
    serviceKey: `prod/${service}:80`,
    filters: plainFilters,
    problem: undefined,
    ...overrides,
  };
}

export type Weighted = { readonly backend: Backend; readonly weight: number };

export function ruleOf(weighted: readonly (Weighted | Backend)[], overrides: Partial<Rule> = {}): Rule {
  const entries = weighted.map((entry) => ("weight" in entry ? entry : { backend: entry, weight: 1 }));
  let totalWeight = 0;
  const cumulativeWeights = entries.map(({ weight }) => (totalWeight += weight));
  const backends = entries.map(({ backend }) => backend);
  const rest = { requestTimeoutMs: undefined, backendTimeoutMs: undefined, problem: undefined };
  return {
    labels,
    seriesKey: "shop",
    filters: plainFilters,
    backends,
    cumulativeWeights,
    totalWeight,
    ...rest,
    ...overrides,
  };
}

export function matchOf(
  path: PathMatch = { kind: "prefix", value: "" },
  overrides: Partial<RouteMatch> = {},
): RouteMatch {
  return { path, method: undefined, headers: [], query: [], ...overrides };
}

export function tableOf(
  port: number,
  rules: readonly (Rule | Candidate)[],
  services: Readonly<Record<string, readonly Endpoint[]>>,
): RouteTable {
  const candidates = rules.map((rule) => ("rule" in rule ? rule : { match: matchOf(), rule }));
  const routes = { exact: new Map(), wildcards: [], any: candidates };
  const listener = { gateway: "prod/web", name: "http", port, routes };
  return {
    ports: new Map([[port, { port, listeners: { exact: new Map(), wildcards: [], any: listener } }]]),
    services: new Map(Object.entries(services).map(([name, endpoints]) => [`prod/${name}:80`, endpoints])),
  };
}
