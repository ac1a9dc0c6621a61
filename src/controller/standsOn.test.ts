import { describe, expect, it } from "vitest";
import { aDelivery } from "../../testing/builders/delivery.ts";
import type { Delivery } from "../api/delivery.ts";
import type { Caches } from "./caches.ts";
import { rivalsOf, standingOn, standsOnIndex } from "./standsOn.ts";

function cachesOf(...deliveries: readonly Delivery[]): Pick<Caches, "deliveries"> {
  const byIndex = (_index: string, key: string): readonly Delivery[] =>
    deliveries.filter((delivery) => standsOnIndex.standsOn(delivery).includes(key));
  const unused = (): never => {
    throw new Error("only the index is asked");
  };
  return { deliveries: { byIndex, get: unused, list: unused, written: unused, removed: unused } };
}

function named(name: string, workload: string, routes: readonly string[], namespace = "prod"): Delivery {
  return aDelivery({
    metadata: { name, uid: name, namespace },
    workload: { kind: "Deployment", name: workload },
    service: { name: workload },
    traffic: { gatewayAPI: { httpRoutes: [...routes], probePath: "/" } },
  });
}

const namesOf = (deliveries: readonly Delivery[]): string[] => deliveries.map(({ metadata }) => metadata.name);

describe("standingOn", () => {
  const caches = cachesOf(named("a", "shop", ["web", "api"]), named("b", "cart", ["cart"]));
  it.each([
    ["its Deployment", "deployments", "shop", ["a"]],
    ["its Service", "services", "shop", ["a"]],
    ["the contender's Service", "services", "shop-contender", ["a"]],
    ["the EndpointSlices of its Service", "endpointslices", "shop", ["a"]],
    ["each of its routes", "httproutes", "api", ["a"]],
    ["nothing else of the same name", "httproutes", "shop", []],
  ] as const)("a Delivery stands on %s", (_what, plural, name, expected) => {
    expect(namesOf(standingOn(plural, "prod", name, caches))).toEqual(expected);
  });

  it("looks in one namespace", () => {
    expect(standingOn("deployments", "test", "shop", caches)).toEqual([]);
  });
});

describe("rivalsOf", () => {
  const mine = named("mine", "shop", ["web"]);

  it("names who has the same workload or one of the same routes, each once", () => {
    const both = named("both", "shop", ["web"]);
    const route = named("route", "cart", ["cart", "web"]);
    expect(namesOf(rivalsOf(mine, cachesOf(mine, both, route, named("other", "till", ["till"]))))).toEqual([
      "both",
      "route",
    ]);
  });

  it("is not itself, nor anybody of another namespace", () => {
    expect(rivalsOf(mine, cachesOf(mine, named("far", "shop", ["web"], "test")))).toEqual([]);
  });
});
