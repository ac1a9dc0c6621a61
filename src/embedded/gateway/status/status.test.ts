import { describe, expect, it } from "vitest";
import type { HttpRoute } from "../apiTypes.ts";
import { compile } from "../compile/compile.ts";
import type { ObjectsOptions } from "../compile/objects.testing.ts";
import {
  backendRef,
  gateway,
  gatewayClass,
  listener,
  objectsOf,
  route,
  testController,
} from "../compile/objects.testing.ts";
import { classStatus } from "./classStatus.ts";
import type { DataPlaneFacts } from "./gatewayStatus.ts";
import { gatewayStatus, planGateway } from "./gatewayStatus.ts";
import { planRoute, routeParents } from "./routeStatus.ts";

const now = "2026-01-02T00:00:00Z";
const later = "2026-01-03T00:00:00Z";
const open: DataPlaneFacts = { portProblems: new Map(), address: "127.0.0.1" };

type Conditions =
  | readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[]
  | undefined;
const told = (conditions: Conditions): string[] =>
  (conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);

function gatewayOf(options: ObjectsOptions, plane = open) {
  const compiled = compile(objectsOf(options));
  const [facts] = compiled.gateways;
  return gatewayStatus(facts!.gateway, planGateway(facts!, compiled, plane), now);
}

describe("the status of a Gateway", () => {
  it("says that all is served, with the address and the number of routes", () => {
    const status = gatewayOf({ routes: [route(), route([{}], { name: "b" })] });
    expect(told(status.conditions)).toEqual(["Accepted=True Accepted", "Programmed=True Programmed"]);
    expect(status.addresses).toEqual([{ type: "IPAddress", value: "127.0.0.1" }]);
    expect(status.listeners?.[0]).toMatchObject({
      name: "http",
      attachedRoutes: 2,
      supportedKinds: [{ kind: "HTTPRoute" }],
    });
    expect(status.conditions?.[0]).toMatchObject({ observedGeneration: 3, lastTransitionTime: now });
  });

  it("names the port that is in use", () => {
    const status = gatewayOf(
      {},
      { portProblems: new Map([[8080, "Port 8080 is in use; stop that process"]]), address: "127.0.0.1" },
    );
    expect(told(status.conditions)).toEqual(["Accepted=True Accepted", "Programmed=False AddressNotUsable"]);
    expect(status.conditions?.[1]?.message).toContain("Port 8080 is in use; stop that process");
    expect(told(status.listeners?.[0]?.conditions)).toContain("Programmed=False PortUnavailable");
    expect(status.addresses).toEqual([]);
  });

  it("refuses TLS in words and serves the other listener", () => {
    const status = gatewayOf({
      gateways: [gateway([listener(), listener({ name: "tls", protocol: "HTTPS", port: 8443 })])],
    });
    expect(told(status.conditions)).toEqual(["Accepted=True ListenersNotValid", "Programmed=True Programmed"]);
    expect(told(status.listeners?.[1]?.conditions)).toEqual([
      "Accepted=False UnsupportedProtocol",
      "Programmed=False Invalid",
      "ResolvedRefs=True ResolvedRefs",
      "Conflicted=False NoConflicts",
    ]);
    expect(status.listeners?.[1]?.conditions[0]?.message).toContain("HTTPS is not served");
  });

  it("is not accepted when no listener can be served", () => {
    const status = gatewayOf({ gateways: [gateway([listener({ protocol: "TLS" })])], routes: [] });
    expect(told(status.conditions)).toEqual(["Accepted=False ListenersNotValid", "Programmed=False Invalid"]);
  });

  it("names route kinds that are not served", () => {
    const kinds = [{ kind: "HTTPRoute" }, { kind: "GRPCRoute" }];
    const status = gatewayOf({ gateways: [gateway([listener({ allowedRoutes: { kinds } })])] });
    expect(told(status.listeners?.[0]?.conditions)).toContain("ResolvedRefs=False InvalidRouteKinds");
    expect(status.listeners?.[0]?.attachedRoutes).toBe(1);
  });

  it("refuses an address that is not the loopback one", () => {
    const asked = gateway();
    const status = gatewayOf({ gateways: [{ ...asked, spec: { ...asked.spec, addresses: [{ value: "10.0.0.1" }] } }] });
    expect(told(status.conditions)).toEqual(["Accepted=False UnsupportedAddress", "Programmed=False Invalid"]);
  });

  it("keeps the time of a condition that stays and the conditions of others", () => {
    const compiled = compile(objectsOf());
    const [facts] = compiled.gateways;
    const plan = planGateway(facts!, compiled, open);
    const first = gatewayStatus(facts!.gateway, plan, now);
    const foreign = { type: "Audited", status: "True" as const, reason: "Ok", message: "", lastTransitionTime: now };
    const stored = { ...facts!.gateway, status: { ...first, conditions: [...(first.conditions ?? []), foreign] } };
    expect(gatewayStatus(stored, plan, later)).toEqual(stored.status);
  });
});

