import { describe, expect, it } from "vitest";
import type { RouteRuleSpec } from "../apiTypes.ts";
import { matchRequest } from "../match.ts";
import { compile } from "./compile.ts";
import type { ObjectsOptions } from "./objects.testing.ts";
import { backendRef, endpoint, gateway, grant, listener, objectsOf, route, service, slice } from "./objects.testing.ts";

type Ask = {
  host?: string;
  path?: string;
  query?: string;
  method?: string;
  headers?: Record<string, string>;
  port?: number;
};

/** The route and rule that take a request. */
function taker(options: ObjectsOptions, ask: Ask = {}): string | undefined {
  const { host = "shop.example", path = "/", query = "", method = "GET", headers = {}, port = 8080 } = ask;
  const table = compile(objectsOf(options)).table.ports.get(port);
  const found = table === undefined ? undefined : matchRequest(table, { host, path, query, method, headers });
  return found === undefined ? undefined : `${found.rule.labels.route}/${found.rule.labels.rule}`;
}

const named = (name: string, match: NonNullable<RouteRuleSpec["matches"]>[number]): RouteRuleSpec => ({
  name,
  matches: [match],
});
const prefix = (value: string) => ({ path: { type: "PathPrefix" as const, value } });

describe("precedence among matches", () => {
  const header = (name: string, value = "1") => ({ name, value });
  const cases: [string, RouteRuleSpec[], Ask, string | undefined][] = [
    [
      "an exact path goes before a longer prefix",
      [named("prefix", prefix("/a/b")), named("exact", { path: { type: "Exact", value: "/a/b" } })],
      { path: "/a/b" },
      "exact",
    ],
    [
      "an exact path takes no path below it",
      [named("exact", { path: { type: "Exact", value: "/a" } })],
      { path: "/a/b" },
      undefined,
    ],
    [
      "the longer prefix goes first",
      [named("short", prefix("/a")), named("long", prefix("/a/b"))],
      { path: "/a/b/c" },
      "long",
    ],
    ["a prefix ends at a path element", [named("a", prefix("/shop"))], { path: "/shopping" }, undefined],
    ["a prefix takes the path without its trailing slash", [named("a", prefix("/shop/"))], { path: "/shop" }, "a"],
    ["a prefix takes what is below it", [named("a", prefix("/shop"))], { path: "/shop/7" }, "a"],
    [
      "an exact path goes before a regular expression",
      [
        named("regex", { path: { type: "RegularExpression", value: "/a.*" } }),
        named("exact", { path: { type: "Exact", value: "/ab" } }),
      ],
      { path: "/ab" },
      "exact",
    ],
    [
      "a regular expression goes before a prefix",
      [named("prefix", prefix("/abc")), named("regex", { path: { type: "RegularExpression", value: "/a.*" } })],
      { path: "/abc" },
      "regex",
    ],
    [
      "a regular expression takes the whole path or nothing",
      [named("regex", { path: { type: "RegularExpression", value: "/a" } })],
      { path: "/ab" },
      undefined,
    ],
    [
      "a method goes before headers",
      [named("headers", { headers: [header("x-a"), header("x-b")] }), named("method", { method: "GET" })],
      { headers: { "x-a": "1", "x-b": "1" } },
      "method",
    ],
    ["a method that differs does not match", [named("method", { method: "POST" })], { method: "GET" }, undefined],
    [
      "more headers go before fewer",
      [named("one", { headers: [header("x-a")] }), named("two", { headers: [header("x-a"), header("x-b")] })],
      { headers: { "x-a": "1", "x-b": "1" } },
      "two",
    ],
    [
      "all headers must match",
      [named("two", { headers: [header("x-a"), header("x-b")] })],
      { headers: { "x-a": "1" } },
      undefined,
    ],
    [
      "header names match in any case, values exactly",
      [named("a", { headers: [header("X-A", "Yes")] })],
      { headers: { "x-a": "yes" } },
      undefined,
    ],
    [
      "headers go before query parameters",
      [named("query", { queryParams: [header("q"), header("r")] }), named("header", { headers: [header("x-a")] })],
      { query: "q=1&r=1", headers: { "x-a": "1" } },
      "header",
    ],
    [
      "more query parameters go before fewer",
      [named("one", { queryParams: [header("q")] }), named("two", { queryParams: [header("q"), header("r")] })],
      { query: "q=1&r=1" },
      "two",
    ],
    [
      "of a repeated query parameter the first value counts",
      [named("q", { queryParams: [header("q", "2")] })],
      { query: "q=1&q=2" },
      undefined,
    ],
    ["query values are decoded", [named("q", { queryParams: [header("q", "a b")] })], { query: "q=a%20b" }, "q"],
    [
      "equal matches go by place in the route",
      [named("first", prefix("/")), named("second", prefix("/"))],
      {},
      "first",
    ],
    [
      "a cookie is found by a regular expression",
      [
        named("all", prefix("/")),
        named("cookie", {
          headers: [{ type: "RegularExpression", name: "cookie", value: "^(.*;\\s*)?pd=canary(;.*)?$" }],
        }),
      ],
      { headers: { cookie: "a=b; pd=canary; c=d" } },
      "cookie",
    ],
    ["a rule without matches takes everything", [{ name: "any" }], { path: "/x/y" }, "any"],
  ];
  it.each(cases)("%s", (_name, rules, ask, expected) => {
    expect(taker({ routes: [route(rules)] }, ask)).toBe(expected === undefined ? undefined : `shop/${expected}`);
  });

  it("the older route goes before the younger, whatever their names", () => {
    const routes = [
      route([{}], { name: "a", created: "2026-02-01T00:00:00Z" }),
      route([{}], { name: "b", created: "2026-01-01T00:00:00Z" }),
    ];
    expect(taker({ routes })).toBe("b/0");
  });

  it("routes of one age go by their names", () => {
    expect(taker({ routes: [route([{}], { name: "b" }), route([{}], { name: "a" })] })).toBe("a/0");
  });
});

