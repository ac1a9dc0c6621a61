import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { applyDefaults } from "../schema/applyDefaults.ts";
import { pruneUnknown } from "../schema/pruneUnknown.ts";
import { validateObject } from "../schema/validateObject.ts";
import type { FieldError } from "../wire/apiError.ts";
import { builtInDefinitions } from "./builtInDefinitions.ts";
import { definitionsOf } from "./customResources.ts";
import { gatewayApiCustomResourceDefinitions } from "./gatewayApi.ts";

function schemaOf(kind: string) {
  const definition = gatewayApiCustomResourceDefinitions.flatMap(definitionsOf).find((each) => each.kind === kind);
  if (definition === undefined) throw new Error(`no kind ${kind}`);
  return definition.schema;
}

function complete(kind: string, spec: object): AnyObject {
  const object = { apiVersion: "gateway.networking.k8s.io/v1", kind, metadata: { name: "x" }, spec };
  const { value, unknown } = pruneUnknown(schemaOf(kind), object);
  expect(unknown).toEqual([]);
  return applyDefaults(schemaOf(kind), value) as AnyObject;
}

function judged(kind: string, spec: object, old?: object): string[] {
  const stored = old === undefined ? undefined : complete(kind, old);
  const errors: FieldError[] = validateObject(schemaOf(kind), complete(kind, spec), stored);
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

const one = (rule: object): object => ({ rules: [rule] });
const backend = { name: "shop", port: 80 };

describe("Gateway API", () => {
  it.each(gatewayApiCustomResourceDefinitions.map((crd) => [crd.metadata.name, crd] as const))(
    "%s is a definition that the server accepts",
    (_name, crd) => {
      const strategy = builtInDefinitions.find(({ kind }) => kind === "CustomResourceDefinition")?.strategy;
      const copy = structuredClone(crd);
      strategy?.applyDefaults?.(copy);
      expect(strategy?.validate?.(copy)).toEqual([]);
    },
  );

  it("fills in a route's defaults", () => {
    const route = complete("HTTPRoute", { parentRefs: [{ name: "gw" }], rules: [{ backendRefs: [backend] }] });
    expect(route["spec"]).toEqual({
      parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "gw" }],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ group: "", kind: "Service", name: "shop", port: 80, weight: 1 }],
        },
      ],
    });
    expect(complete("HTTPRoute", {})["spec"]).toEqual({
      rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }] }],
    });
  });

  it("knows every filter and match of the standard channel", () => {
    const header = { name: "x-a", value: "1" };
    const filters = [
      { type: "RequestHeaderModifier", requestHeaderModifier: { set: [header], add: [header], remove: ["x-b"] } },
      { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [header] } },
      { type: "RequestMirror", requestMirror: { backendRef: backend, fraction: { numerator: 1, denominator: 1000 } } },
      {
        type: "URLRewrite",
        urlRewrite: { hostname: "a.example", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" } },
      },
    ];
    const matches = [
      {
        path: { type: "PathPrefix", value: "/v1" },
        headers: [{ type: "RegularExpression", name: "x", value: ".*" }],
        queryParams: [{ name: "q", value: "1" }],
        method: "GET",
      },
    ];
    const rule = {
      name: "all",
      matches,
      filters,
      backendRefs: [{ ...backend, weight: 0 }],
      timeouts: { request: "10s", backendRequest: "2s" },
    };
    expect(judged("HTTPRoute", { hostnames: ["*.example.com"], rules: [rule] })).toEqual([]);
  });

  const path = (type: string, value: string): object => one({ matches: [{ path: { type, value } }] });

  it.each<[string, string, object, RegExp]>([
    ["a relative path", "HTTPRoute", path("Exact", "x"), /rules\[0\].matches\[0\].path: .*must be an absolute path/],
    [
      "a Service without port",
      "HTTPRoute",
      one({ backendRefs: [{ name: "shop" }] }),
      /backendRefs\[0\]: .*Must have port for Service reference/,
    ],
    [
      "a weight out of bounds",
      "HTTPRoute",
      one({ backendRefs: [{ ...backend, weight: 1_000_001 }] }),
      /weight in body should be less than or equal to 1000000/,
    ],
    [
      "a redirect with backends",
      "HTTPRoute",
      one({ filters: [{ type: "RequestRedirect", requestRedirect: {} }], backendRefs: [backend] }),
      /RequestRedirect filter must not be used together with backendRefs/,
    ],
    [
      "redirect and rewrite",
      "HTTPRoute",
      one({
        filters: [
          { type: "RequestRedirect", requestRedirect: {} },
          { type: "URLRewrite", urlRewrite: {} },
        ],
      }),
      /either httpRouteFilterRequestRedirect or/,
    ],
    [
      "a filter without its member",
      "HTTPRoute",
      one({ filters: [{ type: "RequestMirror" }] }),
      /filter.requestMirror must be specified for RequestMirror/,
    ],
    [
      "percent and fraction",
      "HTTPRoute",
      one({
        filters: [
          { type: "RequestMirror", requestMirror: { backendRef: backend, percent: 1, fraction: { numerator: 1 } } },
        ],
      }),
      /Only one of percent or fraction/,
    ],
    [
      "a backend timeout above the request's",
      "HTTPRoute",
      one({ timeouts: { request: "1s", backendRequest: "2s" } }),
      /backendRequest timeout cannot be longer/,
    ],
    [
      "a prefix to replace without prefix match",
      "HTTPRoute",
      one({
        matches: [{ path: { type: "Exact", value: "/x" } }],
        filters: [
          { type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } } },
        ],
      }),
      /exactly one PathPrefix match/,
    ],
    [
      "the same parent twice",
      "HTTPRoute",
      { parentRefs: [{ name: "gw" }, { name: "gw" }] },
      /sectionName or port must be unique/,
    ],
    [
      "a Gateway without listeners",
      "Gateway",
      { gatewayClassName: "c", listeners: [] },
      /should have at least 1 items/,
    ],
    [
      "TLS on an HTTP listener",
      "Gateway",
      {
        gatewayClassName: "c",
        listeners: [{ name: "a", port: 80, protocol: "HTTP", tls: { certificateRefs: [{ name: "s" }] } }],
      },
      /tls must not be specified/,
    ],
    [
      "two listeners on one port",
      "Gateway",
      {
        gatewayClassName: "c",
        listeners: [
          { name: "a", port: 80, protocol: "HTTP" },
          { name: "b", port: 80, protocol: "HTTP" },
        ],
      },
      /Combination of port, protocol and hostname/,
    ],
    ["a controller without path", "GatewayClass", { controllerName: "nothing" }, /should match/],
    [
      "a grant to nobody",
      "ReferenceGrant",
      { from: [], to: [{ group: "", kind: "Service" }] },
      /should have at least 1 items/,
    ],
  ])("refuses %s", (_name, kind, spec, expected) => {
    expect(judged(kind, spec).join("\n")).toMatch(expected);
  });

  it("refuses to change a class's controller", () => {
    expect(judged("GatewayClass", { controllerName: "a.example/b" }, { controllerName: "a.example/c" })).toEqual([
      "spec.controllerName: Invalid value: Value is immutable",
    ]);
  });

  it("starts a Gateway with unknown conditions", () => {
    const gateway = complete("Gateway", {
      gatewayClassName: "c",
      listeners: [{ name: "http", port: 80, protocol: "HTTP" }],
    });
    expect(gateway["status"]).toMatchObject({
      conditions: [
        { type: "Accepted", status: "Unknown", reason: "Pending" },
        { type: "Programmed", status: "Unknown" },
      ],
    });
    expect(gateway["spec"]).toMatchObject({ listeners: [{ allowedRoutes: { namespaces: { from: "Same" } } }] });
  });
});
