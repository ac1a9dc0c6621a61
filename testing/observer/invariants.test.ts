import { describe, expect, it } from "vitest";
import {
  delivery,
  deployment,
  endpoints,
  history,
  inStep,
  plan,
  pod,
  release,
  replicaSet,
  route,
  service,
  verdict,
  type History,
} from "./history.testing.ts";
import { findViolations } from "./invariants.ts";

const contender = { kind: "Release", name: "shop-2" };
const stableOwner = { kind: "Deployment", name: "shop" };

/** Stable serves, the contender has a ready pod, and the release is in its first step. */
function begun(): History {
  return history()
    .see(delivery())
    .see(deployment())
    .see(replicaSet("shop-a", 2, stableOwner))
    .see(service("shop", { app: "shop" }))
    .see(endpoints("shop", 2))
    .see(route({ shop: undefined }))
    .see(release({ step: inStep(0) }))
    .see(service("shop", { app: "shop", "pod-template-hash": "a" }))
    .see(service("shop-contender", { app: "shop", "pod-template-hash": "b" }))
    .see(replicaSet("shop-b", 1, contender))
    .see(endpoints("shop-contender", 1));
}

function atWeight(contenderWeight: number): History {
  return begun().see(route({ shop: 10_000 - contenderWeight, "shop-contender": contenderWeight }));
}

const restored = (made: History): History =>
  made
    .see(route({ shop: undefined }))
    .see(service("shop", { app: "shop" }))
    .see(service("shop-contender", {}), "gone")
    .see(replicaSet("shop-b", 0, contender));

describe("histories in which nothing is broken", () => {
  const cases: readonly (readonly [string, History])[] = [
    ["a contender with the weight of its step", atWeight(2_000)],
    [
      "a step entered after a pass",
      atWeight(2_000)
        .see(release({ step: inStep(1), verdict: verdict("pass") }))
        .see(route({ shop: 5_000, "shop-contender": 5_000 })),
    ],
    [
      "all steps at once by order",
      atWeight(2_000)
        .see(release({ step: inStep(2), interventions: ["uid"] }))
        .see(route({ shop: 0, "shop-contender": 10_000 })),
    ],
    [
      "a rollback that restored everything",
      restored(atWeight(2_000).see(release({ step: inStep(0), intent: "rollback" }))).see(
        release({ step: inStep(0), intent: "rollback", phase: "RolledBack" }),
      ),
    ],
    ["endpoints that vanish by themselves", atWeight(2_000).see(endpoints("shop-contender", 0))],
    [
      "a Deployment that its user scales to nothing",
      atWeight(2_000)
        .see(deployment(0))
        .see(replicaSet("shop-a", 0, stableOwner)),
    ],
    ["a hand-over with its pods as they were", handedOver(pod("p", "ReplicaSet-shop-b"))],
    [
      "a route whose user edits it between releases",
      restored(begun().see(release({ intent: "rollback" })))
        .see(release({ intent: "rollback", phase: "Cancelled" }))
        .see(route({ shop: 3, other: 1 })),
    ],
  ];
  it.each(cases)("%s", (_name, { events }) => {
    expect(findViolations(events)).toEqual([]);
  });
});

function handedOver(after: ReturnType<typeof pod>): History {
  const promoting = begun()
    .see(pod("p", "ReplicaSet-shop-b"))
    .see(
      release({
        step: inStep(0),
        intent: "promote",
        verdict: verdict("pass"),
        contender: { replicaSet: "shop-b", replicas: 1, ready: 1 },
      }),
    )
    .see(
      release({
        step: inStep(0),
        intent: "promote",
        verdict: verdict("pass"),
        handOver: "Started",
        contender: { replicaSet: "shop-b", replicas: 1, ready: 1 },
      }),
    )
    .see(replicaSet("shop-b", 2, undefined))
    .see(after);
  return promoting
    .see(service("shop", { app: "shop" }))
    .see(service("shop-contender", {}), "gone")
    .see(
      release({
        step: inStep(0),
        intent: "promote",
        phase: "Promoted",
        verdict: verdict("pass"),
        handOver: "Returned",
      }),
    );
}

