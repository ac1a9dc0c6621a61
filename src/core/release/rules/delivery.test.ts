import { describe, expect, it } from "vitest";
import {
  aDelivery,
  aFinishedRelease,
  anIntervention,
  aRelease,
  stableV1,
} from "../../../../testing/builders/delivery.ts";
import { anObservation, aReplicaSetView, aWorkloadView } from "../../../../testing/builders/observation.ts";
import { releaseFinalizer } from "../../../api/names.ts";
import { deliveryChain } from "../chain.ts";
import { decide } from "../decide.ts";
import type { Observation } from "../observation.ts";

const atRest = aWorkloadView({ templateHash: "v1", images: ["shop:v1"], paused: false, held: undefined });
const kinds = (obs: Observation) => decide(obs).commands.map(({ kind }) => kind);
const record = (parts: Parameters<typeof aFinishedRelease>[0] = {}) => {
  const release = aFinishedRelease(parts);
  const { plan: _plan, ...spec } = release.spec;
  return { ...release, spec };
};
const rolledBack = aFinishedRelease({ number: 2, revision: { templateHash: "v2", images: ["shop:v2"] } }, "RolledBack");
const rejected = aDelivery({
  status: { stable: stableV1, lastNumber: 2, rejected: [{ templateHash: "v2", release: "shop-2" }] },
});
const unadopted = aDelivery({ status: {} });

describe("a Delivery at rest", () => {
  it.each<[string, Partial<Observation>, string, string | undefined]>([
    ["serves its stable template", { workload: atRest }, "templateIsStable", "Idle"],
    ["begins a release when the template changes", {}, "templateChanged", "Releasing"],
    [
      "does not try a rejected template again",
      { delivery: rejected, releases: [rolledBack] },
      "templateRejected",
      "Rejected",
    ],
    [
      "fails on a problem, before anything is touched",
      { problems: [{ reason: "ServiceNotFound", message: "no Service" }] },
      "unsuitable",
      "Failed",
    ],
    [
      "takes an unmanaged Deployment under management",
      { workload: aWorkloadView({ managed: false }) },
      "notManaged",
      "Pending",
    ],
    [
      "waits for an ordinary rollout before it adopts",
      { delivery: unadopted, workload: aWorkloadView({ rolledOut: false }) },
      "notAdopted",
      "Pending",
    ],
    ["says nothing where there is no workload", { workload: undefined }, "nothingToDeliver", undefined],
  ])("%s", (_case, parts, rule, phase) => {
    const decision = decide(anObservation(parts));
    expect(decision.because.rule).toBe(rule);
    expect(decision.deliveryStatus?.phase).toBe(phase);
  });

  it.each([
    ["Idle", { workload: atRest }, { Ready: "True", Reconciling: "False", Stalled: "False" }],
    ["Releasing", {}, { Ready: "False", Reconciling: "True", Stalled: "False" }],
    [
      "Rejected",
      { delivery: rejected, releases: [rolledBack] },
      { Ready: "False", Reconciling: "False", Stalled: "True" },
    ],
  ])("has the conditions of kstatus when it is %s", (_phase, parts, wanted) => {
    const { conditions } = decide(anObservation(parts)).deliveryStatus ?? {};
    expect(Object.fromEntries((conditions ?? []).map(({ type, status }) => [type, status]))).toEqual(wanted);
  });
});

