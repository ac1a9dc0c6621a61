import { describe, expect, it } from "vitest";
import {
  aDelivery,
  aFinishedRelease,
  aRelease,
  aReleaseStatus,
  builtAtMs,
  stableV1,
} from "../../../../testing/builders/delivery.ts";
import {
  aContender,
  anObservation,
  aReplicaSetView,
  aServiceView,
  aSplit,
  aTrafficView,
  aWorkloadView,
  podsTraffic,
} from "../../../../testing/builders/observation.ts";
import { formatTime } from "../../../api/duration.ts";
import type { ReleaseStatus } from "../../../api/release.ts";
import { handOverChain, rollbackChain } from "../chain.ts";
import { decide } from "../decide.ts";
import type { Observation } from "../observation.ts";

const nowMs = builtAtMs + 60_000;
const at = (ms: number) => formatTime(nowMs + ms);
const full = aContender({ replicas: 4 });
const adopted = aContender({ replicas: 4, owner: "workload", ownerName: "shop" });
const idle = aReplicaSetView({ replicas: 0 });
const unpinned = aServiceView({ selector: { app: "shop" }, endpoints: { v1: 4, tgv2: 4 } });
const contenderService = { name: "shop-contender", deleting: false };
const beside = { kind: "splitTraffic", goal: { contenderBasisPoints: 0, matches: [] }, originals: { shop: "[]" } };

function going(
  intent: "promote" | "rollback",
  status: Partial<ReleaseStatus>,
  parts: Partial<Observation>,
): Observation {
  return anObservation({
    nowMs,
    releases: [
      aFinishedRelease(),
      aRelease({
        status: aReleaseStatus({ intent, contender: { replicaSet: "shop-tgv2", replicas: 4, ready: 4 }, ...status }),
      }),
    ],
    contenderService,
    ...parts,
  });
}

const back = (status: Partial<ReleaseStatus>, parts: Partial<Observation>) =>
  going(
    "rollback",
    { ending: { phase: "RolledBack", reason: "CheckFailed", message: "too many errors" }, ...status },
    { replicaSets: [aReplicaSetView(), full], traffic: aSplit(0), ...parts },
  );
const over = (status: Partial<ReleaseStatus>, parts: Partial<Observation>) =>
  going("promote", status, {
    replicaSets: [aReplicaSetView(), full],
    traffic: aSplit(10_000),
    service: unpinned,
    workload: aWorkloadView(),
    ...parts,
  });

