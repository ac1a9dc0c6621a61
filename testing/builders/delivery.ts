import type { Delivery, DeliverySpec, DeliveryStatus } from "../../src/api/delivery.ts";
import type { Intervention, InterventionSpec } from "../../src/api/intervention.ts";
import { finalizer, releaseFinalizer } from "../../src/api/names.ts";
import type { ObjectMeta } from "../../src/api/object.ts";
import type { Plan, PlanStep } from "../../src/api/plan.ts";
import type { Release, ReleaseSpec, ReleaseStatus } from "../../src/api/release.ts";

export const builtAt = "2026-01-01T00:00:00Z";
export const builtAtMs = Date.parse(builtAt);

/** Steps of 5, 50 and 100 percent for a minute each, unless other steps are given. */
export function aPlan(
  steps: PlanStep[] = [
    { weight: 5, for: "1m" },
    { weight: 50, for: "1m" },
    { weight: 100, for: "1m" },
  ],
  more: Partial<Plan> = {},
): Plan {
  return {
    steps,
    deadline: "2h",
    onFailure: "rollback",
    onInconclusive: "hold",
    onNewRevision: "replace",
    drain: "2s",
    ...more,
  };
}

export const stableV1: NonNullable<DeliveryStatus["stable"]> = {
  templateHash: "v1",
  replicaSet: "shop-v1",
  images: ["shop:v1"],
};

type DeliveryParts = Partial<DeliverySpec> & {
  readonly metadata?: Partial<ObjectMeta>;
  readonly status?: DeliveryStatus;
};

/** An adopted Delivery `shop` of v1, by the HTTPRoute `shop`, that asks nothing of the contender. */
export function aDelivery({ metadata, status, ...spec }: DeliveryParts = {}): Delivery {
  return {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Delivery",
    metadata: {
      name: "shop",
      namespace: "prod",
      uid: "delivery",
      resourceVersion: "1",
      generation: 1,
      creationTimestamp: builtAt,
      finalizers: [finalizer],
      ...metadata,
    },
    spec: {
      workload: { kind: "Deployment", name: "shop" },
      service: { name: "shop" },
      traffic: { gatewayAPI: { httpRoutes: ["shop"], probePath: "/" } },
      plan: aPlan(),
      checks: [],
      metrics: { interval: "5s" },
      progressDeadline: "10m",
      historyLimit: 10,
      ...spec,
    },
    status: status ?? { stable: stableV1, release: "shop-1", lastNumber: 1 },
  };
}

type ReleaseParts = Partial<ReleaseSpec> & {
  readonly metadata?: Partial<ObjectMeta>;
  readonly status?: ReleaseStatus | undefined;
};

/** The release `shop-2` from v1 to v2, not started yet. */
export function aRelease({ metadata, status, number = 2, ...spec }: ReleaseParts = {}): Release {
  return {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Release",
    metadata: {
      name: `shop-${number}`,
      namespace: "prod",
      uid: `release-${number}`,
      resourceVersion: "1",
      creationTimestamp: builtAt,
      labels: { "tidegate.dev/delivery": "shop" },
      finalizers: [releaseFinalizer],
      ...metadata,
    },
    spec: {
      delivery: "shop",
      number,
      workload: { kind: "Deployment", name: "shop", uid: "workload" },
      revision: { templateHash: "v2", images: ["shop:v2"] },
      stable: { ...stableV1 },
      plan: aPlan(),
      checks: [],
      router: "gatewayAPI",
      ...spec,
    },
    status: status ?? { phase: "Pending", intent: "advance" },
  };
}

/** A status in the given step (the first unless told), warm, with what has to be put back at the end. */
export function aReleaseStatus({ step, ...more }: Partial<ReleaseStatus> = {}): ReleaseStatus {
  return {
    phase: "Progressing",
    intent: "advance",
    startedAt: builtAt,
    deadlineAt: "2026-01-01T02:00:00.000Z",
    step: step ?? { index: 0, name: "weight-5", count: 3, enteredAt: builtAt },
    weight: { desired: 5 },
    warm: true,
    originals: { serviceSelector: { app: "shop" }, routes: { shop: "[]" } },
    ...more,
  };
}

/** The record of a first revision, or of any other release that ended. */
export function aFinishedRelease(parts: ReleaseParts = {}, phase: ReleaseStatus["phase"] = "Promoted"): Release {
  const release = aRelease({ number: 1, revision: { templateHash: "v1", images: ["shop:v1"] }, ...parts });
  const status: ReleaseStatus = { phase, intent: phase === "Promoted" ? "promote" : "rollback", finishedAt: builtAt };
  return { ...release, metadata: { ...release.metadata, finalizers: [] }, status: parts.status ?? status };
}

type InterventionParts = Partial<InterventionSpec> & { readonly metadata?: Partial<ObjectMeta> };

/** An order of ana's about `shop-2`: to pause it, unless told. */
export function anIntervention({ metadata, ...spec }: InterventionParts = {}): Intervention {
  return {
    apiVersion: "tidegate.dev/v1alpha1",
    kind: "Intervention",
    metadata: { name: "order-1", namespace: "prod", uid: "order-1", creationTimestamp: builtAt, ...metadata },
    spec: { release: "shop-2", action: "pause", actor: { username: "ana" }, ...spec },
  };
}