describe("adoption", () => {
  const fresh = {
    delivery: unadopted,
    releases: [],
    workload: aWorkloadView({ templateHash: "v1", images: ["shop:v1"], paused: false, managed: false }),
  };

  it("adds its finalizer before anything else", () => {
    expect(
      kinds(anObservation({ ...fresh, delivery: aDelivery({ status: {}, metadata: { finalizers: [] } }) })),
    ).toEqual(["addFinalizer"]);
  });

  it("records the first revision as released, and takes it as stable in the pass after", () => {
    const first = decide(anObservation(fresh));
    expect(first.commands).toEqual([
      { kind: "adoptWorkload" },
      expect.objectContaining({
        kind: "createRelease",
        name: "shop-1",
        status: expect.objectContaining({ phase: "Promoted" }),
      }),
    ]);
    expect(first.deliveryStatus).not.toHaveProperty("stable");
    const second = decide(anObservation({ ...fresh, releases: [record()] }));
    expect(second.deliveryStatus).toMatchObject({
      phase: "Idle",
      stable: { templateHash: "v1", replicaSet: "shop-v1" },
      lastNumber: 1,
    });
  });

  it("finishes a record whose status was lost", () => {
    const { status: _lost, ...release } = record();
    const decision = decide(anObservation({ ...fresh, releases: [release] }));
    expect(decision.releaseStatus).toMatchObject({
      name: "shop-1",
      status: { phase: "Promoted", journal: [{ reason: "FirstRevision" }] },
    });
  });

  it("adopts another Deployment of the same name anew, under the next number", () => {
    const another = aWorkloadView({ uid: "another", paused: false, managed: false });
    const sets = [aReplicaSetView({ name: "shop-v2", templateHash: "v2" })];
    const decision = decide(anObservation({ workload: another, replicaSets: sets }));
    expect(decision.because.rule).toBe("notAdopted");
    expect(decision.commands.at(-1)).toMatchObject({ kind: "createRelease", name: "shop-2" });
    const recorded = record({
      number: 2,
      workload: { kind: "Deployment", name: "shop", uid: "another" },
      revision: { templateHash: "v2", images: [] },
    });
    const after = decide(anObservation({ workload: another, replicaSets: sets, releases: [record(), recorded] }));
    expect(after.deliveryStatus?.stable).toMatchObject({ templateHash: "v2", replicaSet: "shop-v2" });
  });

  it("takes what was rolled out past it as the new stable, since stable has no pods to go back to", () => {
    const sets = [
      aReplicaSetView({ replicas: 0 }),
      aReplicaSetView({ name: "shop-v2", uid: "rs-v2", templateHash: "v2" }),
    ];
    const obs = anObservation({ workload: aWorkloadView({ paused: false, held: undefined }), replicaSets: sets });
    expect(decide(obs).commands.at(-1)).toMatchObject({
      kind: "createRelease",
      spec: { revision: { templateHash: "v2" } },
    });
  });
});

describe("the beginning of a release", () => {
  it("writes down what is released, from what and by which plan, and holds the Deployment", () => {
    const [create, pause] = decide(anObservation()).commands;
    expect(create).toMatchObject({
      kind: "createRelease",
      name: "shop-2",
      spec: {
        number: 2,
        revision: { templateHash: "v2" },
        stable: { templateHash: "v1" },
        plan: aDelivery().spec.plan,
      },
      status: { phase: "Pending", intent: "advance" },
    });
    expect(pause).toEqual({ kind: "pauseWorkload", held: "shop-2" });
  });

  it("never uses a number twice, also when releases were deleted", () => {
    const delivery = aDelivery({ status: { stable: stableV1, lastNumber: 7 } });
    expect(decide(anObservation({ delivery })).commands[0]).toMatchObject({ name: "shop-8" });
  });

  it("lets the oldest records go past the history's limit", () => {
    const releases = [1, 2, 3, 4].map((number) => aFinishedRelease({ number }));
    const deleted = decide(anObservation({ delivery: aDelivery({ historyLimit: 2 }), releases })).commands.filter(
      ({ kind }) => kind === "deleteRelease",
    );
    expect(deleted).toEqual([
      { kind: "deleteRelease", name: "shop-1" },
      { kind: "deleteRelease", name: "shop-2" },
    ]);
  });
});

describe("a rejected template", () => {
  const obs = (workload: Partial<ReturnType<typeof aWorkloadView>>) =>
    anObservation({ delivery: rejected, releases: [rolledBack], workload: aWorkloadView(workload) });
  const why = "Tidegate took release shop-2 back";

  it("is held and reported where that is not so yet", () => {
    expect(kinds(obs({ paused: false }))).toEqual(["pauseWorkload", "reportToWorkload"]);
  });

  it("is left alone once both are so", () => {
    const told = {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: why,
      lastTransitionTime: "",
    } as const;
    expect(kinds(obs({ conditions: [told] }))).toEqual([]);
  });

  it("has its pods ended that a Deployment began before it was held", () => {
    const begun = aReplicaSetView({ name: "shop-v2", uid: "rs-v2", templateHash: "v2", replicas: 1 });
    const decision = decide({ ...obs({ paused: false }), replicaSets: [aReplicaSetView(), begun] });
    expect(decision.commands).toContainEqual({ kind: "scaleReplicaSet", name: "shop-v2", uid: "rs-v2", replicas: 0 });
  });
});