describe("on the way back", () => {
  const drained = { drainUntil: at(-1) };
  const gone = {
    replicaSets: [aReplicaSetView()],
    contenderService: undefined,
    service: aServiceView({ selector: { app: "shop" } }),
    traffic: aTrafficView(),
  };

  it.each<[string, Observation, string, object[]]>([
    ["traffic returns to stable first", back({}, { traffic: aSplit(2_500) }), "trafficOnContender", [beside]],
    [
      "also when only matches are left",
      back({}, { traffic: aSplit(0, { live: { contenderBasisPoints: 0, matches: [{ name: "a", exact: "b" }] } }) }),
      "trafficOnContender",
      [beside],
    ],
    [
      "also from the routes that are left when one is missing",
      back({}, { traffic: aSplit(2_500, { missing: true }) }),
      "trafficOnContender",
      [beside],
    ],
    [
      "it has to be confirmed",
      back({}, { traffic: aSplit(0, { accepted: false, pending: "no answer" }) }),
      "returnUnconfirmed",
      [],
    ],
    ["requests under way may end", back({}, {}), "contenderDraining", []],
    ["and go on doing so", back({ drainUntil: at(1_000) }, {}), "contenderDraining", []],
    [
      "the contender is scaled to 0 after that",
      back(drained, {}),
      "contenderRunning",
      [{ kind: "scaleReplicaSet", name: "shop-tgv2", uid: "rs-v2", replicas: 0 }],
    ],
    [
      "its pods have to be gone",
      back(drained, { replicaSets: [aReplicaSetView(), aContender({ replicas: 0, current: 2 })] }),
      "contenderRunning",
      [],
    ],
    [
      "route and Service are put back as they were",
      back(drained, { replicaSets: [aReplicaSetView(), aContender({ replicas: 0 })] }),
      "tracesLeft",
      [
        { kind: "restoreTraffic", originals: { shop: "[]" } },
        { kind: "selectPods", selector: { app: "shop" } },
      ],
    ],
    [
      "what was made for the contender is deleted",
      back(drained, { ...gone, replicaSets: [aReplicaSetView(), aContender({ replicas: 0 })], contenderService }),
      "contenderLeft",
      [{ kind: "deleteContenderService" }, { kind: "deleteReplicaSet", name: "shop-tgv2", uid: "rs-v2" }],
    ],
    [
      "what was taken over is given back",
      back(
        { ...drained, contender: { replicaSet: "shop-tgv2", replicas: 0, ready: 0, takenOver: true } },
        { ...gone, replicaSets: [aReplicaSetView(), aContender({ replicas: 0 })] },
      ),
      "contenderLeft",
      [{ kind: "giveBackReplicaSet", name: "shop-tgv2", uid: "rs-v2" }],
    ],
    [
      "with no route left nobody has to confirm anything",
      back(drained, {
        ...gone,
        traffic: aTrafficView({ missing: true, accepted: false }),
        problems: [{ reason: "RouteNotFound", message: "" }],
      }),
      "takenBack",
      [],
    ],
    [
      "without a router the contender is only scaled",
      back({}, { traffic: podsTraffic(5_000) }),
      "contenderRunning",
      [{ kind: "scaleReplicaSet", name: "shop-tgv2", uid: "rs-v2", replicas: 0 }],
    ],
  ])("%s", (_case, obs, rule, commands) => {
    const decision = decide(obs);
    expect(decision.because.rule).toBe(rule);
    if (rule !== "takenBack") expect(decision.commands).toEqual(commands);
  });

  it("never goes to a stable track without a ready pod, and says so once", () => {
    const sets = [aReplicaSetView({ ready: 0 }), full];
    const first = decide(back({}, { replicaSets: sets, traffic: aSplit(2_500) }));
    expect(first.because.rule).toBe("rollbackBlocked");
    expect(first.commands.map(({ kind }) => kind)).toEqual(["emit"]);
    const { message = "" } = first.releaseStatus!.status;
    expect(decide(back({ message }, { replicaSets: sets, traffic: aSplit(2_500) })).commands).toEqual([]);
  });

  it("deletes a taken-over ReplicaSet when there is no Deployment to give it back to", () => {
    const taken = { replicaSet: "shop-tgv2", replicas: 0, ready: 0, takenOver: true };
    const obs = back(
      { ...drained, contender: taken },
      { ...gone, workload: undefined, replicaSets: [aContender({ replicas: 0 })] },
    );
    expect(decide(obs).commands).toEqual([{ kind: "deleteReplicaSet", name: "shop-tgv2", uid: "rs-v2" }]);
  });

  it("ends with the template in quarantine and the Deployment told why", () => {
    const decision = decide(back(drained, gone));
    const message = "Tidegate took release shop-2 back: too many errors";
    expect(decision.releaseStatus?.status).toMatchObject({ phase: "RolledBack", finishedAt: at(0), message });
    expect(decision.deliveryStatus?.rejected).toEqual([{ templateHash: "v2", release: "shop-2" }]);
    expect(decision.commands).toEqual([
      { kind: "reportToWorkload", message },
      { kind: "sealRelease", name: "shop-2" },
      expect.objectContaining({ kind: "emit", type: "Warning", message }),
    ]);
  });

  it("ends without quarantine when a newer revision took its place", () => {
    const decision = decide(
      back({ ...drained, ending: { phase: "Superseded", reason: "Superseded", message: "v3 came" } }, gone),
    );
    expect(decision.releaseStatus?.status.phase).toBe("Superseded");
    expect(decision.deliveryStatus).not.toHaveProperty("rejected");
    expect(decision.commands).toEqual([{ kind: "sealRelease", name: "shop-2" }]);
  });
});