describe("hostnames", () => {
  const byHost = (hostnames: string[], name: string) => route([{}], { name, hostnames });
  const routes = [
    byHost(["shop.example"], "exact"),
    byHost(["*.example"], "wild"),
    byHost(["*.eu.example"], "longer"),
    route([{}], { name: "any" }),
  ];
  it.each([
    ["the exact name goes first", "shop.example", "exact/0"],
    ["a wildcard takes one label", "cart.example", "wild/0"],
    ["a wildcard takes several labels", "a.b.example", "wild/0"],
    ["the longer wildcard goes first", "a.eu.example", "longer/0"],
    ["a wildcard does not take its own suffix", "example", "any/0"],
    ["a route without hostnames takes the rest", "other.test", "any/0"],
  ])("%s", (_name, host, expected) => {
    expect(taker({ routes }, { host })).toBe(expected);
  });

  it("a more specific hostname without a matching rule leaves the request to a less specific one", () => {
    const narrow = route([named("post", { method: "POST" })], { name: "narrow", hostnames: ["shop.example"] });
    expect(taker({ routes: [narrow, byHost(["*.example"], "wild")] })).toBe("wild/0");
  });

  it("only the listener with the most specific hostname is asked", () => {
    const gateways = [gateway([listener({ name: "wide" }), listener({ name: "narrow", hostname: "shop.example" })])];
    const wide = route([{}], { name: "wide", parentRefs: [{ name: "web", sectionName: "wide" }] });
    expect(taker({ gateways, routes: [wide] }, { host: "shop.example" })).toBeUndefined();
    expect(taker({ gateways, routes: [wide] }, { host: "cart.example" })).toBe("wide/0");
  });

  it("a listener's wildcard bounds what a route without hostnames gets", () => {
    const gateways = [gateway([listener({ hostname: "*.example" })])];
    expect(taker({ gateways, routes: [route([{}])] }, { host: "a.example" })).toBe("shop/0");
    expect(taker({ gateways, routes: [route([{}])] }, { host: "a.test" })).toBeUndefined();
  });

  it("two Gateways share a port by hostname", () => {
    const gateways = [
      gateway([listener({ hostname: "a.example" })], "one"),
      gateway([listener({ hostname: "b.example" })], "two"),
    ];
    const routes2 = [
      route([{}], { name: "a", parentRefs: [{ name: "one" }] }),
      route([{}], { name: "b", parentRefs: [{ name: "two" }] }),
    ];
    expect(taker({ gateways, routes: routes2 }, { host: "a.example" })).toBe("a/0");
    expect(taker({ gateways, routes: routes2 }, { host: "b.example" })).toBe("b/0");
  });
});

