import { describe, expect, it } from "vitest";
import {
  aDelivery,
  aFinishedRelease,
  aPlan,
  aRelease,
  aReleaseStatus,
  builtAtMs,
} from "../../../../testing/builders/delivery.ts";
import {
  aContender,
  anObservation,
  aPodView,
  aReplicaSetView,
  aServiceView,
  aSplit,
  aTrafficView,
  aWorkloadView,
  podsTraffic,
} from "../../../../testing/builders/observation.ts";
import type { Check } from "../../../api/checks.ts";
import type { Plan } from "../../../api/plan.ts";
import type { ReleaseStatus } from "../../../api/release.ts";
import { formatTime } from "../../../api/duration.ts";
import { emptyJudgeState, type JudgeState } from "../../judge/index.ts";
import { advanceChain } from "../chain.ts";
import { judgeConfigOf } from "../checks.ts";
import { decide } from "../decide.ts";
import type { Observation } from "../observation.ts";

const nowMs = builtAtMs + 60_000;
const at = (ms: number) => formatTime(nowMs + ms);
const stepOf = (more: object = {}) => ({ index: 0, name: "weight-5", count: 3, enteredAt: at(-30_000), ...more });
const confirmed = stepOf({ confirmedAt: at(-20_000), endsAt: at(40_000) });
const over = stepOf({ confirmedAt: at(-80_000), endsAt: at(-1) });

/** In the first step of 5 %, warm and confirmed, for 20 seconds. */
function running(
  status: Partial<ReleaseStatus> = {},
  parts: Partial<Observation> = {},
  plan: Plan = aPlan(),
  checks: Check[] = [],
): Observation {
  return anObservation({
    nowMs,
    releases: [aFinishedRelease(), aRelease({ plan, checks, status: aReleaseStatus({ step: confirmed, ...status }) })],
    replicaSets: [aReplicaSetView(), aContender()],
    contenderService: { name: "shop-contender", deleting: false },
    traffic: aSplit(500),
    ...parts,
  });
}

const byErrors: Check[] = [{ errors: {} }];
const cold = { step: stepOf(), warm: false };
const judgedBy = (state: Partial<JudgeState>): Partial<ReleaseStatus> => {
  const config = judgeConfigOf({ checks: byErrors });
  return { evidence: { windows: "", state: { ...emptyJudgeState(config), windows: 1, ...state } } };
};
const hopeless: Partial<JudgeState> = {
  contender: [50, 50],
  stable: [900, 0],
  step: { index: 0, observedMs: 1, contender: [50, 50], stable: [900, 0] },
};

