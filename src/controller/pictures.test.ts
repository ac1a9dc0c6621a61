import { describe, expect, it } from "vitest";
import { aDelivery, aRelease, aReleaseStatus } from "../../testing/builders/delivery.ts";
import { aRoute } from "../../testing/builders/routes.ts";
import { aDeployment, aReplicaSet, aService, aTemplate, aWorkloadPod } from "../../testing/builders/workloads.ts";
import { createPodsRouter } from "../adapters/routers/pods/router.ts";
import type { Delivery } from "../api/delivery.ts";
import type { TrafficRouter } from "../ports/trafficRouter.ts";
import type { Deployment, EndpointSlice, Pod, ReplicaSet } from "./kinds.ts";
import { problemsOf, type ProblemInput } from "./problems.ts";
import { replacing } from "./replacing.ts";
import { subjectOf } from "./subject.ts";
import { sourceOf, templateHashOf } from "./template.ts";
import { replicaSetView, serviceView, workloadView } from "./views.ts";

const deployment = (...parts: Parameters<typeof aDeployment>) => aDeployment(...parts) as unknown as Deployment;
const set = (...parts: Parameters<typeof aReplicaSet>) => aReplicaSet(...parts) as unknown as ReplicaSet;
const pod = (...parts: Parameters<typeof aWorkloadPod>) => aWorkloadPod(...parts) as unknown as Pod;
const service = (...parts: Parameters<typeof aService>) => aService(...parts);
const template = (...parts: Parameters<typeof aTemplate>) =>
  aTemplate(...parts) as unknown as Deployment["spec"]["template"];

describe("the digest of a template", () => {
  it("does not change with the pod-template-hash and the order of fields", () => {
    const plain = template("shop:2");
    const { metadata, spec } = template("shop:2", { "pod-template-hash": "abc" });
    expect(templateHashOf({ spec, metadata: { ...metadata } })).toBe(templateHashOf(plain));
    expect(
      templateHashOf({
        spec: { containers: [{ image: "shop:2", name: "shop" }] },
        metadata: { labels: { app: "shop" } },
      }),
    ).toBe(templateHashOf(plain));
  });

  it("changes with everything else", () => {
    const digests = [template("shop:1"), template("shop:2"), template("shop:1", { tier: "web" })].map(templateHashOf);
    expect(new Set(digests).size).toBe(3);
  });

  it("comes with where the template is from, as its labels and annotations tell", () => {
    const told = {
      ...template(),
      metadata: { labels: { "app.kubernetes.io/version": "2" }, annotations: { "tidegate.dev/commit": "abc" } },
    };
    expect(sourceOf(told)).toEqual({ version: "2", commit: "abc" });
  });
});

describe("the picture of a Deployment", () => {
  const done = { observedGeneration: 1, replicas: 4, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4 };
  const view = (parts: Parameters<typeof aDeployment>[0], sets = [set()]) =>
    workloadView(deployment({ status: done, ...parts }), sets);

  it.each<[string, Parameters<typeof aDeployment>[0], ReplicaSet[] | undefined, boolean]>([
    ["all of its pods run its template", {}, undefined, true],
    ["its newest version was not seen by its controller", { metadata: { generation: 2 } }, undefined, false],
    ["a pod is not available", { status: { ...done, availableReplicas: 3 } }, undefined, false],
    ["an older template still runs", {}, [set(), set({ name: "shop-0", image: "shop:0", replicas: 1 })], false],
    [
      "an older template has no pods any more",
      {},
      [set(), set({ name: "shop-0", image: "shop:0", replicas: 0 })],
      true,
    ],
    ["it is scaled to nothing", { replicas: 0, status: { observedGeneration: 1 } }, [set({ replicas: 0 })], true],
  ])("is rolled out or not: %s", (_case, parts, sets, rolledOut) => {
    expect(view(parts, sets).rolledOut).toBe(rolledOut);
  });

  it("tells whether it is managed, held and deleted", () => {
    const metadata = {
      labels: { "tidegate.dev/managed": "true" },
      annotations: { "tidegate.dev/held": "shop-3" },
      deletionTimestamp: "2026-01-01T00:00:00Z",
    };
    expect(view({ metadata, paused: true })).toMatchObject({
      managed: true,
      held: "shop-3",
      deleting: true,
      paused: true,
      images: ["shop:1"],
    });
  });
});

