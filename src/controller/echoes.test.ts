import { describe, expect, it } from "vitest";
import type { ReleaseStatus } from "../api/release.ts";
import { createEchoes, echoDelayMs, isEcho } from "./echoes.ts";

const before: ReleaseStatus = {
  phase: "Progressing",
  intent: "advance",
  message: "step weight-5",
  weight: { desired: 5, written: 0 },
  contender: { replicaSet: "shop-b", replicas: 1, ready: 0 },
};

describe("isEcho", () => {
  it.each<[string, Partial<ReleaseStatus>, boolean]>([
    ["the weight that the routes say is an echo", { weight: { desired: 5, written: 5 } }, true],
    ["so is the contender's size", { contender: { replicaSet: "shop-b", replicas: 1, ready: 1 } }, true],
    ["a weight that is wanted is not", { weight: { desired: 25, written: 0 } }, false],
    ["nor is one that was accepted", { weight: { desired: 5, written: 5, accepted: 5 } }, false],
    ["nor another ReplicaSet", { contender: { replicaSet: "shop-c", replicas: 1, ready: 0 } }, false],
    [
      "nor that a ReplicaSet was taken over",
      { contender: { replicaSet: "shop-b", replicas: 1, ready: 0, takenOver: true } },
      false,
    ],
    ["nor an intent", { intent: "rollback" }, false],
    ["nor what is said about it", { message: "step weight-25" }, false],
  ])("%s", (_sentence, change, expected) => {
    expect(isEcho(before, { ...before, ...change })).toBe(expected);
  });
});

describe("the deadline of the contender's pods", () => {
  const waiting: ReleaseStatus = { ...before, readyDeadlineAt: "2026-01-01T00:10:00.000Z" };

  it("may stay for a moment when it was met", () => {
    expect(isEcho(waiting, before)).toBe(true);
  });

  it("is written at once when it is set or moved", () => {
    expect(isEcho(before, waiting)).toBe(false);
    expect(isEcho(waiting, { ...waiting, readyDeadlineAt: "2026-01-01T00:20:00.000Z" })).toBe(false);
  });
});

describe("createEchoes", () => {
  it("lets an echo wait for so long from when it was first seen, and again after a write", () => {
    const echoes = createEchoes();
    expect(echoes.leftMs("a", 1_000)).toBe(echoDelayMs);
    expect(echoes.leftMs("a", 1_200)).toBe(echoDelayMs - 200);
    expect(echoes.leftMs("a", 1_000 + echoDelayMs)).toBe(0);
    expect(echoes.waitingMs("a", 1_100)).toBe(echoDelayMs - 100);
    echoes.clear("a");
    expect(echoes.waitingMs("a", 9_000)).toBeUndefined();
    expect(echoes.leftMs("a", 9_000)).toBe(echoDelayMs);
  });

  it("knows releases apart", () => {
    const echoes = createEchoes();
    echoes.leftMs("a", 0);
    expect(echoes.leftMs("b", echoDelayMs)).toBe(echoDelayMs);
  });
});
