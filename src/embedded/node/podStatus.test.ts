import { describe, expect, it } from "vitest";

import { aPod } from "../../../testing/builders/pod.ts";
import type { ContainerRecord, ContainerRole } from "./containerRecord.ts";
import { exitedRecord, kubeletBackoff, newRecord, runningRecord } from "./containerRecord.ts";
import { planStarts } from "./planStarts.ts";
import { podStatus } from "./podStatus.ts";
import type { PodView } from "./podView.ts";
import type { Pod, PodStatus, RestartPolicy } from "./podTypes.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const waiting = (name: string, role: ContainerRole = "main"): ContainerRecord =>
  newRecord({ name, image: "shop:1" }, role);
const running = (name: string, ready = true, role: ContainerRole = "main"): ContainerRecord => ({
  ...runningRecord(waiting(name, role), "process://1-1", now, "shop:1"),
  started: ready,
  probedReady: ready,
});
function ended(
  name: string,
  exitCode: number,
  policy: RestartPolicy = "Never",
  role: ContainerRole = "main",
): ContainerRecord {
  const context = { nowMs: now, pod: aPod({ restartPolicy: policy }), backoff: kubeletBackoff, ending: false };
  return exitedRecord(running(name, true, role), { exitCode }, context);
}

function statusOf(records: ContainerRecord[], parts: Partial<PodView> = {}): PodStatus {
  const view = { records, hostIP: "127.0.0.1", podIP: "127.64.0.7", startedAtMs: now, nowMs: now, ending: false };
  return podStatus({ pod: aPod(), ...view, ...parts });
}

const conditionsOf = (status: PodStatus): Record<string, string> =>
  Object.fromEntries(
    (status.conditions ?? []).map((found) => [found.type, `${found.status} ${found.reason ?? ""}`.trim()]),
  );

describe("the phase of a pod", () => {
  it.each<[string, ContainerRecord[], RestartPolicy, string]>([
    ["nothing started", [waiting("a")], "Always", "Pending"],
    ["its init container runs", [running("i", true, "init"), waiting("a")], "Always", "Pending"],
    ["its init container failed for good", [ended("i", 1, "Never", "init"), waiting("a")], "Never", "Failed"],
    ["one of two has not started", [running("a"), waiting("b")], "Always", "Pending"],
    ["all run", [ended("i", 0, "Never", "init"), running("a"), running("b")], "Always", "Running"],
    ["it waits for a restart", [ended("a", 1, "Always")], "Always", "Running"],
    ["one ended and one runs", [ended("a", 0), running("b")], "Never", "Running"],
    ["all ended well", [ended("a", 0), ended("b", 0)], "Never", "Succeeded"],
    ["one ended badly", [ended("a", 0), ended("b", 3)], "Never", "Failed"],
    ["one ended badly and is tried again", [ended("a", 3, "OnFailure")], "OnFailure", "Running"],
    ["all ended well under OnFailure", [ended("a", 0, "OnFailure")], "OnFailure", "Succeeded"],
  ])("when %s", (_, records, restartPolicy, phase) => {
    expect(statusOf(records, { pod: aPod({ restartPolicy }) }).phase).toBe(phase);
  });

  it("of a pod that was ended tells whether a container failed", () => {
    const ending = { ending: true };
    expect(statusOf([ended("a", 0)], ending).phase).toBe("Succeeded");
    expect(statusOf([ended("a", 0), ended("b", 143)], ending).phase).toBe("Failed");
    expect(statusOf([running("a")], ending).phase).toBe("Running");
  });
});