describe("the picture of a ReplicaSet", () => {
  const ownedBy = (kind: string, uid: string) =>
    set({ metadata: { ownerReferences: [{ apiVersion: "x", kind, name: "owner", uid, controller: true }] } });

  it.each([
    ["workload", ownedBy("Deployment", "deployment")],
    ["release", ownedBy("Release", "release-2")],
    ["other", ownedBy("Deployment", "another")],
    ["nobody", set({ metadata: { ownerReferences: [] } })],
  ])("tells that it belongs to %s", (owner, object) => {
    expect(replicaSetView(object, "deployment", []).owner).toBe(owner);
  });

  it("counts a pod as ready only while it is not being deleted", () => {
    const pods = [
      pod(),
      pod({ name: "b", metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
      pod({ name: "c", ready: false }),
    ];
    expect(replicaSetView(set(), "deployment", pods)).toMatchObject({ ready: 1, current: 4 });
  });

  it("tells why a container waits, and how often it was restarted", () => {
    const waiting = pod();
    waiting.status = {
      containerStatuses: [
        { name: "shop", restartCount: 2, state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } } },
      ],
    };
    const starting = pod({ name: "b" });
    starting.status = { containerStatuses: [{ name: "shop", state: { waiting: { reason: "ContainerCreating" } } }] };
    expect(replicaSetView(set(), "deployment", [waiting, starting]).pods).toMatchObject([
      { restarts: 2, waitingReason: "CrashLoopBackOff", waitingMessage: "back-off", ready: false },
      { restarts: 0, waitingReason: undefined },
    ]);
  });
});

it("the endpoints of a Service are told apart by the hash of the pods behind them", () => {
  const endpoint = (name: string, ready?: boolean) => ({
    addresses: ["10.0.0.1"],
    ...(ready === undefined ? {} : { conditions: { ready } }),
    targetRef: { kind: "Pod", name },
  });
  const slices = [
    { endpoints: [endpoint("a", true), endpoint("b"), endpoint("c", false), endpoint("gone", true)] },
    { endpoints: null },
  ] as unknown as EndpointSlice[];
  const hashes: Record<string, string> = { a: "v1", b: "v2", c: "v2" };
  expect(serviceView(service(), slices, (name) => hashes[name]).endpoints).toEqual({ v1: 1, v2: 1 });
});

