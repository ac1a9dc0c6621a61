import type { AnyObject } from "../../src/api/object.ts";
import type { Plan } from "../../src/api/plan.ts";
import type { ReleaseStatus } from "../../src/api/release.ts";
import type { Seen } from "./seen.ts";

/** Builds what an observer saw, one revision after the other. */
export type History = { readonly events: Seen[]; see(object: AnyObject, type?: Seen["type"]): History };

export function history(): History {
  const events: Seen[] = [];
  const made: History = {
    events,
    see(object, type = "present") {
      events.push({ version: BigInt(events.length + 1), kind: object.kind, type, object, atMs: events.length * 5_000 });
      return made;
    },
  };
  return made;
}

function of(kind: string, name: string, rest: Record<string, unknown>, meta: Record<string, unknown> = {}): AnyObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "prod", uid: `${kind}-${name}`, ...meta }, ...rest };
}

export const plan: Plan = {
  steps: [{ weight: 20 }, { weight: 50 }, { weight: 100 }],
  deadline: "2h",
  onFailure: "rollback",
  onInconclusive: "hold",
  onNewRevision: "replace",
  drain: "2s",
};

export const delivery = (): AnyObject =>
  of("Delivery", "shop", {
    spec: { workload: { name: "shop" }, service: { name: "shop" }, traffic: { gatewayAPI: { httpRoutes: ["shop"] } } },
  });

export function release(status: Partial<ReleaseStatus> | undefined, number = 2): AnyObject {
  const spec = {
    delivery: "shop",
    number,
    workload: { kind: "Deployment", name: "shop", uid: "u" },
    revision: { templateHash: "b", images: [] },
    stable: { templateHash: "a", images: [], replicaSet: "shop-a" },
    plan,
  };
  return of("Release", `shop-${number}`, {
    spec,
    ...(status === undefined ? {} : { status: { phase: "Progressing", intent: "advance", warm: true, ...status } }),
  });
}

export const inStep = (index: number): NonNullable<ReleaseStatus["step"]> => ({
  index,
  name: `step-${index}`,
  count: 3,
  enteredAt: "2026-01-01T00:00:00Z",
});

export function verdict(outcome: "pass" | "fail" | "inconclusive"): NonNullable<ReleaseStatus["verdict"]> {
  return { outcome, message: outcome, at: "2026-01-01T00:00:00Z", checks: [] };
}

/** A route whose one rule gives these weights. */
export function route(weights: Readonly<Record<string, number | undefined>>): AnyObject {
  const backendRefs = Object.entries(weights).map(([name, weight]) => ({
    name,
    ...(weight === undefined ? {} : { weight }),
  }));
  return of("HTTPRoute", "shop", { spec: { rules: [{ backendRefs }] } });
}

export const service = (name: string, selector: Record<string, string>): AnyObject =>
  of("Service", name, { spec: { selector } });

export function endpoints(ofService: string, ready: number): AnyObject {
  return of(
    "EndpointSlice",
    `${ofService}-x`,
    { endpoints: Array.from({ length: ready }, () => ({ conditions: { ready: true } })) },
    { labels: { "kubernetes.io/service-name": ofService } },
  );
}

export const deployment = (replicas = 2, meta: Record<string, unknown> = {}): AnyObject =>
  of("Deployment", "shop", { spec: { replicas, template: {} } }, meta);

export function replicaSet(
  name: string,
  replicas: number,
  owner: { kind: string; name: string } | undefined,
  template: unknown = { of: name },
): AnyObject {
  const ownerReferences = owner === undefined ? [] : [{ apiVersion: "v1", uid: "o", controller: true, ...owner }];
  return of(
    "ReplicaSet",
    name,
    { spec: { replicas, template } },
    { ownerReferences, labels: { "pod-template-hash": name.split("-")[1] ?? "" } },
  );
}

export function pod(name: string, ownerUid: string, restartCount = 0): AnyObject {
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "x", uid: ownerUid, controller: true }];
  return of("Pod", name, { status: { containerStatuses: [{ restartCount }] } }, { ownerReferences });
}
