import { describe, expect, it } from "vitest";
import { aGateway, aRoute, aRouteCondition, aRule } from "../../../../testing/builders/routes.ts";
import { createFakeKubeClient } from "../../../../testing/fakes/kubeClient.ts";
import type { ManagedFieldsEntry } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import { noTraffic } from "../../../core/traffic/goal.ts";
import type { TrafficSubject } from "../../../ports/trafficRouter.ts";
import { pendingReason } from "./accepted.ts";
import { probeTargets } from "./probe.ts";
import { createGatewayApiRouter } from "./router.ts";
import type { Gateway, HTTPRoute } from "./types.ts";

const { signal } = new AbortController();
const subject: TrafficSubject = {
  namespace: "prod",
  delivery: "shop",
  stableService: "shop",
  contenderService: "shop-contender",
  routes: ["shop"],
  probePath: "/",
};
const goal = { contenderBasisPoints: 2_500, matches: [] };
const ref = { namespace: "prod", name: "shop" };

function bed(route: HTTPRoute | undefined = aRoute()) {
  const client = createFakeKubeClient();
  if (route !== undefined) client.put(resources.httpRoutes, route);
  const live = () => client.find(resources.httpRoutes, ref) as unknown as HTTPRoute;
  const router = createGatewayApiRouter({
    client,
    route: (wanted) => client.find(resources.httpRoutes, wanted) as unknown as HTTPRoute | undefined,
    gateway: () => aGateway(),
    written: () => undefined,
  });
  const edit = (change: (rules: HTTPRoute) => void) => {
    const edited = live();
    change(edited);
    client.put(resources.httpRoutes, edited);
  };
  const writes = () => client.calls.filter(({ verb }) => verb === "patch").length;
  return { client, router, live, edit, writes };
}

describe("the route", () => {
  it("shows what was written to it, and is pristine before and after", async () => {
    const { router, live } = bed();
    const before = live().spec;
    expect(router.observe(subject)).toMatchObject({ pristine: true, live: undefined, accepted: true, missing: false });
    await router.split(subject, goal, {}, signal);
    expect(router.observe(subject)).toMatchObject({ pristine: false, live: goal, rewrittenBy: undefined });
    await router.restore(subject, {}, signal);
    expect(live().spec).toEqual(before);
    expect(live().metadata.annotations).toEqual({});
    expect(router.observe(subject)).toMatchObject({ pristine: true });
  });

  it("is not accepted before its parents have seen the newest version", async () => {
    const { router } = bed();
    await router.split(subject, goal, {}, signal);
    expect(router.observe(subject)).toMatchObject({
      accepted: false,
      pending: "HTTPRoute shop: parent edge has not seen the newest version",
    });
  });

  it("is not written again while it says what is wanted", async () => {
    const { router, writes } = bed();
    await router.split(subject, goal, {}, signal);
    await router.split(subject, goal, {}, signal);
    await router.restore(subject, {}, signal);
    await router.restore(subject, {}, signal);
    expect(writes()).toBe(2);
  });

  it("is reported as rewritten when somebody changes it, and keeps the change through the next split and the end", async () => {
    const { router, live, edit } = bed();
    await router.split(subject, goal, {}, signal);
    edit(({ spec }) => spec.rules?.push(aRule([{ name: "cart" }])));
    expect(router.observe(subject)).toMatchObject({ live: undefined, pristine: false, rewrittenBy: "somebody" });
    await router.split(subject, goal, {}, signal);
    expect(router.observe(subject)).toMatchObject({ live: goal, rewrittenBy: undefined });
    await router.restore(subject, {}, signal);
    expect(live().spec.rules?.map(({ backendRefs }) => backendRefs?.map(({ name }) => name))).toEqual([
      ["shop"],
      ["cart"],
    ]);
  });

  it("takes a manifest that was applied anew as the user's rules", async () => {
    const { router, live, edit } = bed();
    await router.split(subject, goal, {}, signal);
    edit((route) => {
      route.spec.rules = [aRule([{ name: "shop", port: 8080 }])];
    });
    await router.split(subject, goal, {}, signal);
    await router.restore(subject, {}, signal);
    expect(live().spec.rules).toEqual([aRule([{ name: "shop", port: 8080 }])]);
  });

  it("is put back from the record when the mark beside it was lost", async () => {
    const { router, live, edit } = bed(aRoute({ rules: [aRule([{ name: "shop", port: 80, weight: 7 }])] }));
    const { originals } = router.observe(subject);
    await router.split(subject, goal, originals, signal);
    edit(({ metadata }) => {
      metadata.annotations = {};
    });
    expect(router.observe(subject).rewrittenBy).toBe("somebody");
    await router.restore(subject, originals, signal);
    expect(live().spec.rules).toEqual([aRule([{ name: "shop", port: 80, weight: 7 }])]);
  });

  it("shows the user's rules as originals while a split is in force", async () => {
    const { router } = bed();
    const { originals } = router.observe(subject);
    await router.split(subject, goal, originals, signal);
    expect(router.observe(subject).originals).toEqual(originals);
  });

  it("does not write over a version that it has not seen", async () => {
    const { client, router } = bed();
    client.intercept(() => {
      client.intercept(undefined);
      client.put(resources.httpRoutes, aRoute({ rules: [aRule([{ name: "shop" }, { name: "cart" }])] }));
    });
    await expect(router.split(subject, noTraffic, {}, signal)).rejects.toMatchObject({ code: "KUBE_CONFLICT" });
  });

  it("has no goal in common with another route that says something else", async () => {
    const { client, router } = bed();
    client.put(resources.httpRoutes, aRoute({ metadata: { name: "shop-2", uid: "route-2" } }));
    await router.split({ ...subject, routes: ["shop-2"] }, goal, {}, signal);
    expect(router.observe({ ...subject, routes: ["shop", "shop-2"] })).toMatchObject({
      live: undefined,
      pristine: false,
    });
    expect(router.observe({ ...subject, routes: ["shop", "shop-3"] }).missing).toBe(true);
  });
});

