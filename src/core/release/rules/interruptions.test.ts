import { describe, expect, it } from "vitest";
import {
  aDelivery,
  aFinishedRelease,
  anIntervention,
  aPlan,
  aRelease,
  aReleaseStatus,
} from "../../../../testing/builders/delivery.ts";
import {
  aContender,
  anObservation,
  aReplicaSetView,
  aSplit,
  aWorkloadView,
} from "../../../../testing/builders/observation.ts";
import type { Intervention } from "../../../api/intervention.ts";
import { interruptionChain } from "../chain.ts";
import { decide } from "../decide.ts";
import type { Observation } from "../observation.ts";

const deletedAt = "2026-01-01T00:00:30Z";
const running = (parts: Partial<Observation> = {}) =>
  anObservation({
    releases: [aFinishedRelease(), aRelease({ status: aReleaseStatus() })],
    replicaSets: [aReplicaSetView(), aContender()],
    contenderService: { name: "shop-contender", deleting: false },
    traffic: aSplit(500),
    ...parts,
  });
const handedOver = aRelease({ status: aReleaseStatus({ intent: "promote", handOver: "Started" }) });
const rolledBack = aFinishedRelease({ number: 2, revision: { templateHash: "v2", images: ["shop:v2"] } }, "RolledBack");

describe("what turns a release round", () => {
  it.each<[string, Partial<Observation>, string, string]>([
    [
      "the Delivery is being deleted",
      { delivery: aDelivery({ metadata: { deletionTimestamp: deletedAt } }) },
      "deliveryDeleted",
      "Cancelled",
    ],
    [
      "the Release is being deleted",
      { releases: [aRelease({ metadata: { deletionTimestamp: deletedAt }, status: aReleaseStatus() })] },
      "releaseDeleted",
      "Cancelled",
    ],
    ["the Deployment is gone", { workload: undefined }, "workloadDeleted", "Cancelled"],
    [
      "the Deployment is being deleted",
      { workload: aWorkloadView({ deleting: true }) },
      "workloadDeleted",
      "Cancelled",
    ],
    [
      "the Deployment is another one of that name",
      { workload: aWorkloadView({ uid: "another" }) },
      "workloadDeleted",
      "Cancelled",
    ],
    [
      "the stable template is back",
      { workload: aWorkloadView({ templateHash: "v1" }) },
      "returnedToStable",
      "Cancelled",
    ],
    [
      "a newer template is there",
      { workload: aWorkloadView({ templateHash: "v3", images: ["shop:v3"] }) },
      "newRevision",
      "Superseded",
    ],
  ])("%s", (_case, parts, rule, phase) => {
    const { because, releaseStatus } = decide(running(parts));
    expect(because.rule).toBe(rule);
    expect(releaseStatus?.status).toMatchObject({
      intent: "rollback",
      phase: "RollingBack",
      ending: { phase, message: because.message },
    });
    expect(releaseStatus?.status.journal?.at(-1)).toMatchObject({ rule, message: because.message });
  });

  it("not a newer template when the plan queues it", () => {
    const release = aRelease({ plan: aPlan(undefined, { onNewRevision: "queue" }), status: aReleaseStatus() });
    const obs = running({ releases: [release], workload: aWorkloadView({ templateHash: "v3" }) });
    expect(decide(obs).because.rule).not.toBe("newRevision");
  });

  it.each<[string, Partial<Observation>]>([
    ["the deletion of the Delivery", { delivery: aDelivery({ metadata: { deletionTimestamp: deletedAt } }) }],
    ["a newer template", { workload: aWorkloadView({ templateHash: "v3" }) }],
    ["the stable template", { workload: aWorkloadView({ templateHash: "v1" }) }],
  ])("not %s once the hand-over has begun", (_case, parts) => {
    expect(decide(running({ releases: [handedOver], ...parts })).releaseStatus?.status.intent).toBe("promote");
  });
});