describe("on the way up", () => {
  it.each<[string, Observation, string, object[]]>([
    [
      "what will be changed is written down before anything is",
      running({}, { releases: [aRelease()], replicaSets: [aReplicaSetView()], traffic: aTrafficView() }),
      "notStarted",
      [],
    ],
    [
      "the contender is started, with the Service pinned first",
      running(
        { ...cold },
        {
          replicaSets: [aReplicaSetView()],
          contenderService: undefined,
          service: aServiceView({ selector: { app: "shop" } }),
          traffic: aTrafficView(),
        },
      ),
      "contenderMissing",
      [
        { kind: "selectPods", selector: { app: "shop", "pod-template-hash": "v1" } },
        { kind: "createContender", release: "shop-2", templateHash: "v2", replicas: 1 },
        { kind: "createContenderService", release: "shop-2", podTemplateHash: "tgv2" },
      ],
    ],
    [
      "a ReplicaSet of the Deployment with that template is taken over",
      running(
        { ...cold },
        {
          replicaSets: [
            aReplicaSetView(),
            aReplicaSetView({
              name: "shop-v2",
              uid: "rs-old",
              templateHash: "v2",
              podTemplateHash: "abc",
              replicas: 0,
            }),
          ],
          contenderService: undefined,
          traffic: aTrafficView(),
        },
      ),
      "contenderMissing",
      [
        { kind: "takeOverReplicaSet", release: "shop-2", name: "shop-v2", uid: "rs-old", replicas: 1 },
        { kind: "createContenderService", release: "shop-2", podTemplateHash: "abc" },
      ],
    ],
    [
      "a Service that somebody unpinned is pinned again",
      running({}, { service: aServiceView({ selector: { app: "shop" } }) }),
      "serviceUnpinned",
      [{ kind: "selectPods", selector: { app: "shop", "pod-template-hash": "v1" } }],
    ],
    [
      "the contender grows with the Deployment",
      running({}, { workload: aWorkloadView({ replicas: 40 }) }),
      "contenderMisSized",
      [{ kind: "scaleReplicaSet", name: "shop-tgv2", uid: "rs-v2", replicas: 2 }],
    ],
    [
      "and does so while people have paused the release",
      running({ paused: { at: at(-1) } }, { workload: aWorkloadView({ replicas: 40 }) }),
      "contenderMisSized",
      [{ kind: "scaleReplicaSet", name: "shop-tgv2", uid: "rs-v2", replicas: 2 }],
    ],
    [
      "pods are waited for",
      running({ ...cold }, { replicaSets: [aReplicaSetView(), aContender({ ready: 0 })], traffic: aTrafficView() }),
      "contenderNotReady",
      [],
    ],
    [
      "the data plane meets the contender in a probe rule before any weight",
      running({ ...cold }, { traffic: aTrafficView() }),
      "contenderCold",
      [{ kind: "splitTraffic", goal: { contenderBasisPoints: 0, matches: [] }, originals: { shop: "[]" } }],
    ],
    [
      "the probe rule has to be accepted",
      running({ ...cold }, { traffic: aSplit(0, { accepted: false }) }),
      "contenderCold",
      [],
    ],
    ["and probes to be answered", running({ ...cold }, { traffic: aSplit(0) }), "contenderCold", []],
    [
      "a warm contender gets its weight",
      running({ step: stepOf() }, { traffic: aSplit(0) }),
      "weightNotWritten",
      [{ kind: "splitTraffic", goal: { contenderBasisPoints: 500, matches: [] }, originals: { shop: "[]" } }],
    ],
    [
      "a weight counts from its confirmation",
      running({ step: stepOf() }, { traffic: aSplit(500, { accepted: false }) }),
      "weightNotConfirmed",
      [],
    ],
    ["a confirmed step takes its time", running(), "stepRunning", []],
    ["a step that is over gives way to the next", running({ step: over }), "stepPassed", []],
    [
      "the last step leads to the hand-over",
      running(
        { step: { ...over, index: 2, name: "weight-100" } },
        { replicaSets: [aReplicaSetView(), aContender({ replicas: 4 })], traffic: aSplit(10_000) },
      ),
      "planCompleted",
      [],
    ],
    [
      "an approval is waited for",
      running({ step: over }, {}, aPlan([{ weight: 5, approval: "required" }])),
      "awaitingApproval",
      [],
    ],
    ["a pause stops what would go forward", running({ step: over, paused: { at: at(-1), by: "ana" } }), "paused", []],
    [
      "a missing route holds",
      running({}, { problems: [{ reason: "RouteNotFound", message: "no route" }] }),
      "groundMissing",
      [],
    ],
    [
      "a Deployment without replicas holds",
      running(
        {},
        {
          workload: aWorkloadView({ replicas: 0 }),
          replicaSets: [aReplicaSetView({ replicas: 0 }), aContender({ replicas: 0 })],
        },
      ),
      "workloadAtZero",
      [],
    ],
    [
      "traffic leaves a contender that nobody answers for",
      running({}, { replicaSets: [aReplicaSetView(), aContender({ ready: 0 })] }),
      "contenderUnanswering",
      [{ kind: "splitTraffic", goal: { contenderBasisPoints: 0, matches: [] }, originals: { shop: "[]" } }],
    ],
    [
      "without a router no route is written",
      running({ step: over }, { traffic: podsTraffic(2_000), contenderService: undefined }),
      "stepPassed",
      [],
    ],
  ])("%s", (_case, obs, rule, commands) => {
    const decision = decide(obs);
    expect(decision.because.rule).toBe(rule);
    expect(decision.commands).toEqual(commands);
  });

  it("starts a step's clock in the pass that sees its weight in force", () => {
    const { status } = decide(running({ step: stepOf() })).releaseStatus!;
    expect(status.step).toMatchObject({ confirmedAt: at(0), endsAt: at(60_000) });
    expect(status.weight).toMatchObject({ desired: 5, written: 5, accepted: 5 });
  });

  it("marks the contender warm when the probe was answered", () => {
    const reached = { track: "contender", reached: true, message: "" } as const;
    expect(decide(running({ ...cold }, { traffic: aSplit(0), probe: reached })).releaseStatus?.status.warm).toBe(true);
  });

  it("remembers that a ReplicaSet was taken over, before it is", () => {
    const old = aReplicaSetView({ name: "shop-v2", templateHash: "v2", replicas: 0 });
    const { status } = decide(
      running({ ...cold }, { replicaSets: [aReplicaSetView(), old], traffic: aTrafficView() }),
    ).releaseStatus!;
    expect(status.contender).toMatchObject({ replicaSet: "shop-v2", takenOver: true });
  });

  it("starts the deadline for readiness anew when pods that were ready are not", () => {
    const ready = decide(running({ readyDeadlineAt: at(-1_000) })).releaseStatus!.status;
    expect(ready).not.toHaveProperty("readyDeadlineAt");
    const few = [aReplicaSetView(), aContender({ replicas: 2, ready: 1 })];
    const unready = decide(running({}, { replicaSets: few, workload: aWorkloadView({ replicas: 40 }) }));
    expect(unready.because.rule).toBe("contenderNotReady");
    expect(unready.releaseStatus?.status.readyDeadlineAt).toBe(at(600_000));
  });
});

