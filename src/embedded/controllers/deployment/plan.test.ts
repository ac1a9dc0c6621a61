import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aDeployment, aReplicaSet, aWorkloadPod } from "../../../../testing/builders/workloads.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "../workloadTypes.ts";
import type { DeploymentPlan } from "./plan.ts";
import { planDeployment } from "./plan.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");

function plan(deployment: Deployment, replicaSets: readonly ReplicaSet[], at = nowMs): DeploymentPlan {
  return planDeployment({ deployment, replicaSets, podsOf: () => [], nowMs: at });
}

const sizes = ({ writes }: DeploymentPlan): Record<string, number> =>
  Object.fromEntries(
    writes.flatMap((write) =>
      write.kind === "updateReplicaSet" && write.replicaSet.spec.replicas !== write.was.spec.replicas
        ? [[write.replicaSet.metadata.name, write.replicaSet.spec.replicas ?? 1]]
        : [],
    ),
  );

const created = ({ writes }: DeploymentPlan): ReplicaSet | undefined =>
  writes.flatMap((write) => (write.kind === "createReplicaSet" ? [write.replicaSet] : []))[0];
const status = ({ writes }: DeploymentPlan): DeploymentStatus =>
  writes.flatMap((write) => (write.kind === "updateStatus" ? [write.status] : []))[0] ?? {};
const updated = ({ writes }: DeploymentPlan, name: string): ReplicaSet | undefined =>
  writes.flatMap((write) =>
    write.kind === "updateReplicaSet" && write.replicaSet.metadata.name === name ? [write.replicaSet] : [],
  )[0];
const reasonOf = (told: DeploymentStatus, type: string): string | undefined =>
  told.conditions?.find((condition) => condition.type === type)?.reason;

const deleted = ({ writes }: DeploymentPlan): string[] =>
  writes.flatMap((write) => (write.kind === "deleteReplicaSet" ? [write.replicaSet.metadata.name] : []));

const progressing = (
  reason: string,
  truth: "True" | "False" | "Unknown" = "True",
  message = "m",
): DeploymentStatus => ({
  observedGeneration: 1,
  replicas: 4,
  updatedReplicas: 4,
  readyReplicas: 4,
  availableReplicas: 4,
  conditions: [
    {
      type: "Progressing",
      status: truth,
      reason,
      message,
      lastUpdateTime: "2026-01-01T00:00:00Z",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    },
  ],
});

describe("the first ReplicaSet", () => {
  it("is made at full size with revision 1, the sizes as annotations and an own label", () => {
    const made = created(
      plan(
        aDeployment({
          metadata: { annotations: { team: "a", "kubectl.kubernetes.io/last-applied-configuration": "{}" } },
        }),
        [],
      ),
    );
    expect(made?.spec.replicas).toBe(4);
    expect(made?.metadata.annotations).toEqual({
      team: "a",
      "deployment.kubernetes.io/revision": "1",
      "deployment.kubernetes.io/desired-replicas": "4",
      "deployment.kubernetes.io/max-replicas": "5",
    });
    const hash = made?.metadata.labels?.["pod-template-hash"] ?? "";
    expect(made?.metadata.name).toBe(`shop-${hash}`);
    expect(made?.spec.selector.matchLabels).toEqual({ app: "shop", "pod-template-hash": hash });
    expect(made?.spec.template.metadata?.labels).toEqual({ app: "shop", "pod-template-hash": hash });
    expect(made?.metadata.ownerReferences?.[0]).toMatchObject({
      uid: "deployment",
      controller: true,
      blockOwnerDeletion: true,
    });
  });

  it("is told by the condition NewReplicaSetCreated and the revision of the Deployment", () => {
    const planned = plan(aDeployment(), []);
    expect(reasonOf(status(planned), "Progressing")).toBe("NewReplicaSetCreated");
    expect(planned.writes).toContainEqual({ kind: "setRevision", revision: "1" });
  });

  it("is not made while the Deployment is paused", () => {
    expect(created(plan(aDeployment({ paused: true }), []))).toBeUndefined();
  });

  it("is not made for a Deployment that is being deleted", () => {
    expect(created(plan(aDeployment({ metadata: { deletionTimestamp: "2026-01-01T00:30:00Z" } }), []))).toBeUndefined();
  });
});