describe("who rewrote the route", () => {
  const entry = (manager: string, time: string): ManagedFieldsEntry => ({
    manager,
    operation: "Update",
    apiVersion: "v1",
    time,
    fieldsType: "FieldsV1",
    fieldsV1: { "f:spec": {} },
  });

  it("is told by its managed fields, read once per version", async () => {
    const managedFields = [
      entry("kubectl", "2026-01-01T00:00:00Z"),
      entry("argocd", "2026-01-02T00:00:00Z"),
      entry("tidegate", "2026-01-03T00:00:00Z"),
    ];
    const { client, router, edit } = bed(aRoute({ metadata: { managedFields } }));
    await router.split(subject, goal, {}, signal);
    expect(await router.writerOf(subject, signal)).toBeUndefined();
    edit(({ spec }) => spec.rules?.pop());
    expect([await router.writerOf(subject, signal), await router.writerOf(subject, signal)]).toEqual([
      "argocd",
      "argocd",
    ]);
    expect(client.calls.filter(({ verb }) => verb === "get")).toHaveLength(1);
  });

  it("is somebody where that cannot be read", async () => {
    const { client, router, edit } = bed();
    edit(({ spec }) => spec.rules?.push(aRule([{ name: "shop-contender" }])));
    client.intercept(() => {
      throw new Error("no");
    });
    expect(await router.writerOf(subject, signal)).toBe("somebody");
  });
});

