import { describe, expect, it } from "vitest";
import { aConfigMap } from "../../../../testing/builders/workloads.ts";
import { resources } from "../../../api/resources.ts";
import type { Collection, OwnerState } from "./decide.ts";
import { blockingDependents, decideCollection, isOrphaning, isWaiting } from "./decide.ts";
import type { GraphNode } from "./graph.ts";
import { createOwnerGraph, graphNode } from "./graph.ts";

type Parts = { owners?: string[]; finalizers?: string[]; deleting?: boolean; blocks?: boolean };

function node(name: string, { owners = [], finalizers, deleting = false, blocks = false }: Parts = {}): GraphNode {
  const object = aConfigMap(name, {
    ownerReferences: owners.map((owner) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      name: owner,
      uid: owner,
      blockOwnerDeletion: blocks,
    })),
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(deleting ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
  });
  const made = graphNode(resources.configMaps, object);
  if (made === undefined) throw new Error("an object without uid");
  return made;
}

describe("what becomes of an object", () => {
  const child = node("child", { owners: ["a", "b"] });
  const cases: [string, GraphNode, Record<string, OwnerState>, GraphNode[], Collection][] = [
    ["it stays while all owners live", child, { a: "present", b: "present" }, [], { kind: "keep" }],
    ["it stays without owners", node("child"), {}, [], { kind: "keep" }],
    ["it goes with its last owner", child, { a: "absent", b: "absent" }, [], { kind: "delete", policy: "Background" }],
    [
      "it stays with one owner and forgets the other",
      child,
      { a: "absent", b: "present" },
      [],
      { kind: "dropOwners", uids: ["a"] },
    ],
    ["it stays when nobody can tell about an owner", child, { a: "absent", b: "unknown" }, [], { kind: "keep" }],
    [
      "it goes with an owner that waits for it",
      child,
      { a: "waiting", b: "absent" },
      [],
      { kind: "delete", policy: "Background" },
    ],
    [
      "it passes the waiting on when it has dependents itself",
      child,
      { a: "waiting", b: "absent" },
      [node("grandchild")],
      { kind: "delete", policy: "Foreground" },
    ],
    [
      "it keeps to the policy that its finalizer names",
      node("child", { owners: ["a"], finalizers: ["orphan"] }),
      { a: "absent" },
      [],
      { kind: "delete", policy: "Orphan" },
    ],
    [
      "it is left alone when it is being deleted already",
      node("child", { owners: ["a"], deleting: true }),
      { a: "absent" },
      [],
      { kind: "keep" },
    ],
  ];
  it.each(cases)("%s", (_name, object, states, dependents, expected) => {
    expect(decideCollection(object, ({ uid }) => states[uid] ?? "unknown", dependents)).toEqual(expected);
  });
});

describe("an owner that is being deleted", () => {
  it("waits in the foreground, orphans by its finalizer, and does neither otherwise", () => {
    expect(isWaiting(node("o", { deleting: true, finalizers: ["foregroundDeletion"] }))).toBe(true);
    expect(isWaiting(node("o", { finalizers: ["foregroundDeletion"] }))).toBe(false);
    expect(isOrphaning(node("o", { deleting: true, finalizers: ["orphan"] }))).toBe(true);
    expect(isOrphaning(node("o", { deleting: true }))).toBe(false);
  });

  it("is held only by dependents that say so", () => {
    const holds = node("holds", { owners: ["o"], blocks: true });
    expect(blockingDependents(node("o"), [holds, node("free", { owners: ["o"] })])).toEqual([holds]);
  });
});

describe("the graph of owners", () => {
  it("follows an object whose owners change, and remembers who is gone", () => {
    const graph = createOwnerGraph();
    graph.set(node("child", { owners: ["a"] }));
    expect(graph.dependentsOf("a").map(({ uid }) => uid)).toEqual(["child"]);
    graph.set(node("child", { owners: ["b"] }));
    expect(graph.dependentsOf("a")).toEqual([]);
    expect(graph.dependentsOf("b").map(({ uid }) => uid)).toEqual(["child"]);
    graph.remove("child");
    expect(graph.dependentsOf("b")).toEqual([]);
    expect([graph.isAbsent("child"), graph.isAbsent("b")]).toEqual([true, false]);
  });
});
