import type { Schema } from "../../wire/resource.ts";
import { backendObject, filters, portForService } from "./filters.ts";
import {
  apiGroup,
  atomicList,
  choice,
  conditions,
  controllerName,
  duration,
  fields,
  group,
  hostname,
  kindName,
  listByKey,
  namespaceName,
  objectName,
  port,
  rules,
  sectionName,
  text,
} from "./parts.ts";

const anyPath = { path: { type: "PathPrefix", value: "/" } };
const headerName = text("Name.", { minLength: 1, maxLength: 256, pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$" });

const parentRef = fields(
  "A Gateway that the route attaches to.",
  {
    group: { ...apiGroup, default: group },
    kind: { ...kindName, default: "Gateway" },
    namespace: namespaceName,
    name: objectName,
    sectionName: { ...sectionName, description: "Listener of the Gateway; all that allow the route by default." },
    port: { ...port, description: "Port of the listeners to attach to." },
  },
  ["name"],
);

const absolute = (message: string, test: string): [string, string] => [
  message,
  `(self.type in ['Exact','PathPrefix']) ? ${test} : true`,
];

const forbidden = ["//", "/./", "/../", "%2f", "%2F", "#"].map((part) =>
  absolute(`must not contain '${part}' when type one of ['Exact', 'PathPrefix']`, `!self.value.contains('${part}')`),
);
const endings = ["/..", "/."].map((part) =>
  absolute(`must not end with '${part}' when type one of ['Exact', 'PathPrefix']`, `!self.value.endsWith('${part}')`),
);

const path: Schema = fields(
  "Path of the request.",
  {
    type: choice("How the value is compared.", ["Exact", "PathPrefix", "RegularExpression"], { default: "PathPrefix" }),
    value: text("Path to compare with.", { default: "/", maxLength: 1024 }),
  },
  [],
  {
    default: anyPath.path,
    ...rules(
      absolute(
        "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
        "self.value.startsWith('/')",
      ),
      ...forbidden,
      ...endings,
      [
        "type must be one of ['Exact', 'PathPrefix', 'RegularExpression']",
        "self.type in ['Exact','PathPrefix'] || self.type == 'RegularExpression'",
      ],
    ),
  },
);

function valueMatch(what: string, maxLength: number): Schema {
  const type = choice("How the value is compared.", ["Exact", "RegularExpression"], { default: "Exact" });
  return fields(
    `A condition on a ${what}.`,
    { type, name: headerName, value: text("Value to compare with.", { minLength: 1, maxLength }) },
    ["name", "value"],
  );
}

const match = fields("Conditions of which all must hold.", {
  path,
  headers: listByKey("Headers that the request must have.", valueMatch("header", 4096), "name", 16),
  queryParams: listByKey(
    "Query parameters that the request must have.",
    valueMatch("query parameter", 1024),
    "name",
    16,
  ),
  method: choice("Method of the request.", [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "CONNECT",
    "OPTIONS",
    "TRACE",
    "PATCH",
  ]),
});

const backendRef = fields(
  "A backend and its share.",
  {
    ...backendObject,
    weight: {
      type: "integer",
      format: "int32",
      minimum: 0,
      maximum: 1_000_000,
      default: 1,
      description: "Share of the requests, in proportion to the sum of all weights.",
    },
    filters,
  },
  ["name"],
  portForService,
);

const timeouts = fields(
  "How long requests may last.",
  {
    request: { ...duration, description: "From the client's request to the end of the answer." },
    backendRequest: { ...duration, description: "From the gateway's request to the end of the backend's answer." },
  },
  [],
  rules([
    "backendRequest timeout cannot be longer than request timeout",
    "!(has(self.request) && has(self.backendRequest) && duration(self.request) != duration('0s') && duration(self.backendRequest) > duration(self.request))",
  ]),
);

const isPrefixMatch =
  "has(self.matches) && size(self.matches) == 1 && has(self.matches[0].path) && self.matches[0].path.type == 'PathPrefix'";

const prefixRule = (type: string, member: string): [string, string] => [
  `When using ${type} filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified`,
  `(has(self.filters) && self.filters.exists(f, has(f.${member}) && has(f.${member}.path) && f.${member}.path.type == 'ReplacePrefixMatch')) ? (${isPrefixMatch}) : true`,
];

const rule = fields(
  "What happens to requests that match.",
  {
    name: { ...sectionName, description: "Name of the rule, unique in the route." },
    matches: atomicList("Alternatives of which one must match; every request does by default.", match, 64, {
      default: [anyPath],
    }),
    filters,
    backendRefs: atomicList("Backends among which requests are divided.", backendRef, 16),
    timeouts,
  },
  [],
  rules(
    [
      "RequestRedirect filter must not be used together with backendRefs",
      "(has(self.backendRefs) && size(self.backendRefs) > 0) ? (!has(self.filters) || self.filters.all(f, !has(f.requestRedirect))) : true",
    ],
    prefixRule("RequestRedirect", "requestRedirect"),
    prefixRule("URLRewrite", "urlRewrite"),
  ),
);

const distinctParents: [string, string] = [
  "sectionName or port must be unique when parentRefs includes 2 or more references to the same parent",
  "self.all(a, self.exists_one(b, a.group == b.group && a.kind == b.kind && a.name == b.name && a.?namespace.orValue('') == b.?namespace.orValue('') && a.?sectionName.orValue('') == b.?sectionName.orValue('') && a.?port.orValue(0) == b.?port.orValue(0)))",
];

const spec = fields("Which requests go where.", {
  parentRefs: atomicList("Gateways that the route attaches to.", parentRef, 32, rules(distinctParents)),
  hostnames: atomicList("Hosts of the requests; all that the listener takes by default.", hostname, 16),
  rules: atomicList("Rules, of which the most specific that matches applies.", rule, 16, {
    minItems: 1,
    default: [{ matches: [anyPath] }],
    ...rules(
      [
        "While 16 rules and 64 matches per rule are allowed, the total number of matches across all rules in a route must be less than 128",
        "self.map(r, has(r.matches) ? size(r.matches) : 0).sum() <= 128",
      ],
      [
        "Rule name must be unique within the route",
        "self.all(a, !has(a.name) || self.exists_one(b, has(b.name) && b.name == a.name))",
      ],
    ),
  }),
});

const parentStatus = fields(
  "What one controller says about one Gateway.",
  { parentRef, controllerName, conditions: conditions() },
  ["parentRef", "controllerName"],
);

const status = fields(
  "What became of the route.",
  { parents: atomicList("By Gateway and controller.", parentStatus, 32) },
  ["parents"],
);

export const httpRouteSchema: Schema = fields("Routes HTTP requests from Gateways to backends.", { spec, status }, [
  "spec",
]);
