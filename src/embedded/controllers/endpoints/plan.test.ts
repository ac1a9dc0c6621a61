import { describe, expect, it } from "vitest";
import { aService } from "../../../../testing/builders/workloads.ts";
import type { Endpoint, EndpointSlice } from "../endpointslice/types.ts";
import { isOurs, planEndpoints } from "./plan.ts";

const ports = [{ name: "http", protocol: "TCP", port: 8080 }];

function endpoint(ip: string, conditions: Partial<Endpoint["conditions"]> = {}): Endpoint {
  return { addresses: [ip], conditions: { ready: true, serving: true, terminating: false, ...conditions } };
}

function slice(...endpoints: Endpoint[]): EndpointSlice {
  const apiVersion = "discovery.k8s.io/v1";
  return { apiVersion, kind: "EndpointSlice", metadata: { name: "s" }, addressType: "IPv4", endpoints, ports };
}

describe("the Endpoints of a Service", () => {
  it("hold what its slices hold, ready or not, in order", () => {
    const slices = [slice(endpoint("10.0.0.2"), endpoint("10.0.0.3", { ready: false })), slice(endpoint("10.0.0.1"))];
    const planned = planEndpoints(aService(), slices, undefined);
    expect(planned).toMatchObject({ kind: "Endpoints", metadata: { name: "shop", namespace: "prod" } });
    expect(planned?.subsets).toEqual([
      { addresses: [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }], notReadyAddresses: [{ ip: "10.0.0.3" }], ports },
    ]);
    expect(planned !== undefined && isOurs(planned)).toBe(true);
  });

  it("leave out pods that end", () => {
    const slices = [slice(endpoint("10.0.0.1", { ready: false, terminating: true }))];
    expect(planEndpoints(aService(), slices, undefined)?.subsets).toEqual([]);
  });

  it("are written once, and again when something changes", () => {
    const slices = [slice(endpoint("10.0.0.1"))];
    const planned = planEndpoints(aService(), slices, undefined);
    expect(planEndpoints(aService(), slices, planned)).toBeUndefined();
    expect(planEndpoints(aService(), [], planned)?.subsets).toEqual([]);
  });

  it("name no port that has no name", () => {
    const unnamed = { ...slice(endpoint("10.0.0.1")), ports: [{ name: "", protocol: "TCP", port: 80 }] };
    expect(planEndpoints(aService(), [unnamed], undefined)?.subsets?.[0]?.ports).toEqual([
      { protocol: "TCP", port: 80 },
    ]);
  });
});
