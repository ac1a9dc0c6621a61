import { describe, expect, it } from "vitest";
import { aReplicaSet, aWorkloadPod } from "../../../../testing/builders/workloads.ts";
import type { Pod, ReplicaSet } from "../workloadTypes.ts";
import { planReplicaSet, podOf, replicaSetStatus, untilNextAvailableMs } from "./plan.ts";
import { podsToDelete } from "./rankPods.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");
const gone = { metadata: { deletionTimestamp: "2026-01-01T00:30:00Z" } };
const input = (replicaSet: ReplicaSet, pods: readonly Pod[]): Parameters<typeof planReplicaSet>[0] => ({
  replicaSet,
  pods,
  related: pods,
  nowMs,
});

describe("the pods of a ReplicaSet", () => {
  it("are made up to its size; ended and terminating ones do not count", () => {
    const pods = [aWorkloadPod(), aWorkloadPod({ name: "b", phase: "Failed" }), aWorkloadPod({ name: "c", ...gone })];
    expect(planReplicaSet(input(aReplicaSet({ replicas: 3 }), pods))).toEqual({ create: 2, remove: [] });
  });

  it("are left alone when the ReplicaSet is being deleted", () => {
    expect(planReplicaSet(input(aReplicaSet({ replicas: 3, ...gone }), []))).toEqual({ create: 0, remove: [] });
  });

  it("carry the template, a generated name and their controller", () => {
    const pod = podOf(aReplicaSet());
    expect(pod.metadata).toMatchObject({
      generateName: "shop-a-",
      namespace: "prod",
      labels: { app: "shop", "pod-template-hash": "shop-a" },
    });
    expect(pod.metadata.ownerReferences).toEqual([
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        name: "shop-a",
        uid: "shop-a",
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
  });

  const pairs: [string, Pod, Pod][] = [
    [
      "one without a node goes before one that is pending on a node",
      aWorkloadPod({ name: "first", node: "", phase: "Pending", ready: false }),
      aWorkloadPod({ phase: "Pending", ready: false }),
    ],
    [
      "a pending one goes before a running one",
      aWorkloadPod({ name: "first", phase: "Pending", ready: false }),
      aWorkloadPod({ ready: false }),
    ],
    ["one that is not ready goes before a ready one", aWorkloadPod({ name: "first", ready: false }), aWorkloadPod()],
    [
      "the one with the lower deletion cost goes first",
      aWorkloadPod({
        name: "first",
        metadata: { annotations: { "controller.kubernetes.io/pod-deletion-cost": "-5" } },
      }),
      aWorkloadPod(),
    ],
    [
      "the one that was ready for a shorter time goes first",
      aWorkloadPod({ name: "first", readyAt: "2026-01-01T00:59:00Z" }),
      aWorkloadPod(),
    ],
    ["the one that restarted more often goes first", aWorkloadPod({ name: "first", restarts: 3 }), aWorkloadPod()],
    [
      "the younger one goes first",
      aWorkloadPod({ name: "first", metadata: { creationTimestamp: "2026-01-01T00:59:00Z" } }),
      aWorkloadPod(),
    ],
  ];
  it.each(pairs)("%s", (_name, first, second) => {
    expect(podsToDelete([second, first], [], 1, nowMs)).toEqual([first]);
    expect(podsToDelete([first, second], [], 1, nowMs)).toEqual([first]);
  });

  it("on a node that is doubled up go first", () => {
    const doubled = aWorkloadPod({ name: "doubled", node: "node-2" });
    const alone = aWorkloadPod({ name: "alone" });
    const related = [doubled, alone, aWorkloadPod({ name: "other", node: "node-2", owner: "shop-b" })];
    expect(podsToDelete([alone, doubled], related, 1, nowMs)).toEqual([doubled]);
  });
});

describe("the status of a ReplicaSet", () => {
  it("counts what runs, what is ready, what is available and what terminates", () => {
    const ready = aWorkloadPod();
    const fresh = aWorkloadPod({ name: "b", readyAt: "2026-01-01T00:59:55Z" });
    const plain = aWorkloadPod({ name: "c", ready: false, metadata: { labels: { app: "shop" } } });
    const replicaSet = aReplicaSet({ replicas: 3 });
    const patient = { ...replicaSet, spec: { ...replicaSet.spec, minReadySeconds: 10 } };
    const seen = input(patient, [ready, fresh, plain, aWorkloadPod({ name: "d", ...gone })]);
    expect(replicaSetStatus(seen, undefined, "t")).toEqual({
      replicas: 3,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 1,
      terminatingReplicas: 1,
      observedGeneration: 1,
    });
    expect(untilNextAvailableMs(seen)).toBe(5_000);
  });

  it("tells why pods cannot be made since when, until they can", () => {
    const failed = replicaSetStatus(input(aReplicaSet(), []), { reason: "FailedCreate", message: "quota" }, "t1");
    expect(failed.conditions).toEqual([
      { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "quota", lastTransitionTime: "t1" },
    ]);
    const later = input({ ...aReplicaSet(), status: failed }, []);
    expect(replicaSetStatus(later, { reason: "FailedCreate", message: "again" }, "t2").conditions).toEqual(
      failed.conditions,
    );
    expect(replicaSetStatus(later, undefined, "t3")).not.toHaveProperty("conditions");
  });
});