describe("the conditions of a pod", () => {
  it("are all true when every container is ready", () => {
    expect(conditionsOf(statusOf([running("a")]))).toEqual({
      PodReadyToStartContainers: "True",
      Initialized: "True",
      Ready: "True",
      ContainersReady: "True",
      PodScheduled: "True",
    });
  });

  it("name the containers that are not ready", () => {
    const status = statusOf([running("a"), running("b", false)]);
    expect(status.conditions?.find((found) => found.type === "Ready")).toEqual({
      type: "Ready",
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [b]",
      observedGeneration: 1,
      lastTransitionTime: "2026-01-01T00:00:00Z",
    });
  });

  it("take readiness away at once when the pod is ended", () => {
    const status = statusOf([running("a")], { ending: true });
    expect(conditionsOf(status)["Ready"]).toBe("False ContainersNotReady");
    expect(status.containerStatuses?.[0]?.ready).toBe(false);
  });

  it("name the init containers that have not ended", () => {
    const status = statusOf([waiting("i", "init"), waiting("a")]);
    expect(conditionsOf(status)).toMatchObject({
      Initialized: "False ContainersNotInitialized",
      Ready: "False ContainersNotReady",
    });
    expect(status.initContainerStatuses?.[0]?.state).toEqual({ waiting: { reason: "ContainerCreating" } });
    expect(status.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: "PodInitializing" } });
  });

  it.each([
    [0, "PodCompleted"],
    [1, "PodFailed"],
  ])("after an end with exit code %i give the reason %s", (exitCode, reason) => {
    const pod = aPod({ restartPolicy: "Never" });
    expect(conditionsOf(statusOf([ended("a", exitCode)], { pod }))["Ready"]).toBe(`False ${reason}`);
  });

  it("keep the time of their last change", () => {
    const pod: Pod = {
      ...aPod(),
      status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2025-01-01T00:00:00Z" }] },
    };
    const times = (records: ContainerRecord[]): unknown =>
      statusOf(records, { pod }).conditions?.find((found) => found.type === "Ready")?.lastTransitionTime;
    expect(times([running("a")])).toBe("2025-01-01T00:00:00Z");
    expect(times([running("a", false)])).toBe("2026-01-01T00:00:00Z");
  });

  it("wait for the readiness gates", () => {
    const pod = aPod({ readinessGates: [{ conditionType: "x.dev/open" }] });
    const open: Pod = { ...pod, status: { conditions: [{ type: "x.dev/open", status: "True" }] } };
    expect(conditionsOf(statusOf([running("a")], { pod }))).toMatchObject({
      Ready: "False ReadinessGatesNotReady",
      ContainersReady: "True",
    });
    expect(conditionsOf(statusOf([running("a")], { pod: open }))["Ready"]).toBe("True");
  });

  it("tell why a pod cannot be run", () => {
    const obstacle = { reason: "OutOfpods", message: "full" };
    const status = statusOf([waiting("a")], { obstacle, podIP: undefined });
    expect(status).toMatchObject({ phase: "Pending", reason: "OutOfpods", message: "full" });
    expect(conditionsOf(status)["Ready"]).toBe("False OutOfpods");
    expect(status.podIP).toBeUndefined();
  });
});

describe("the rest of the status", () => {
  it("names addresses, identity and counts", () => {
    expect(statusOf([running("a")])).toMatchObject({
      observedGeneration: 1,
      hostIP: "127.0.0.1",
      podIP: "127.64.0.7",
      podIPs: [{ ip: "127.64.0.7" }],
      startTime: "2026-01-01T00:00:00Z",
      qosClass: "BestEffort",
      containerStatuses: [
        {
          name: "a",
          ready: true,
          started: true,
          restartCount: 0,
          image: "shop:1",
          imageID: "shop:1",
          containerID: "process://1-1",
        },
      ],
    });
  });

  it.each([
    [{ requests: { cpu: "1" } }, "Burstable"],
    [{ limits: { cpu: "1", memory: "1Gi" } }, "Guaranteed"],
    [{ limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "1000m", memory: "1024Mi" } }, "Guaranteed"],
    [{ limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "1", memory: "1Mi" } }, "Burstable"],
  ])("classes %o as %s", (resources, expected) => {
    expect(statusOf([waiting("a")], { pod: aPod({ containers: [{ name: "a", resources }] }) }).qosClass).toBe(expected);
  });
});

const names = (records: ContainerRecord[]): readonly string[] => planStarts(records, now).start;

describe("planStarts", () => {
  it("starts one init container after the other, then all others at once", () => {
    const [i, j, a, b] = [waiting("i", "init"), waiting("j", "init"), waiting("a"), waiting("b")] as const;
    expect(names([i, j, a, b])).toEqual(["i"]);
    expect(names([running("i", true, "init"), j, a, b])).toEqual([]);
    expect(names([ended("i", 0, "Never", "init"), j, a, b])).toEqual(["j"]);
    expect(names([ended("i", 0, "Never", "init"), ended("j", 0, "Never", "init"), a, b])).toEqual(["a", "b"]);
  });

  it("goes past a sidecar once it is started, and restarts it while others wait", () => {
    const [i, a] = [waiting("i", "init"), waiting("a")] as const;
    expect(names([running("s", false, "sidecar"), i, a])).toEqual([]);
    expect(names([running("s", true, "sidecar"), i, a])).toEqual(["i"]);
    expect(names([ended("s", 0, "Never", "sidecar"), running("i", true, "init"), a])).toEqual(["s"]);
  });

  it("starts nothing more after an init container failed for good", () => {
    expect(planStarts([ended("i", 1, "Never", "init"), waiting("a")], now)).toEqual({ start: [], wakeAtMs: undefined });
  });

  it("tells when the next back-off ends", () => {
    const later = { ...waiting("a"), startAtMs: now + 10_000 };
    const latest = { ...waiting("b"), startAtMs: now + 20_000 };
    expect(planStarts([latest, later], now)).toEqual({ start: [], wakeAtMs: now + 10_000 });
  });
});