describe("a rolling update", () => {
  const next = aDeployment({ image: "shop:2" });
  const old = aReplicaSet();

  it("starts with as many new pods as the surge allows, and the old ones stay", () => {
    const planned = plan(next, [old]);
    expect(created(planned)?.spec.replicas).toBe(1);
    expect(created(planned)?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("2");
    expect(sizes(planned)).toEqual({});
  });

  const moves: [string, ReplicaSet[], Record<string, number>][] = [
    [
      "shrinks the old when a new pod is available",
      [old, aReplicaSet({ name: "shop-b", image: "shop:2", replicas: 1, revision: 2 })],
      { "shop-a": 3 },
    ],
    [
      "waits while the new pod is not available",
      [old, aReplicaSet({ name: "shop-b", image: "shop:2", replicas: 1, available: 0, revision: 2 })],
      {},
    ],
    [
      "grows the new when there is room",
      [aReplicaSet({ replicas: 3 }), aReplicaSet({ name: "shop-b", image: "shop:2", replicas: 1, revision: 2 })],
      { "shop-b": 2 },
    ],
    [
      "takes broken old pods away first, whatever the surge says about available ones",
      [
        aReplicaSet({ replicas: 4, available: 2 }),
        aReplicaSet({ name: "shop-b", image: "shop:2", replicas: 1, revision: 2 }),
      ],
      { "shop-a": 3 },
    ],
    [
      "shrinks a new ReplicaSet that is too large",
      [aReplicaSet({ replicas: 0 }), aReplicaSet({ name: "shop-b", image: "shop:2", replicas: 6, revision: 2 })],
      { "shop-b": 4 },
    ],
  ];
  it.each(moves)("%s", (_name, replicaSets, expected) => {
    expect(sizes(plan(next, replicaSets))).toEqual(expected);
  });

  it("leaves the oldest of two ReplicaSets with its template as the newest revision", () => {
    const older = aReplicaSet({
      name: "shop-z",
      image: "shop:2",
      replicas: 4,
      revision: 2,
      createdAt: "2026-01-01T00:00:01Z",
    });
    const younger = aReplicaSet({
      name: "shop-b",
      image: "shop:2",
      replicas: 0,
      revision: 3,
      createdAt: "2026-01-01T00:00:02Z",
    });
    const planned = plan(next, [younger, older]);
    expect(created(planned)).toBeUndefined();
    expect(updated(planned, "shop-z")?.metadata.annotations).toMatchObject({
      "deployment.kubernetes.io/revision": "4",
      "deployment.kubernetes.io/revision-history": "2",
    });
  });

  it("brings a copy of the annotations and of minReadySeconds to the newest", () => {
    const planned = plan(
      aDeployment({ minReadySeconds: 5, metadata: { annotations: { "kubernetes.io/change-cause": "faster" } } }),
      [old],
    );
    expect(updated(planned, "shop-a")?.spec.minReadySeconds).toBe(5);
    expect(updated(planned, "shop-a")?.metadata.annotations?.["kubernetes.io/change-cause"]).toBe("faster");
  });

  it("keeps its promises of surge and availability to the end, however it is configured", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        (replicas, maxSurge, maxUnavailable) => {
          fc.pre(maxSurge + maxUnavailable > 0);
          const deployment = aDeployment({
            image: "shop:2",
            replicas,
            strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
          });
          let fleet = [aReplicaSet({ replicas, desired: replicas, max: replicas + maxSurge })];
          for (let pass = 0; pass < 60; pass++) {
            const planned = plan(deployment, fleet);
            fleet = applied(fleet, planned);
            const total = fleet.reduce((sum, { spec }) => sum + (spec.replicas ?? 0), 0);
            const available = fleet.reduce(
              (sum, set) => sum + Math.min(set.spec.replicas ?? 0, set.status?.availableReplicas ?? 0),
              0,
            );
            expect(total).toBeLessThanOrEqual(replicas + maxSurge);
            expect(available).toBeGreaterThanOrEqual(replicas - Math.min(replicas, maxUnavailable));
            fleet = fleet.map(settled);
          }
          expect(fleet.map(({ spec }) => spec.replicas)).toEqual([0, replicas]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** The ReplicaSets after the writes. */
function applied(fleet: readonly ReplicaSet[], { writes }: DeploymentPlan): ReplicaSet[] {
  const made = writes.flatMap((write) => (write.kind === "createReplicaSet" ? [write.replicaSet] : []));
  const changed = new Map(
    writes.flatMap((write) =>
      write.kind === "updateReplicaSet" ? [[write.was.metadata.uid, write.replicaSet] as const] : [],
    ),
  );
  return [
    ...fleet.map((replicaSet) => changed.get(replicaSet.metadata.uid) ?? replicaSet),
    ...made.map((replicaSet) => ({
      ...replicaSet,
      metadata: { ...replicaSet.metadata, uid: "new", creationTimestamp: "2026-01-01T00:00:01Z" },
    })),
  ];
}

/** All its pods are there and available. */
function settled(replicaSet: ReplicaSet): ReplicaSet {
  const replicas = replicaSet.spec.replicas ?? 0;
  return { ...replicaSet, status: { replicas, readyReplicas: replicas, availableReplicas: replicas } };
}

describe("the strategy Recreate", () => {
  const recreate = aDeployment({ image: "shop:2", strategy: { type: "Recreate" } });

  it("first ends all old pods", () => {
    const planned = plan(recreate, [aReplicaSet()]);
    expect(sizes(planned)).toEqual({ "shop-a": 0 });
    expect(created(planned)).toBeUndefined();
  });

  it("waits for the last old pod", () => {
    const input = {
      deployment: recreate,
      replicaSets: [aReplicaSet({ replicas: 0 })],
      podsOf: () => [aWorkloadPod()],
      nowMs,
    };
    expect(created(planDeployment(input))).toBeUndefined();
  });

  it("then starts all new ones at once", () => {
    expect(created(plan(recreate, [aReplicaSet({ replicas: 0 })]))?.spec.replicas).toBe(4);
  });
});

describe("a paused Deployment", () => {
  const contender = aReplicaSet({
    name: "contender",
    image: "shop:2",
    createdAt: "2026-01-01T00:10:00Z",
    metadata: {
      annotations: { "deployment.kubernetes.io/desired-replicas": "4", "deployment.kubernetes.io/max-replicas": "5" },
    },
  });

  it("is scaled on its only active ReplicaSet", () => {
    const planned = plan(aDeployment({ image: "shop:2", paused: true, replicas: 6 }), [aReplicaSet()]);
    expect(sizes(planned)).toEqual({ "shop-a": 6 });
    expect(updated(planned, "shop-a")?.metadata.annotations).toMatchObject({
      "deployment.kubernetes.io/desired-replicas": "6",
      "deployment.kubernetes.io/max-replicas": "7",
    });
  });

  it("takes a complete adopted ReplicaSet as its newest, numbers it, and ends the old one", () => {
    const planned = plan(aDeployment({ image: "shop:2", paused: true }), [aReplicaSet(), contender]);
    expect(sizes(planned)).toEqual({ "shop-a": 0 });
    expect(updated(planned, "contender")?.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("2");
    expect(planned.writes).toContainEqual({ kind: "setRevision", revision: "2" });
    expect(status(planned).updatedReplicas).toBe(4);
  });

  it("does not end the old one beside an adopted one that is not available in full, but shrinks it to the surge", () => {
    const half = { ...contender, status: { replicas: 4, availableReplicas: 2 } };
    expect(sizes(plan(aDeployment({ image: "shop:2", paused: true }), [aReplicaSet(), half]))).toEqual({
      "shop-a": 1,
    });
  });

  it("says that it is paused, and that it was resumed", () => {
    const paused = plan(aDeployment({ paused: true, status: progressing("NewReplicaSetAvailable") }), [aReplicaSet()]);
    expect(reasonOf(status(paused), "Progressing")).toBe("DeploymentPaused");
    const resumed = plan(aDeployment({ status: progressing("DeploymentPaused", "Unknown"), image: "shop:2" }), [
      aReplicaSet(),
    ]);
    expect(reasonOf(status(resumed), "Progressing")).toBe("NewReplicaSetCreated");
  });

  it("keeps the answer that its deadline has passed, word for word, also when it is scaled", () => {
    const told = progressing("ProgressDeadlineExceeded", "False", "Tidegate took release shop-3 back");
    const planned = plan(aDeployment({ image: "shop:2", paused: true, replicas: 6, status: told }), [aReplicaSet()]);
    expect(status(planned).conditions?.find(({ type }) => type === "Progressing")).toEqual(told.conditions?.[0]);
  });

  it("answers NewReplicaSetAvailable by itself once it is resumed at the stable template", () => {
    const told = progressing("ProgressDeadlineExceeded", "False");
    expect(reasonOf(status(plan(aDeployment({ status: told }), [aReplicaSet()])), "Progressing")).toBe(
      "NewReplicaSetAvailable",
    );
  });
});

describe("scaling in the middle of a roll-out", () => {
  it("shares the new size in proportion, and rolls nothing in that pass", () => {
    const replicaSets = [
      aReplicaSet({ replicas: 8, desired: 10, max: 12 }),
      aReplicaSet({ name: "shop-b", image: "shop:2", replicas: 4, revision: 2, desired: 10, max: 12 }),
    ];
    const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 4, maxUnavailable: 0 } };
    expect(sizes(plan(aDeployment({ image: "shop:2", replicas: 20, strategy }), replicaSets))).toEqual({
      "shop-a": 16,
      "shop-b": 8,
    });
  });

  it("ends everything at size 0", () => {
    const replicaSets = [
      aReplicaSet({ replicas: 3 }),
      aReplicaSet({ name: "shop-b", image: "shop:2", replicas: 2, revision: 2 }),
    ];
    expect(sizes(plan(aDeployment({ image: "shop:2", replicas: 0 }), replicaSets))).toEqual({
      "shop-a": 0,
      "shop-b": 0,
    });
  });
});

describe("the status of a roll-out", () => {
  it("is complete when only the newest is left, and says so", () => {
    const told = status(plan(aDeployment({ status: progressing("ReplicaSetUpdated") }), [aReplicaSet()]));
    expect(told).toMatchObject({
      observedGeneration: 1,
      replicas: 4,
      updatedReplicas: 4,
      readyReplicas: 4,
      availableReplicas: 4,
      terminatingReplicas: 0,
    });
    expect(told).not.toHaveProperty("unavailableReplicas");
    expect(told.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ["Available", "MinimumReplicasAvailable"],
      ["Progressing", "NewReplicaSetAvailable"],
    ]);
  });

  it("is unavailable below the minimum", () => {
    expect(reasonOf(status(plan(aDeployment(), [aReplicaSet({ available: 3 })])), "Available")).toBe(
      "MinimumReplicasUnavailable",
    );
  });

  it("is progressing when a pod became ready", () => {
    const before = { ...progressing("NewReplicaSetCreated"), readyReplicas: 1, availableReplicas: 1 };
    expect(
      reasonOf(status(plan(aDeployment({ status: before }), [aReplicaSet({ available: 2 })])), "Progressing"),
    ).toBe("ReplicaSetUpdated");
  });

  it("has timed out when nothing moved until the deadline, and is looked at again just after it", () => {
    const before = { ...progressing("ReplicaSetUpdated"), readyReplicas: 3, availableReplicas: 3 };
    const stuck = aDeployment({ status: before });
    const tenMinutes = Date.parse("2026-01-01T00:10:00Z");
    expect(plan(stuck, [aReplicaSet({ available: 3 })], tenMinutes - 4_000).againAfterMs).toBe(5_000);
    expect(reasonOf(status(plan(stuck, [aReplicaSet({ available: 3 })], tenMinutes - 4_000)), "Progressing")).toBe(
      "ReplicaSetUpdated",
    );
    expect(reasonOf(status(plan(stuck, [aReplicaSet({ available: 3 })], tenMinutes + 1)), "Progressing")).toBe(
      "ProgressDeadlineExceeded",
    );
  });

  it("is not written again when nothing changed", () => {
    const settledStatus = status(plan(aDeployment(), [aReplicaSet()]));
    const settledDeployment = aDeployment({
      status: settledStatus,
      metadata: { annotations: { "deployment.kubernetes.io/revision": "1" } },
    });
    expect(plan(settledDeployment, [aReplicaSet()]).writes).toEqual([]);
  });
});

describe("revisions beyond the history limit", () => {
  const done = progressing("NewReplicaSetAvailable");
  const history = [1, 2, 3].map((revision) =>
    aReplicaSet({ name: `shop-${revision}`, image: `shop:old${revision}`, replicas: 0, revision }),
  );
  const newest = aReplicaSet({ revision: 4 });

  it("are deleted, the oldest first, once the roll-out is complete", () => {
    expect(deleted(plan(aDeployment({ revisionHistoryLimit: 1, status: done }), [...history, newest]))).toEqual([
      "shop-1",
      "shop-2",
    ]);
  });

  it("stay while they have pods", () => {
    const busy = history.map((replicaSet, index) =>
      index === 0 ? { ...replicaSet, status: { replicas: 1 } } : replicaSet,
    );
    expect(deleted(plan(aDeployment({ revisionHistoryLimit: 1, status: done }), [...busy, newest]))).toEqual([
      "shop-2",
    ]);
  });

  it("stay while the roll-out is under way", () => {
    expect(
      deleted(
        plan(aDeployment({ revisionHistoryLimit: 1, status: { ...done, updatedReplicas: 1 } }), [...history, newest]),
      ),
    ).toEqual([]);
  });
});