describe("attachment", () => {
  const from = (value: "All" | "Same" | "Selector", selector?: Record<string, string>) =>
    gateway([
      listener({
        allowedRoutes: {
          namespaces: { from: value, ...(selector === undefined ? {} : { selector: { matchLabels: selector } }) },
        },
      }),
    ]);
  const foreign = route([{}], { namespace: "team" });
  const outcome = (options: ObjectsOptions): string => {
    const attachment = compile(objectsOf(options)).routes[0]?.parents[0]?.attachment;
    return attachment?.attached === false ? attachment.reason : String(attachment?.attached);
  };
  const cases: [string, ObjectsOptions, string][] = [
    ["All takes routes of any namespace", { gateways: [from("All")], routes: [foreign] }, "true"],
    ["Same takes those of the Gateway's namespace", { gateways: [from("Same")], routes: [route()] }, "true"],
    ["Same takes no others", { gateways: [from("Same")], routes: [foreign] }, "NotAllowedByListeners"],
    [
      "Selector takes a namespace with the label",
      { gateways: [from("Selector", { web: "yes" })], routes: [foreign], namespaces: { team: { web: "yes" } } },
      "true",
    ],
    [
      "Selector takes none without",
      { gateways: [from("Selector", { web: "yes" })], routes: [foreign], namespaces: { team: {} } },
      "NotAllowedByListeners",
    ],
    [
      "a listener for other kinds takes none",
      {
        gateways: [
          gateway([listener({ allowedRoutes: { namespaces: { from: "All" }, kinds: [{ kind: "GRPCRoute" }] } })]),
        ],
      },
      "NotAllowedByListeners",
    ],
    [
      "a section that is not there",
      { routes: [route([{}], { parentRefs: [{ name: "web", sectionName: "https" }] })] },
      "NoMatchingParent",
    ],
    [
      "a port that is not there",
      { routes: [route([{}], { parentRefs: [{ name: "web", port: 9 }] })] },
      "NoMatchingParent",
    ],
    [
      "a hostname that the listener does not serve",
      {
        gateways: [gateway([listener({ hostname: "a.example" })])],
        routes: [route([{}], { hostnames: ["b.example"] })],
      },
      "NoMatchingListenerHostname",
    ],
    ["a Gateway of another controller is none of ours", { classes: [] }, "undefined"],
  ];
  it.each(cases)("%s", (_name, options, expected) => {
    expect(outcome(options)).toBe(expected);
  });

  it("a route with two parentRefs to one listener is attached and served once", () => {
    const compiled = compile(
      objectsOf({ routes: [route([{}], { parentRefs: [{ name: "web" }, { name: "web", sectionName: "http" }] })] }),
    );
    expect([...compiled.attachedRoutes.values()]).toEqual([1]);
    expect(compiled.table.ports.get(8080)?.listeners.any?.routes.any).toHaveLength(1);
  });

  it("of two Gateways that want one port and hostname the older has it", () => {
    const gateways = [gateway([listener()], "young", "2026-02-01T00:00:00Z"), gateway([listener()], "old")];
    const compiled = compile(objectsOf({ gateways, routes: [] }));
    expect(compiled.table.ports.get(8080)?.listeners.any?.gateway).toBe("prod/old");
    expect(compiled.gateways[1]?.listeners[0]?.refusal?.reason).toBe("HostnameConflict");
  });
});