describe("what fails", () => {
  const crashing = {
    replicaSets: [
      aReplicaSetView(),
      aContender({ pods: [aPodView({ waitingReason: "ImagePullBackOff", waitingMessage: "no such image" })] }),
    ],
  };

  it.each<[string, Observation, string, RegExp]>([
    ["a pod that does not run", running({}, crashing), "contenderCrashing", /ImagePullBackOff: no such image/],
    [
      "a pod that restarts again and again",
      running({}, { replicaSets: [aReplicaSetView(), aContender({ pods: [aPodView({ restarts: 3 })] })] }),
      "contenderCrashing",
      /3 restarts/,
    ],
    [
      "pods that are not ready in time",
      running(
        { readyDeadlineAt: at(-1) },
        { replicaSets: [aReplicaSetView(), aContender({ ready: 0 })], traffic: aTrafficView() },
      ),
      "contenderNotReady",
      /0 of 1 pods .* after 10m/,
    ],
    ["a check", running(judgedBy(hopeless), {}, aPlan(), byErrors), "checkFailed", /none of its first 50 requests/],
    [
      "the deadline, when the plan says to go back",
      running({ deadlineAt: at(-1) }, {}, aPlan(undefined, { onInconclusive: "rollback" })),
      "deadlineExceeded",
      /deadline of 2h/,
    ],
    [
      "missing evidence, when the plan says to go back",
      running({ step: over }, {}, aPlan(undefined, { onInconclusive: "rollback" }), byErrors),
      "evidenceMissing",
      /not enough evidence/,
    ],
  ])("%s takes the release back", (_case, obs, rule, words) => {
    const { because, releaseStatus } = decide(obs);
    expect(because.rule).toBe(rule);
    expect(releaseStatus?.status).toMatchObject({
      intent: "rollback",
      ending: { phase: "RolledBack", message: expect.stringMatching(words) },
    });
  });

  it.each<[string, Observation, string]>([
    ["a crash", running({}, crashing, aPlan(undefined, { onFailure: "hold" })), "contenderCrashing"],
    [
      "a failed check",
      running(judgedBy(hopeless), {}, aPlan(undefined, { onFailure: "hold" }), byErrors),
      "checkFailed",
    ],
    ["the deadline", running({ deadlineAt: at(-1) }), "deadlineExceeded"],
    ["missing evidence", running({ step: over }, {}, aPlan(), byErrors), "evidenceMissing"],
  ])("%s only holds when the plan says so, and says it in words", (_case, obs, rule) => {
    const { because, releaseStatus } = decide(obs);
    expect(because.rule).toBe(rule);
    expect(releaseStatus?.status).toMatchObject({ intent: "advance", phase: "Held", message: because.message });
  });

  it("goes on without evidence only where the plan says so and the step has taken its time", () => {
    const proceed = aPlan(undefined, { onInconclusive: "proceed" });
    expect(decide(running({ step: over }, {}, proceed, byErrors)).because.rule).toBe("stepPassed");
    const untimed = aPlan([{ weight: 5 }], { onInconclusive: "proceed" });
    expect(decide(running({ step: over }, {}, untimed, byErrors)).because.rule).toBe("evidenceMissing");
  });

  it("a failure that is held stays held until somebody ends the step", () => {
    const hold = aPlan(undefined, { onFailure: "hold" });
    const verdict = { outcome: "fail", message: "bad", at: at(-1), checks: [] } as const;
    const held = { ...judgedBy(hopeless), verdict: { ...verdict, checks: [] }, step: over };
    expect(decide(running(held, {}, hold, byErrors)).because.rule).toBe("heldByFailure");
    expect(decide(running({ ...held, step: { ...over, skipped: true } }, {}, hold, byErrors)).because.rule).toBe(
      "stepPassed",
    );
  });
});