describe("what a Delivery cannot work with", () => {
  const podsRouter = createPodsRouter(() => ({ stable: 0, contender: 0 }));
  const router = { ...podsRouter, capabilities: { ...podsRouter.capabilities, headerMatch: true } } as TrafficRouter;
  const sound: ProblemInput = {
    delivery: aDelivery(),
    others: [],
    deployment: deployment(),
    service: service(),
    beside: undefined,
    router,
  };
  const older = (more: Parameters<typeof aDelivery>[0]): Delivery =>
    aDelivery({ ...more, metadata: { name: "older", uid: "older", creationTimestamp: "2025-01-01T00:00:00Z" } });

  it("is nothing when all is sound", () => {
    expect(problemsOf(sound)).toEqual([]);
  });

  it.each<[string, Partial<ProblemInput>, string, RegExp]>([
    [
      "a missing Deployment",
      { deployment: undefined },
      "WorkloadNotFound",
      /spec\.workload\.name: Deployment prod\/shop does not exist; create it/,
    ],
    [
      "a Deployment that another Delivery has",
      { others: [older({ traffic: { gatewayAPI: { httpRoutes: ["other"], probePath: "/" } } })] },
      "WorkloadClaimed",
      /delivered by Delivery older already; delete one/,
    ],
    [
      "strategy Recreate",
      { deployment: deployment({ strategy: { type: "Recreate" } }) },
      "WorkloadUnsuitable",
      /spec\.strategy\.type Recreate.*RollingUpdate/,
    ],
    [
      "a missing Service",
      { service: undefined },
      "ServiceNotFound",
      /spec\.service\.name: Service prod\/shop does not exist/,
    ],
    ["a Service without selector", { service: service({ selector: {} }) }, "ServiceUnsuitable", /has no selector/],
    [
      "a Service for other pods",
      { service: service({ selector: { app: "cart" } }) },
      "ServiceUnsuitable",
      /selects app=cart, but the pods of Deployment shop have app=shop/,
    ],
    [
      "a Service for a label that the pods lack",
      { service: service({ selector: { tier: "web" } }) },
      "ServiceUnsuitable",
      /no such label/,
    ],
    [
      "a port that the Service does not have",
      { delivery: aDelivery({ service: { name: "shop", port: "grpc" } }) },
      "ServiceUnsuitable",
      /has no port grpc; it has http \(80\)/,
    ],
    [
      "somebody else's Service in the contender's place",
      { beside: service({}, { name: "shop-contender" }) },
      "ServiceUnsuitable",
      /shop-contender is not Tidegate's.*rename/,
    ],
    [
      "a route that another Delivery names",
      { others: [older({ workload: { kind: "Deployment", name: "other" } })] },
      "RouteClaimed",
      /HTTPRoute shop belongs to another Delivery/,
    ],
    [
      "a cluster without the Gateway API",
      { router: undefined },
      "PlanUnsuitable",
      /install the Gateway API, or leave spec\.traffic out/,
    ],
    [
      "a plan that falls",
      { delivery: aDelivery({ plan: { ...aDelivery().spec.plan, steps: [{ weight: 5 }, { weight: 1 }] } }) },
      "PlanUnsuitable",
      /spec\.plan\.steps\[1\]\.weight/,
    ],
  ])("%s", (_case, parts, reason, words) => {
    expect(problemsOf({ ...sound, ...parts })[0]).toEqual({ reason, message: expect.stringMatching(words) });
  });

  it("is not a Service that Tidegate has pinned, nor its own beside it, nor a younger rival", () => {
    const pinned = service({ selector: { app: "shop", "pod-template-hash": "v1" } });
    const own = service({}, { name: "shop-contender", labels: { "tidegate.dev/delivery": "shop" } });
    const younger = aDelivery({
      metadata: { name: "younger", uid: "younger", creationTimestamp: "2027-01-01T00:00:00Z" },
    });
    expect(problemsOf({ ...sound, service: pinned, beside: own, others: [younger] })).toEqual([]);
  });
});

describe("whose traffic is moved", () => {
  it("is the Delivery's, by the routes that it names", () => {
    expect(subjectOf(aDelivery())).toMatchObject({
      namespace: "prod",
      stableService: "shop",
      contenderService: "shop-contender",
      routes: ["shop"],
    });
  });

  it("stays with the routes that a release began with, also when the Delivery names others", () => {
    const release = aRelease({ status: aReleaseStatus({ originals: { routes: { [aRoute().metadata.name]: "[]" } } }) });
    const delivery = aDelivery({ traffic: { gatewayAPI: { httpRoutes: ["new"], probePath: "/" } } });
    expect(subjectOf(delivery, release).routes).toEqual(["new", "shop"]);
  });
});

describe("a patch that replaces", () => {
  it.each([
    [
      "takes away what is gone, at every depth",
      { a: 1, b: { c: 1, d: 2 } },
      { b: { d: 2 } },
      { a: null, b: { c: null } },
    ],
    ["says nothing about what stays", { a: 1, b: [1] }, { a: 1, b: [1], c: 2 }, { c: 2 }],
    ["writes lists as a whole", { a: [1, 2] }, { a: [2] }, { a: [2] }],
    ["takes a field for gone that is undefined", { a: 1 }, { a: undefined }, { a: null }],
    ["is everything where there was nothing", undefined, { a: 1 }, { a: 1 }],
  ])("%s", (_case, before, wanted, patch) => {
    expect(replacing(before, wanted)).toEqual(patch);
  });
});