describe("the status of an HTTPRoute", () => {
  function parents(stored: HttpRoute, options: ObjectsOptions = {}) {
    const [facts] = compile(objectsOf({ ...options, routes: [stored] })).routes;
    return routeParents(stored, planRoute(facts!), testController, now);
  }
  const foreign = { parentRef: { name: "mesh" }, controllerName: "example.com/other", conditions: [] };

  it("is accepted and resolved at the generation that is served", () => {
    const [entry] = parents(route());
    expect(told(entry?.conditions)).toEqual(["Accepted=True Accepted", "ResolvedRefs=True ResolvedRefs"]);
    expect(entry).toMatchObject({ controllerName: testController, parentRef: { name: "web" } });
    expect(entry?.conditions?.every((item) => item.observedGeneration === 7)).toBe(true);
  });

  it("names the backend that does not exist", () => {
    const [entry] = parents(route([{ backendRefs: [backendRef("nope")] }]));
    expect(told(entry?.conditions)).toEqual(["Accepted=True Accepted", "ResolvedRefs=False BackendNotFound"]);
    expect(entry?.conditions?.[1]?.message).toContain("Service prod/nope does not exist");
  });

  it("tells which rule was dropped", () => {
    const [entry] = parents(route([{ matches: [{ path: { type: "RegularExpression", value: "(" } }] }, {}]));
    expect(told(entry?.conditions)).toContain("PartiallyInvalid=True UnsupportedValue");
    expect(entry?.conditions?.[2]?.message).toContain("Dropped rule 0");
  });

  it("is not accepted when no rule can be served", () => {
    const [entry] = parents(route([{ filters: [{ type: "ExtensionRef" }] }]));
    expect(told(entry?.conditions)[0]).toBe("Accepted=False UnsupportedValue");
  });

  it("has an entry for each parent that is ours, and others' entries stay as they are", () => {
    const stored = route([{}], {
      parentRefs: [{ name: "web", sectionName: "http" }, { name: "mesh" }],
      status: { parents: [foreign] },
    });
    const entries = parents(stored);
    expect(entries.map(({ controllerName, parentRef }) => `${controllerName} ${parentRef.name}`)).toEqual([
      "example.com/other mesh",
      `${testController} web`,
    ]);
    expect(entries[0]).toEqual(foreign);
  });

  it("loses our entry when the parent goes", () => {
    const old = { parentRef: { name: "gone" }, controllerName: testController, conditions: [] };
    expect(parents(route([{}], { parentRefs: [{ name: "gone" }], status: { parents: [foreign, old] } }))).toEqual([
      foreign,
    ]);
  });
});

describe("the status of a GatewayClass", () => {
  it("is accepted, with the features in order", () => {
    const status = classStatus(gatewayClass(), now);
    expect(told(status.conditions)).toEqual(["Accepted=True Accepted"]);
    const names = (status.supportedFeatures ?? []).map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names).toContain("HTTPRouteRequestPercentageMirror");
  });

  it("refuses parameters", () => {
    expect(told(classStatus(gatewayClass({ parametersRef: {} }), now).conditions)).toEqual([
      "Accepted=False InvalidParameters",
    ]);
  });
});
