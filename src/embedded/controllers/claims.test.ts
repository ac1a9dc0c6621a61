import { describe, expect, it } from "vitest";
import { aDeployment, aReplicaSet } from "../../../testing/builders/workloads.ts";
import type { ReplicaSet } from "./workloadTypes.ts";
import { decideClaims } from "./claims.ts";

const orphan = (name: string, labels: Record<string, string>): ReplicaSet => {
  const { ownerReferences: _dropped, ...metadata } = aReplicaSet({ name }).metadata;
  return { ...aReplicaSet({ name }), metadata: { ...metadata, labels } };
};

describe("claims of a controller", () => {
  const mine = aReplicaSet({ name: "mine" });
  const stray = aReplicaSet({ name: "stray", metadata: { labels: { app: "other" } } });
  const foreign = aReplicaSet({ name: "foreign", owner: "release" });
  const lost = orphan("lost", { app: "shop" });
  const unrelated = orphan("unrelated", { app: "other" });
  const ending = { ...lost, metadata: { ...lost.metadata, name: "ending", deletionTimestamp: "2026-01-01T00:00:00Z" } };
  const all = [mine, stray, foreign, lost, unrelated, ending];
  const selector = aDeployment().spec.selector;

  it("keep what matches, adopt living orphans, release what left, and respect other controllers", () => {
    const claims = decideClaims(aDeployment(), selector, all);
    expect(claims).toEqual({ owned: [mine], adopt: [lost], release: [stray] });
  });

  it("change nothing when the owner is being deleted", () => {
    const owner = aDeployment({ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
    expect(decideClaims(owner, selector, all)).toEqual({ owned: [mine], adopt: [], release: [] });
  });
});