describe("an order about a finished release", () => {
  const order = anIntervention({ action: "retry" });
  const base = { delivery: rejected, releases: [rolledBack], interventions: [order] };

  it("retries it as a release of its own, whose journal names the actor", () => {
    const { commands } = decide(anObservation(base));
    expect(commands[0]).toMatchObject({
      kind: "createRelease",
      name: "shop-3",
      spec: { retryOf: "shop-2" },
      status: { journal: [{ actor: "ana", reason: "RetryOrdered" }] },
    });
    expect(commands).toContainEqual(expect.objectContaining({ kind: "answer", phase: "Done" }));
  });

  it.each<[string, Partial<Observation>, RegExp]>([
    ["other than retry", { interventions: [anIntervention()] }, /only retry/],
    ["about one that was promoted", { releases: [aFinishedRelease({ number: 2 })] }, /not taken back/],
    ["whose template is no longer there", { workload: aWorkloadView({ templateHash: "v3" }) }, /another one by now/],
    [
      "while something is amiss",
      { problems: [{ reason: "ServiceNotFound", message: "Service shop does not exist" }] },
      /Service shop does not exist/,
    ],
    [
      "about a release that is not there",
      { interventions: [anIntervention({ release: "shop-9" })] },
      /no release shop-9/,
    ],
  ])("%s is refused in words", (_case, parts, words) => {
    expect(decide(anObservation({ ...base, ...parts })).commands).toEqual([
      expect.objectContaining({ kind: "answer", phase: "Refused", message: expect.stringMatching(words) }),
    ]);
  });
});

describe("leaving", () => {
  const leaving = (annotations: Record<string, string> = {}) =>
    aDelivery({ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", annotations } });

  it("makes the Deployment an ordinary one again", () => {
    expect(decide(anObservation({ delivery: leaving(), workload: atRest })).commands).toEqual([
      { kind: "leaveWorkload", unpause: true },
      { kind: "removeFinalizer" },
    ]);
  });

  it("keeps the pause when the spec holds what is not stable, and warns", () => {
    expect(decide(anObservation({ delivery: leaving() })).commands).toEqual([
      expect.objectContaining({
        kind: "emit",
        type: "Warning",
        message: expect.stringContaining("kubectl rollout resume"),
      }),
      { kind: "leaveWorkload", unpause: false },
      { kind: "removeFinalizer" },
    ]);
  });

  it("rolls it out all the same when the annotation says so", () => {
    expect(kinds(anObservation({ delivery: leaving({ "tidegate.dev/release-rejected": "true" }) }))).toEqual([
      "leaveWorkload",
      "removeFinalizer",
    ]);
  });
});

describe("what a pass that was cut short left", () => {
  it("a finished release is sealed, so that it can be deleted", () => {
    const unsealed = { ...rolledBack, metadata: { ...rolledBack.metadata, finalizers: [releaseFinalizer] } };
    expect(decide(anObservation({ delivery: rejected, releases: [unsealed] })).commands).toEqual([
      { kind: "sealRelease", name: "shop-2" },
    ]);
  });

  it("without interlock a new version is not let through, even while the Delivery cannot work", () => {
    const problems = [{ reason: "RouteNotFound", message: "no route" }] as const;
    const workload = aWorkloadView({ paused: false, rolledOut: false });
    expect(kinds(anObservation({ interlock: "reactive", problems, workload }))).toEqual(["pauseWorkload"]);
    expect(kinds(anObservation({ interlock: "policy", problems, workload }))).toEqual([]);
  });
});

it("the rules of a Delivery stand in this order", () => {
  expect(deliveryChain.map(([name]) => name)).toEqual([
    "finishedUnsealed",
    "leaving",
    "orderForFinished",
    "unsuitable",
    "notAdopted",
    "notManaged",
    "templateIsStable",
    "templateRejected",
    "templateChanged",
  ]);
  expect(decide(anObservation({ releases: [aRelease()] })).because.rule).toBe("notStarted");
});