describe("the hand-over", () => {
  const begun = { handOver: "Adopted" } as const;
  const serving = { replicaSets: [idle, adopted], workload: aWorkloadView({ paused: false, held: undefined }) };

  it.each<[string, Observation, string, object[]]>([
    [
      "the contender can carry all of a Deployment that was scaled since",
      over({}, { workload: aWorkloadView({ replicas: 6 }) }),
      "contenderTooSmall",
      [{ kind: "scaleReplicaSet", name: "shop-tgv2", uid: "rs-v2", replicas: 6 }],
    ],
    [
      "with every pod ready",
      over({}, { replicaSets: [aReplicaSetView(), aContender({ replicas: 4, ready: 3 })] }),
      "contenderTooSmall",
      [],
    ],
    [
      "callers of the Service reach both tracks",
      over({}, { service: aServiceView() }),
      "serviceStillPinned",
      [{ kind: "selectPods", selector: { app: "shop" } }],
    ],
    [
      "and really do",
      over({}, { service: aServiceView({ selector: { app: "shop" }, endpoints: { v1: 4, tgv2: 3 } }) }),
      "serviceStillPinned",
      [],
    ],
    [
      "the ReplicaSet is let go",
      over({}, {}),
      "notHandedOver",
      [{ kind: "handOver", name: "shop-tgv2", uid: "rs-v2", replicas: 4 }],
    ],
    [
      "once",
      over(
        { handOver: "Started" },
        { replicaSets: [aReplicaSetView(), aContender({ replicas: 4, owner: "nobody", ownerName: undefined })] },
      ),
      "notHandedOver",
      [],
    ],
    [
      "the old pods end by the Deployment's own doing",
      over({ handOver: "Started" }, { replicaSets: [aReplicaSetView(), adopted] }),
      "stableStillRunning",
      [],
    ],
    [
      "or by ours when its spec holds something newer",
      over(
        { handOver: "Started" },
        { replicaSets: [aReplicaSetView(), adopted], workload: aWorkloadView({ templateHash: "v3" }) },
      ),
      "stableStillRunning",
      [{ kind: "scaleReplicaSet", name: "shop-v1", uid: "rs-v1", replicas: 0 }],
    ],
    [
      "the Deployment is no longer held",
      over({ handOver: "Started" }, { replicaSets: [idle, adopted] }),
      "stillPaused",
      [{ kind: "unpauseWorkload" }],
    ],
    ["the user's Service is probed before traffic returns to it", over(begun, serving), "stableCold", []],
    [
      "then routes are put back",
      over(begun, { ...serving, probe: { track: "stable", reached: true, message: "" } }),
      "routesNotRestored",
      [{ kind: "restoreTraffic", originals: { shop: "[]" } }],
    ],
    [
      "and confirmed",
      over({ handOver: "Returned" }, { ...serving, traffic: aTrafficView({ accepted: false }) }),
      "restoreUnconfirmed",
      [],
    ],
    [
      "requests under way may end",
      over({ handOver: "Returned" }, { ...serving, traffic: aTrafficView() }),
      "contenderServiceLeft",
      [],
    ],
    [
      "before the contender's Service goes",
      over({ handOver: "Returned", drainUntil: at(-1) }, { ...serving, traffic: aTrafficView() }),
      "contenderServiceLeft",
      [{ kind: "deleteContenderService" }],
    ],
    [
      "a contender that was lost before it turns the release round",
      over({}, { replicaSets: [aReplicaSetView()] }),
      "contenderLost",
      [],
    ],
    [
      "one that was lost after it is rolled out by the Deployment",
      over(begun, { replicaSets: [aReplicaSetView()] }),
      "contenderLost",
      [{ kind: "unpauseWorkload" }],
    ],
  ])("%s", (_case, obs, rule, commands) => {
    const decision = decide(obs);
    expect(decision.because.rule).toBe(rule);
    expect(decision.commands).toEqual(commands);
  });

  it("ends with the contender as the new stable, and its template out of quarantine", () => {
    const rejected = [
      { templateHash: "v2", release: "shop-0" },
      { templateHash: "v9", release: "shop-9" },
    ];
    const delivery = aDelivery({ status: { stable: stableV1, lastNumber: 2, rejected } });
    const decision = decide(
      over({ handOver: "Returned" }, { ...serving, delivery, traffic: aTrafficView(), contenderService: undefined }),
    );
    expect(decision.because.rule).toBe("promoted");
    expect(decision.releaseStatus?.status).toMatchObject({
      phase: "Promoted",
      weight: { desired: 100, accepted: 100 },
    });
    expect(decision.deliveryStatus).toMatchObject({
      stable: { templateHash: "v2", replicaSet: "shop-tgv2" },
      rejected: [rejected[1]],
    });
  });
});

it("the rules of both endings stand in this order", () => {
  expect(rollbackChain.map(([name]) => name)).toEqual([
    "rollbackBlocked",
    "trafficOnContender",
    "returnUnconfirmed",
    "contenderDraining",
    "contenderRunning",
    "tracesLeft",
    "contenderLeft",
    "takenBack",
  ]);
  expect(handOverChain.map(([name]) => name)).toEqual([
    "contenderLost",
    "contenderTooSmall",
    "serviceStillPinned",
    "notHandedOver",
    "stableStillRunning",
    "stillPaused",
    "stableCold",
    "routesNotRestored",
    "restoreUnconfirmed",
    "contenderServiceLeft",
    "promoted",
  ]);
});