describe("another writer of the route", () => {
  const rewritten = aSplit(500, { live: undefined, rewrittenBy: "argocd" });

  it("is named, and the weight is written again, later each time", () => {
    const decision = decide(running({ rewrites: { count: 2, by: "argocd", nextAt: at(-1) } }, { traffic: rewritten }));
    expect(decision.because).toMatchObject({
      rule: "routeRewritten",
      message: expect.stringContaining("argocd rewrote the route (3 times so far)"),
    });
    expect(decision.releaseStatus?.status.rewrites).toEqual({ count: 3, by: "argocd", nextAt: at(8_000) });
    expect(decision.commands.map(({ kind }) => kind)).toEqual(["splitTraffic", "emit"]);
  });

  it("is not fought before that time", () => {
    const decision = decide(running({ rewrites: { count: 3, nextAt: at(5_000) } }, { traffic: rewritten }));
    expect(decision.commands).toEqual([]);
    expect(decision.lookAgainMs).toBe(5_000);
    expect(decision.releaseStatus?.status.step).not.toHaveProperty("confirmedAt");
  });

  it("who took everything out makes the contender cold, so that it starts from the probe rule", () => {
    const decision = decide(running({}, { traffic: aTrafficView() }));
    expect(decision.commands[0]).toMatchObject({ kind: "splitTraffic", goal: { contenderBasisPoints: 0 } });
    expect(decision.releaseStatus?.status).not.toHaveProperty("warm");
  });
});

it("the rules on the way up stand in this order", () => {
  expect(advanceChain.map(([name]) => name)).toEqual([
    "notStarted",
    "contenderCrashing",
    "checkFailed",
    "groundMissing",
    "contenderUnanswering",
    "contenderMisSized",
    "workloadAtZero",
    "deadlineExceeded",
    "paused",
    "contenderMissing",
    "serviceUnpinned",
    "contenderNotReady",
    "contenderCold",
    "routeRewritten",
    "weightNotWritten",
    "weightNotConfirmed",
    "heldByFailure",
    "stepRunning",
    "evidenceMissing",
    "awaitingApproval",
    "stepPassed",
    "planCompleted",
  ]);
  expect(aDelivery().spec.plan).toEqual(aPlan());
});