describe("backends", () => {
  const refused = (ref: ReturnType<typeof backendRef>, options: ObjectsOptions = {}): string | undefined =>
    compile(objectsOf({ routes: [route([{ backendRefs: [ref] }])], ...options })).routes[0]?.compiled?.refProblems[0]
      ?.reason;
  const other = { services: [service("shop", "other")] };
  const cases: [string, string | undefined, string | undefined][] = [
    ["a Service that is there is resolved", refused(backendRef()), undefined],
    ["a Service that is not there", refused(backendRef("nope")), "BackendNotFound"],
    ["a port that the Service does not have", refused(backendRef("shop", { port: 81 })), "BackendNotFound"],
    ["another kind", refused(backendRef("shop", { kind: "Bucket", group: "storage" })), "InvalidKind"],
    [
      "another namespace without a grant",
      refused(backendRef("shop", { namespace: "other" }), other),
      "RefNotPermitted",
    ],
    [
      "another namespace with a grant",
      refused(backendRef("shop", { namespace: "other" }), { ...other, grants: [grant("prod", "other")] }),
      undefined,
    ],
    [
      "a grant for another name",
      refused(backendRef("shop", { namespace: "other" }), { ...other, grants: [grant("prod", "other", "cart")] }),
      "RefNotPermitted",
    ],
    [
      "a grant to another namespace's routes",
      refused(backendRef("shop", { namespace: "other" }), { ...other, grants: [grant("test", "other")] }),
      "RefNotPermitted",
    ],
    [
      "h2c is refused",
      refused(backendRef(), { services: [service("shop", "prod", { appProtocol: "kubernetes.io/h2c" })] }),
      "UnsupportedProtocol",
    ],
    [
      "http is spoken",
      refused(backendRef(), { services: [service("shop", "prod", { appProtocol: "http" })] }),
      undefined,
    ],
  ];
  it.each(cases)("%s", (_name, actual, expected) => {
    expect(actual).toBe(expected);
  });

  const endpointsOf = (...endpoints: ReturnType<typeof endpoint>[]): string[] =>
    (compile(objectsOf({ slices: [slice(endpoints)] })).table.services.get("prod/shop:80") ?? []).map(
      ({ address, port }) => `${address}:${port}`,
    );
  it("ready endpoints serve at the port of the same name", () => {
    expect(endpointsOf(endpoint("127.1.0.2"), endpoint("127.1.0.1", undefined))).toEqual([
      "127.1.0.1:8080",
      "127.1.0.2:8080",
    ]);
  });
  it("endpoints that end are used only while none is ready", () => {
    const ending = endpoint("127.1.0.9", { ready: false, serving: true, terminating: true });
    expect(endpointsOf(endpoint("127.1.0.1"), ending)).toEqual(["127.1.0.1:8080"]);
    expect(endpointsOf(ending, endpoint("127.1.0.3", { ready: false, serving: false }))).toEqual(["127.1.0.9:8080"]);
  });

  it("weights are summed in order, and an absent weight is 1", () => {
    const routes = [
      route([
        {
          backendRefs: [
            backendRef("shop", { weight: 9990 }),
            { name: "shop", port: 80 },
            backendRef("shop", { weight: 0 }),
          ],
        },
      ]),
    ];
    const rule = compile(objectsOf({ routes })).table.ports.get(8080)?.listeners.any?.routes.any?.[0]?.rule;
    expect(rule?.cumulativeWeights).toEqual([9990, 9991, 9991]);
    expect(rule?.totalWeight).toBe(9991);
  });
});

describe("what is not supported", () => {
  const problems = (rule: RouteRuleSpec): readonly string[] =>
    compile(objectsOf({ routes: [route([rule])] })).routes[0]?.compiled?.unsupported ?? [];
  it.each([
    ["an unknown filter fails its rule", { filters: [{ type: "ExtensionRef" }] }, "ExtensionRef"],
    [
      "look-around in a regular expression",
      { matches: [{ path: { type: "RegularExpression" as const, value: "/(?=a)b" } }] },
      "linear time",
    ],
    [
      "a regular expression that cannot be read",
      { matches: [{ headers: [{ type: "RegularExpression" as const, name: "a", value: "(" }] }] },
      "cannot be used",
    ],
    [
      "a header value that cannot be sent",
      {
        filters: [
          { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "x-a", value: "a\nb" }] } },
        ],
      },
      "cannot be sent",
    ],
    [
      "a redirect path that cannot be sent",
      { filters: [{ type: "RequestRedirect", requestRedirect: { hostname: "h\u00fc.example" } }] },
      "encode them",
    ],
    ["session persistence, which would beat the weights", { sessionPersistence: {} }, "sessionPersistence"],
    [
      "a redirect on a backendRef",
      { backendRefs: [backendRef("shop", { filters: [{ type: "RequestRedirect", requestRedirect: {} }] })] },
      "on rules",
    ],
  ])("%s", (_name, rule, words) => {
    expect(problems(rule).join()).toContain(words);
  });

  it("other rules of the route stay in service", () => {
    const rules = [named("bad", { path: { type: "RegularExpression", value: "(" } }), named("good", prefix("/"))];
    expect(taker({ routes: [route(rules)] })).toBe("shop/good");
  });

  it("a rule with an unknown filter keeps its requests and answers them with 500", () => {
    const routes = [route([{ name: "odd", filters: [{ type: "CORS" }], matches: [prefix("/odd")] }, { name: "all" }])];
    expect(taker({ routes }, { path: "/odd" })).toBe("shop/odd");
  });
});