describe("orders about the release on its way", () => {
  const given = (order: Intervention, parts: Partial<Observation> = {}) =>
    decide(running({ interventions: [order], ...parts }));
  const paused = aRelease({ status: aReleaseStatus({ paused: { at: deletedAt, by: "ana" } }) });
  const unstarted = aRelease();

  it.each<[string, Intervention, object]>([
    ["pause", anIntervention(), { paused: { by: "ana" }, phase: "Paused" }],
    ["skip", anIntervention({ action: "skip" }), { step: { skipped: true } }],
    ["promote", anIntervention({ action: "promote" }), { step: { index: 0, approved: true, skipped: true } }],
    [
      "promote in full",
      anIntervention({ action: "promote", full: true }),
      { step: { index: 2, approved: true, skipped: true } },
    ],
    [
      "rollback",
      anIntervention({ action: "rollback", reason: "carts" }),
      { intent: "rollback", ending: { phase: "RolledBack", message: "ana ordered the release back: carts" } },
    ],
  ])("%s is carried out once, written down with its actor, and answered", (_action, order, status) => {
    const decision = given(order);
    expect(decision.releaseStatus?.status).toMatchObject({ ...status, interventions: ["order-1"] });
    expect(decision.releaseStatus?.status.journal?.at(-1)?.actor).toBe("ana");
    expect(decision.commands).toContainEqual(
      expect.objectContaining({ kind: "answer", intervention: "order-1", phase: "Done" }),
    );
  });

  it("resume takes the pause away", () => {
    const decision = given(anIntervention({ action: "resume" }), { releases: [paused] });
    expect(decision.releaseStatus?.status).not.toHaveProperty("paused");
  });

  it("an order that was carried out before the pass was cut short is only answered", () => {
    const done = aRelease({ status: aReleaseStatus({ interventions: ["order-1"] }) });
    const decision = given(anIntervention(), { releases: [done] });
    expect(decision.commands).toEqual([
      { kind: "answer", intervention: "order-1", phase: "Done", message: "it was carried out" },
    ]);
    expect(decision.releaseStatus?.status).not.toHaveProperty("paused");
  });

  it.each<[string, Intervention, Partial<Observation>, RegExp]>([
    ["resume of a release that runs", anIntervention({ action: "resume" }), {}, /not paused/],
    ["retry of a release that runs", anIntervention({ action: "retry" }), {}, /on its way/],
    [
      "promote before the first step",
      anIntervention({ action: "promote" }),
      { releases: [unstarted] },
      /not entered a step/,
    ],
    ["skip before the first step", anIntervention({ action: "skip" }), { releases: [unstarted] }, /not entered a step/],
    ["pause in the hand-over", anIntervention(), { releases: [handedOver] }, /kubectl rollout undo/],
    [
      "pause of a release that goes back",
      anIntervention(),
      { releases: [aRelease({ status: aReleaseStatus({ intent: "rollback" }) })] },
      /taken back/,
    ],
    [
      "an order about a finished release",
      anIntervention({ release: "shop-1" }),
      {},
      /shop-1 is finished and shop-2 is on its way/,
    ],
  ])("%s is refused in words and changes nothing", (_case, order, parts, words) => {
    const decision = given(order, parts);
    expect(decision.commands).toEqual([
      expect.objectContaining({ kind: "answer", phase: "Refused", message: expect.stringMatching(words) }),
    ]);
    expect(decision.releaseStatus?.status).not.toHaveProperty("interventions");
  });

  it("a retry whose answer was lost is known by the release that it began", () => {
    const retry = aRelease({ number: 3, retryOf: "shop-2", status: aReleaseStatus() });
    const decision = given(anIntervention({ action: "retry" }), { releases: [rolledBack, retry] });
    expect(decision.commands).toEqual([expect.objectContaining({ kind: "answer", phase: "Done" })]);
  });
});

describe("what goes on past the release", () => {
  it("holds a Deployment whose pause was lifted", () => {
    const decision = decide(running({ workload: aWorkloadView({ paused: false }) }));
    expect(decision.because.rule).toBe("workloadUnheld");
    expect(decision.commands).toEqual([{ kind: "pauseWorkload", held: "shop-2" }]);
  });

  it("lets a Deployment be that is back at the stable template, or handed over", () => {
    const returned = aRelease({ status: aReleaseStatus({ intent: "rollback" }) });
    for (const parts of [
      { releases: [returned], workload: aWorkloadView({ paused: false, templateHash: "v1" }) },
      { releases: [handedOver], workload: aWorkloadView({ paused: false }) },
    ])
      expect(decide(running(parts)).commands).not.toContainEqual(expect.objectContaining({ kind: "pauseWorkload" }));
  });

  it("ends pods of a third revision, and wakes stable first when it sleeps", () => {
    const stray = aReplicaSetView({ name: "shop-v0", uid: "rs-v0", templateHash: "v0", replicas: 4 });
    const decision = decide(running({ replicaSets: [aReplicaSetView({ replicas: 0 }), stray, aContender()] }));
    expect(decision.because.rule).toBe("strayPodsRunning");
    expect(decision.commands).toEqual([
      { kind: "scaleReplicaSet", name: "shop-v1", uid: "rs-v1", replicas: 4 },
      { kind: "scaleReplicaSet", name: "shop-v0", uid: "rs-v0", replicas: 0 },
    ]);
  });

  it("is asked after everything that people do", () => {
    expect(interruptionChain.map(([name]) => name)).toEqual([
      "deliveryDeleted",
      "releaseDeleted",
      "workloadDeleted",
      "orderGiven",
      "returnedToStable",
      "newRevision",
      "workloadUnheld",
      "strayPodsRunning",
    ]);
  });
});
