import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aDelivery,
  aFinishedRelease,
  anIntervention,
  aPlan,
  aRelease,
  aReleaseStatus,
  builtAtMs,
} from "../../../testing/builders/delivery.ts";
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
} from "../../../testing/builders/observation.ts";
import { formatTime } from "../../api/duration.ts";
import { interventionActions } from "../../api/intervention.ts";
import { reasons } from "../../api/reasons.ts";
import { releaseStatus, type Release, type ReleaseStatus } from "../../api/release.ts";
import { fit } from "../../api/fit.ts";
import { decide, evidenceWanted, probeWanted } from "./decide.ts";
import type { Observation } from "./observation.ts";
import { tellStory } from "./story.ts";

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const time = fc.integer({ min: -7_200_000, max: 7_200_000 }).map((ms) => formatTime(builtAtMs + ms));
const hash = fc.constantFrom("v1", "v2", "v3");
const few = fc.integer({ min: 0, max: 5 });

const present = (record: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

const statuses = fc
  .record({
    phase: fc.constantFrom(
      "Pending",
      "Progressing",
      "Paused",
      "Held",
      "Promoting",
      "RollingBack",
      "Promoted",
      "RolledBack",
    ),
    intent: fc.constantFrom("advance", "promote", "rollback"),
    step: maybe(
      fc
        .record({
          index: fc.integer({ min: 0, max: 9 }),
          name: fc.constant("s"),
          count: fc.constant(3),
          enteredAt: time,
        })
        .chain((step) =>
          fc
            .record({
              confirmedAt: maybe(time),
              endsAt: maybe(time),
              skipped: maybe(fc.boolean()),
              approved: maybe(fc.boolean()),
            })
            .map((more) => ({ ...step, ...present(more) })),
        ),
    ),
    warm: maybe(fc.boolean()),
    paused: maybe(fc.record({ at: time })),
    handOver: maybe(fc.constantFrom("Started", "Adopted", "Unpaused", "Returned")),
    drainUntil: maybe(time),
    deadlineAt: maybe(time),
    readyDeadlineAt: maybe(time),
    originals: maybe(fc.constant({ serviceSelector: { app: "shop" }, routes: {} })),
    contender: maybe(
      fc.record({ replicaSet: fc.constant("shop-tgv2"), replicas: few, ready: few, takenOver: fc.boolean() }),
    ),
    rewrites: maybe(fc.record({ count: few, nextAt: time })),
    weight: maybe(fc.record({ desired: few })),
    interventions: maybe(fc.constant(["order-1"])),
  })
  .map((status) => present(status) as ReleaseStatus);

const releases: fc.Arbitrary<Release> = fc
  .record({
    status: maybe(statuses),
    number: fc.integer({ min: 1, max: 4 }),
    hash,
    planned: fc.boolean(),
    deleted: fc.boolean(),
  })
  .map(({ status, number, hash: templateHash, planned, deleted }) => {
    const release = aRelease({
      number,
      status,
      revision: { templateHash, images: [] },
      metadata: deleted ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {},
    });
    const { plan, ...spec } = release.spec;
    return { ...release, spec: planned && plan !== undefined ? { ...spec, plan } : spec };
  });

const sets = fc
  .record({
    templateHash: hash,
    owner: fc.constantFrom("workload", "release", "nobody", "other"),
    ownerName: fc.constantFrom("shop", "shop-2"),
    replicas: few,
    ready: few,
    current: few,
    deleting: fc.boolean(),
    crashes: fc.boolean(),
  })
  .map(({ crashes, ...set }) =>
    aReplicaSetView({
      ...set,
      name: `shop-${set.owner === "release" ? "tg" : ""}${set.templateHash}`,
      pods: crashes ? [aPodView({ waitingReason: "CrashLoopBackOff" })] : [],
    }),
  );

const traffic = fc.oneof(
  fc.constant(podsTraffic(2_000)),
  fc
    .record({
      share: fc.constantFrom(0, 500, 5_000, 10_000),
      live: fc.boolean(),
      pristine: fc.boolean(),
      accepted: fc.boolean(),
      missing: fc.boolean(),
      rewrittenBy: maybe(fc.constant("argocd")),
    })
    .map(({ share, live, ...view }) => (live ? aSplit(share, view) : aTrafficView(view))),
);

const observations: fc.Arbitrary<Observation> = fc
  .record({
    releases: fc.array(releases, { maxLength: 3 }),
    interventions: fc.array(
      fc
        .record({
          action: fc.constantFrom(...interventionActions),
          release: fc.constantFrom("shop-1", "shop-2", "shop-9"),
          full: fc.boolean(),
        })
        .map((order) => anIntervention(order)),
      { maxLength: 2 },
    ),
    workload: maybe(
      fc
        .record({
          templateHash: hash,
          replicas: few,
          paused: fc.boolean(),
          managed: fc.boolean(),
          rolledOut: fc.boolean(),
          deleting: fc.boolean(),
          uid: fc.constantFrom("workload", "another"),
        })
        .map((view) => aWorkloadView(view)),
    ),
    replicaSets: fc.array(sets, { maxLength: 4 }),
    service: maybe(fc.constantFrom(aServiceView(), aServiceView({ selector: { app: "shop" } }))),
    contenderService: maybe(fc.record({ name: fc.constant("shop-contender"), deleting: fc.boolean() })),
    traffic,
    interlock: fc.constantFrom("policy", "reactive"),
    problems: fc.array(
      fc.constantFrom("ServiceNotFound", "WorkloadClaimed").map((reason) => ({ reason, message: "amiss" })),
      { maxLength: 1 },
    ),
    deleted: fc.boolean(),
    adopted: fc.boolean(),
  })
  .map(({ deleted, adopted, ...parts }) => {
    const delivery = aDelivery({
      ...(adopted ? {} : { status: {} }),
      metadata: deleted ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {},
    });
    return anObservation({ ...parts, delivery, nowMs: builtAtMs });
  });

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

describe("decide", () => {
  it("answers every observation with a rule and words, changes nothing in it, and answers the same again", () => {
    fc.assert(
      fc.property(observations, (obs) => {
        const first = decide(freeze(structuredClone(obs)));
        expect(first.because.message).not.toBe("");
        expect(reasons).toHaveProperty(first.because.reason);
        expect(decide(structuredClone(obs))).toEqual(first);
        expect(first.lookAgainMs ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 400 },
    );
  });

  it("comes to a status that its own schema does not have to change", () => {
    fc.assert(
      fc.property(observations, (obs) => {
        const status = decide(obs).releaseStatus?.status;
        if (status !== undefined) expect(fit(releaseStatus, status)).toEqual(status);
      }),
      { numRuns: 200 },
    );
  });

  it("and every release it leaves behind has a story", () => {
    fc.assert(
      fc.property(observations, (obs) => {
        for (const release of obs.releases) expect(tellStory(release).length).toBeGreaterThan(3);
      }),
      { numRuns: 100 },
    );
  });
});

describe("what is asked of the world before a decision", () => {
  const about = (status: ReleaseStatus, view = aSplit(0)) =>
    anObservation({
      releases: [aFinishedRelease(), aRelease({ plan: aPlan(), status })],
      replicaSets: [aContender()],
      traffic: view,
    });

  it.each<[string, Observation, string | undefined]>([
    ["the contender, while it is cold", about({ ...aReleaseStatus(), warm: false }), "contender"],
    ["nobody once it is warm", about(aReleaseStatus()), undefined],
    [
      "nobody before the probe rule is accepted",
      about({ ...aReleaseStatus(), warm: false }, aSplit(0, { accepted: false })),
      undefined,
    ],
    ["nobody where no router can be probed", about({ ...aReleaseStatus(), warm: false }, podsTraffic()), undefined],
    [
      "stable, when the adopted pods have to be met",
      about(aReleaseStatus({ intent: "promote", handOver: "Adopted" })),
      "stable",
    ],
    ["nobody on the way back", about(aReleaseStatus({ intent: "rollback" })), undefined],
  ])("probes %s", (_case, obs, track) => {
    expect(probeWanted(obs)).toBe(track);
  });

  it("requests are counted from the moment when a weight is confirmed", () => {
    const step = { index: 0, name: "s", count: 1, enteredAt: formatTime(builtAtMs) };
    expect(evidenceWanted(aRelease({ status: aReleaseStatus({ step }) }))).toBe(false);
    expect(
      evidenceWanted(aRelease({ status: aReleaseStatus({ step: { ...step, confirmedAt: step.enteredAt } }) })),
    ).toBe(true);
  });
});
