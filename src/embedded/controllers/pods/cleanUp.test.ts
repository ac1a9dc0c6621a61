import { describe, expect, it } from "vitest";
import { aNode, aWorkloadPod } from "../../../../testing/builders/workloads.ts";
import type { Node, Pod } from "../workloadTypes.ts";
import { needsNode, placePod } from "../scheduler.ts";
import { missingNodeGraceMs, untilForcedMs } from "./cleanUp.ts";

const ending = { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } };

describe("a pod that no node looks after", () => {
  const cases: [string, Pod, Node | undefined, number, number | undefined][] = [
    ["stays while its node is there", aWorkloadPod(), aNode(), 1_000_000, undefined],
    ["stays, told to end, for its node to confirm it", aWorkloadPod(ending), aNode(), 1_000_000, undefined],
    ["stays while it waits for a node", aWorkloadPod({ node: "" }), undefined, 1_000_000, undefined],
    ["goes at once when it was told to end and has no node", aWorkloadPod({ node: "", ...ending }), undefined, 0, 0],
    ["waits for a missing node to come back", aWorkloadPod(), undefined, 10_000, missingNodeGraceMs - 10_000],
    ["goes when the node does not", aWorkloadPod(), undefined, missingNodeGraceMs, 0],
  ];
  it.each(cases)("%s", (_name, pod, node, nowMs, expected) => {
    expect(untilForcedMs(pod, node, 0, nowMs)).toBe(expected);
  });
});

describe("a pod without a node", () => {
  const waiting = aWorkloadPod({ node: "", phase: "Pending", ready: false });
  const counts: Record<string, number> = { a: 3, b: 1 };
  const place = (nodes: readonly Node[], pod = waiting): ReturnType<typeof placePod> =>
    placePod(pod, nodes, (name) => counts[name] ?? 0);

  it("is bound to the ready node with the fewest pods", () => {
    expect(place([aNode("a"), aNode("b"), aNode("c", { ready: false })])).toEqual({ kind: "bind", node: "b" });
  });

  it("waits when no node is ready, or schedulable, or the selected one", () => {
    const selecting = aWorkloadPod({ node: "", spec: { nodeSelector: { disk: "fast" } } });
    expect(place([aNode("a", { ready: false }), aNode("b", { unschedulable: true })])).toEqual({
      kind: "wait",
      message:
        "0/2 nodes are available: 2 node(s) were not ready or unschedulable, 0 node(s) didn't match Pod's node affinity/selector.",
    });
    expect(place([aNode("a")], selecting).kind).toBe("wait");
  });

  it("is for this scheduler when it names no other one, and lives", () => {
    expect(needsNode(waiting)).toBe(true);
    expect(needsNode(aWorkloadPod())).toBe(false);
    expect(needsNode(aWorkloadPod({ node: "", spec: { schedulerName: "own" } }))).toBe(false);
    expect(needsNode(aWorkloadPod({ node: "", ...ending }))).toBe(false);
  });
});