describe("what makes a route unfit", () => {
  it.each<[string, HTTPRoute | undefined, string, RegExp]>([
    ["it does not exist", undefined, "RouteNotFound", /prod\/shop does not exist/],
    [
      "no rule names the Service",
      aRoute({ rules: [aRule([{ name: "cart" }])] }),
      "RouteUnsuitable",
      /no rule with Service shop/,
    ],
    [
      "it has no room for the probe rules",
      aRoute({ rules: Array.from({ length: 15 }, () => aRule()) }),
      "RouteUnsuitable",
      /15 rules/,
    ],
    [
      "another Delivery uses it",
      aRoute({
        metadata: {
          annotations: { "tidegate.dev/split": JSON.stringify({ delivery: "other", goal, digest: "", original: [] }) },
        },
      }),
      "RouteClaimed",
      /Delivery other/,
    ],
  ])("%s", (_case, route, reason, words) => {
    const client = createFakeKubeClient();
    const router = createGatewayApiRouter({
      client,
      route: () => route,
      gateway: () => undefined,
      written: () => undefined,
    });
    expect(router.problems(subject)).toEqual([{ reason, message: expect.stringMatching(words) }]);
  });

  it("nothing does while its own split is in force", async () => {
    const { router } = bed();
    await router.split(subject, { contenderBasisPoints: 10_000, matches: [] }, {}, signal);
    expect(router.problems(subject)).toEqual([]);
  });
});

describe("acceptance", () => {
  const withConditions = (...conditions: ReturnType<typeof aRouteCondition>[]) => {
    const route = aRoute();
    route.status!.parents![0]!.conditions = conditions;
    return route;
  };
  const resolved = aRouteCondition("ResolvedRefs", { observedGeneration: 1 });

  it.each<[string, HTTPRoute, RegExp | undefined]>([
    ["all is well", aRoute(), undefined],
    ["no parent", { ...aRoute(), spec: {} }, /has no parent/],
    ["a parent that has not answered", { ...aRoute(), status: {} }, /parent edge has not answered/],
    [
      "another listener's answer",
      { ...aRoute(), spec: { parentRefs: [{ name: "edge", sectionName: "https" }] } },
      /has not answered/,
    ],
    ["an older version", aRoute({ metadata: { generation: 2 } }), /has not seen the newest version/],
    [
      "a refusal",
      withConditions(
        aRouteCondition("Accepted", { status: "False", message: "no listener", observedGeneration: 1 }),
        resolved,
      ),
      /Accepted=False: no listener/,
    ],
    ["a missing word", withConditions(resolved), /does not say Accepted/],
    [
      "rules that were dropped",
      withConditions(
        aRouteCondition("Accepted", { observedGeneration: 1 }),
        resolved,
        aRouteCondition("PartiallyInvalid", { message: "rule 2" }),
      ),
      /PartiallyInvalid: rule 2/,
    ],
  ])("%s", (_case, route, words) => {
    const reason = pendingReason(route);
    if (words === undefined) expect(reason).toBeUndefined();
    else expect(reason).toMatch(words);
  });
});

describe("where a route can be probed", () => {
  const listeners = [
    { name: "http", port: 8080, protocol: "HTTP" },
    { name: "https", port: 8443, protocol: "HTTPS" },
    { name: "more", port: 9090, protocol: "HTTP", hostname: "*.example.com" },
  ];
  const urls = (route: HTTPRoute, gateway: Gateway | undefined = aGateway({ listeners })) =>
    probeTargets(route, () => gateway, "/up").map(({ url, host }) => `${url} ${host}`);

  it("is every HTTP listener that it hangs on, under a name that the listener takes", () => {
    expect(urls(aRoute())).toEqual([
      "http://127.0.0.1:8080/up 127.0.0.1",
      "http://127.0.0.1:9090/up probe.example.com",
    ]);
  });

  it("is under the route's own host, at the listener that it names", () => {
    const route = aRoute({ hostnames: ["shop.example.com"] });
    expect(urls({ ...route, spec: { ...route.spec, parentRefs: [{ name: "edge", sectionName: "http" }] } })).toEqual([
      "http://127.0.0.1:8080/up shop.example.com",
    ]);
  });

  it("is nowhere without a Gateway that tells its address", () => {
    expect(urls(aRoute(), { ...aGateway(), status: {} })).toEqual([]);
    expect(urls(aRoute(), aGateway(undefined, "::1"))).toEqual(["http://[::1]:8080/up ::1"]);
  });
});
