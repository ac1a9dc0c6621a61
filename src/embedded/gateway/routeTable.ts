/** What the data plane works from: pure data, made by `compile`, never changed afterwards, replaced as a whole. */
export type RouteTable = {
  readonly ports: ReadonlyMap<number, PortTable>;
  /** Endpoints by `Backend.serviceKey`. */
  readonly services: ReadonlyMap<string, readonly Endpoint[]>;
};

export type PortTable = {
  readonly port: number;
  readonly listeners: HostIndex<ListenerTable>;
};

export type ListenerTable = {
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  readonly name: string;
  readonly port: number;
  /** In each list the candidate that goes first has precedence. */
  readonly routes: HostIndex<readonly Candidate[]>;
};

/** Values by hostname; a wildcard is kept as its suffix with the leading dot, the longest first. */
export type HostIndex<T> = {
  readonly exact: ReadonlyMap<string, T>;
  readonly wildcards: readonly { readonly suffix: string; readonly value: T }[];
  readonly any: T | undefined;
};

export type Endpoint = { readonly address: string; readonly port: number };

export type Candidate = { readonly match: RouteMatch; readonly rule: Rule };

export type PathMatch =
  | { readonly kind: "exact"; readonly value: string }
  /** Without its trailing slash: the root is the empty string. */
  | { readonly kind: "prefix"; readonly value: string }
  | { readonly kind: "regex"; readonly test: (value: string) => boolean };

/** `name` is in lower case for headers and as written for query parameters. */
export type ValueMatch =
  | { readonly kind: "exact"; readonly name: string; readonly value: string }
  | { readonly kind: "regex"; readonly name: string; readonly test: (value: string) => boolean };

export type RouteMatch = {
  readonly path: PathMatch;
  readonly method: string | undefined;
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
};

export type HeaderModifier = {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
  /** Lower-case names that are dropped: those removed and those set. */
  readonly drop: ReadonlySet<string>;
};

export type PathModifier =
  | { readonly kind: "full"; readonly value: string }
  | { readonly kind: "prefix"; readonly value: string };

export type Redirect = {
  readonly scheme: string | undefined;
  readonly hostname: string | undefined;
  readonly port: number | undefined;
  readonly path: PathModifier | undefined;
  readonly statusCode: number;
};

export type Rewrite = { readonly hostname: string | undefined; readonly path: PathModifier | undefined };

export type Mirror = {
  readonly backend: Backend;
  /** Share of the requests that are copied, 0 to 1. */
  readonly share: number;
};

export type Filters = {
  readonly requestHeaders: readonly HeaderModifier[];
  readonly responseHeaders: readonly HeaderModifier[];
  readonly mirrors: readonly Mirror[];
  readonly redirect: Redirect | undefined;
  readonly rewrite: Rewrite | undefined;
};

/** Names one time series: who was asked, and by which rule. */
export type SeriesLabels = {
  readonly namespace: string;
  readonly route: string;
  /** The rule's name, or its place in the route when it has none. */
  readonly rule: string;
  readonly backendNamespace: string;
  readonly service: string;
  readonly port: string;
};

export type Backend = {
  readonly labels: SeriesLabels;
  /** All labels in one string. */
  readonly seriesKey: string;
  /** `namespace/service:port`, a key of `RouteTable.services`. */
  readonly serviceKey: string;
  readonly filters: Filters;
  /** Why requests for this backend are answered with 500; undefined when it can be used. */
  readonly problem: string | undefined;
};

export type Rule = {
  /** The series of answers that the rule gives by itself. */
  readonly labels: SeriesLabels;
  readonly seriesKey: string;
  readonly filters: Filters;
  readonly backends: readonly Backend[];
  /** Running sums of the weights, as long as `backends`. */
  readonly cumulativeWeights: readonly number[];
  readonly totalWeight: number;
  /** Absent: no limit. */
  readonly requestTimeoutMs: number | undefined;
  readonly backendTimeoutMs: number | undefined;
  /** Why every request of the rule is answered with 500. */
  readonly problem: string | undefined;
};

export const emptyRouteTable: RouteTable = { ports: new Map(), services: new Map() };