describe("histories in which a promise is broken", () => {
  const rolledBack = release({ step: inStep(0), intent: "rollback", phase: "RolledBack" });
  const cases: readonly (readonly [string, string, History])[] = [
    [
      "a sum of weights that changes",
      "weights sum",
      atWeight(2_000).see(route({ shop: 7_000, "shop-contender": 2_000 })),
    ],
    ["a rule that leads nowhere", "weights sum", begun().see(route({ shop: 0, "shop-contender": 0 }))],
    [
      "weight for a backend without endpoints",
      "no weight",
      begun()
        .see(endpoints("shop-contender", 0))
        .see(deployment())
        .see(route({ shop: 8_000, "shop-contender": 2_000 })),
    ],
    ["a contender scaled away under its weight", "no weight", atWeight(2_000).see(replicaSet("shop-b", 0, contender))],
    ["more weight than the step's", "contender within", atWeight(2_001)],
    [
      "weight before the data plane is warm",
      "contender within",
      begun()
        .see(release({ step: inStep(0), warm: false }))
        .see(route({ shop: 8_000, "shop-contender": 2_000 })),
    ],
    [
      "weight without a release",
      "contender within",
      restored(begun().see(release({ intent: "rollback" })))
        .see(rolledBack)
        .see(route({ shop: 9_000, "shop-contender": 1_000 })),
    ],
    [
      "weight that rises on the way back",
      "contender within",
      begun()
        .see(release({ step: inStep(0), intent: "rollback" }))
        .see(route({ shop: 9_000, "shop-contender": 1_000 })),
    ],
    [
      "weight that rises while paused",
      "contender within",
      atWeight(1_000)
        .see(
          release({ step: inStep(0), paused: { at: "2026-01-01T00:00:00Z" }, weight: { desired: 20, accepted: 10 } }),
        )
        .see(route({ shop: 8_000, "shop-contender": 2_000 })),
    ],
    [
      "a step entered without a pass",
      "steps advance",
      begun().see(release({ step: inStep(1), verdict: verdict("inconclusive") })),
    ],
    ["a step left out", "steps advance", begun().see(release({ step: inStep(2), verdict: verdict("pass") }))],
    [
      "a step entered again",
      "steps advance",
      begun()
        .see(release({ step: inStep(1), verdict: verdict("pass") }))
        .see(release({ step: inStep(0), verdict: verdict("pass") })),
    ],
    ["a promotion without a pass", "steps advance", begun().see(release({ step: inStep(0), intent: "promote" }))],
    [
      "a template that Tidegate wrote",
      "stable changed",
      begun().see(
        deployment(2, {
          managedFields: [
            {
              manager: "tidegate",
              operation: "Update",
              apiVersion: "apps/v1",
              fieldsType: "FieldsV1",
              fieldsV1: { "f:spec": { "f:template": {} } },
            },
          ],
        }),
      ),
    ],
    [
      "a ReplicaSet whose template changes",
      "stable changed",
      begun().see(replicaSet("shop-a", 2, stableOwner, { other: true })),
    ],
    ["a stable track that shrinks", "stable changed", begun().see(replicaSet("shop-a", 1, stableOwner))],
    ["a contender given away in the middle", "stable changed", begun().see(replicaSet("shop-b", 1, undefined))],
    [
      "a route that is not put back",
      "everything restored",
      atWeight(2_000)
        .see(replicaSet("shop-b", 0, contender))
        .see(rolledBack),
    ],
    [
      "a route that is put back otherwise",
      "everything restored",
      restored(begun())
        .see(route({ shop: 5 }))
        .see(rolledBack),
    ],
    [
      "a Service that stays pinned",
      "everything restored",
      restored(begun())
        .see(service("shop", { app: "shop", "pod-template-hash": "a" }))
        .see(rolledBack),
    ],
    [
      "a contender that goes on running",
      "everything restored",
      restored(begun())
        .see(replicaSet("shop-b", 1, contender))
        .see(rolledBack),
    ],
    ["a pod that the hand-over restarts", "hand-over", handedOver(pod("p", "ReplicaSet-shop-b", 1))],
    [
      "a pod that the hand-over replaces",
      "hand-over",
      handedOver({
        ...pod("p", "ReplicaSet-shop-b"),
        metadata: { ...pod("q", "ReplicaSet-shop-b").metadata, name: "p" },
      }),
    ],
    [
      "a record that is rewritten",
      "the spec of a Release",
      begun().see({ ...release({ step: inStep(0) }), spec: { plan: { ...plan, deadline: "3h" } } }),
    ],
    [
      "a release that ends twice",
      "promoted at most once",
      restored(begun())
        .see(rolledBack)
        .see(release({ phase: "Promoted", intent: "promote", step: inStep(0), verdict: verdict("pass") })),
    ],
    ["two releases at a time", "one release", begun().see(release(undefined, 3))],
  ];
  it.each(cases)("%s", (_name, invariant, { events }) => {
    expect(findViolations(events).map((violation) => violation.invariant)).toContainEqual(
      expect.stringContaining(invariant),
    );
  });
});
