import { describe, expect, it } from "vitest";

import { aPod } from "../../../testing/builders/pod.ts";
import type { ContainerRecord, ExitContext } from "./containerRecord.ts";
import {
  configFailedRecord,
  exitedRecord,
  kubeletBackoff,
  newRecord,
  recoverRecord,
  restartDelayMs,
  runningRecord,
  startFailedRecord,
} from "./containerRecord.ts";
import type { ContainerStatus, RestartPolicy } from "./podTypes.ts";

const start = Date.parse("2026-01-01T00:00:00Z");
const fresh = newRecord({ name: "web", image: "shop:1" }, "main");

function context(nowMs: number, restartPolicy: RestartPolicy = "Always", ending = false): ExitContext {
  return { nowMs, pod: aPod({ restartPolicy }), backoff: kubeletBackoff, ending };
}

function run(record: ContainerRecord, nowMs: number): ContainerRecord {
  return runningRecord(record, "process://1-1", nowMs, "shop:1");
}

describe("a container's record", () => {
  it("is restarted at once the first time, then after 10 s, 20 s, up to 5 minutes", () => {
    let record = fresh;
    const delays: number[] = [];
    for (let count = 0; count < 8; count++) {
      record = exitedRecord(run(record, start), { exitCode: 1 }, context(start + 100));
      delays.push(((record.startAtMs ?? NaN) - start - 100) / 1000);
    }
    expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    expect(record.attempts).toBe(8);
  });

  it("shows the back-off in the words of a kubelet and keeps how the last instance ended", () => {
    const once = exitedRecord(run(fresh, start), { exitCode: 1 }, context(start + 100));
    const twice = exitedRecord(run(once, start + 200), { exitCode: 137, signal: 9 }, context(start + 1100));
    const message = "back-off 10s restarting failed container=web pod=web-1_shop(uid-1)";
    expect(twice.state).toEqual({ kind: "waiting", waiting: { reason: "CrashLoopBackOff", message } });
    expect(twice.last).toEqual({
      exitCode: 137,
      signal: 9,
      reason: "Error",
      startedAt: "2026-01-01T00:00:00Z",
      finishedAt: "2026-01-01T00:00:01Z",
      containerID: "process://1-1",
    });
  });

  it("forgets earlier crashes after ten minutes of running", () => {
    let record = fresh;
    for (let count = 0; count < 3; count++) record = exitedRecord(run(record, start), { exitCode: 1 }, context(start));
    record = exitedRecord(run(record, start), { exitCode: 1 }, context(start + 600_000));
    expect(record.startAtMs).toBe(start + 600_000);
  });

  it.each<[RestartPolicy, number, boolean]>([
    ["Always", 0, true],
    ["Always", 1, true],
    ["OnFailure", 0, false],
    ["OnFailure", 1, true],
    ["Never", 0, false],
    ["Never", 1, false],
  ])("with restart policy %s and exit code %i restarts: %s", (policy, exitCode, restarts) => {
    const record = exitedRecord(run(fresh, start), { exitCode }, context(start, policy));
    expect(record.startAtMs !== undefined).toBe(restarts);
  });

  it.each<["init" | "sidecar", number, RestartPolicy, boolean]>([
    ["init", 0, "Always", false],
    ["init", 1, "Always", true],
    ["init", 1, "Never", false],
    ["sidecar", 0, "Never", true],
  ])("as %s with exit code %i and policy %s restarts: %s", (role, exitCode, policy, restarts) => {
    const record = run(newRecord({ name: "first" }, role), start);
    expect(exitedRecord(record, { exitCode }, context(start, policy)).startAtMs !== undefined).toBe(restarts);
  });

  it("is not restarted while its pod ends", () => {
    expect(exitedRecord(run(fresh, start), { exitCode: 1 }, context(start, "Always", true)).startAtMs).toBeUndefined();
  });

  it("whose executable cannot be run waits with the reason, and counts as started", () => {
    const failed = startFailedRecord(fresh, "no such file", context(start));
    expect(failed.state).toEqual({
      kind: "waiting",
      waiting: { reason: "RunContainerError", message: "no such file" },
    });
    expect(failed.last).toMatchObject({ exitCode: 128, reason: "StartError", message: "no such file" });
    expect(failed.startAtMs).toBe(start);
    expect(startFailedRecord(failed, "no such file", context(start))).toMatchObject({
      attempts: 2,
      startAtMs: start + 10_000,
      state: { waiting: { reason: "CrashLoopBackOff" } },
    });
  });

  it("whose executable cannot be run ends for good when nothing is to be restarted", () => {
    const failed = startFailedRecord(fresh, "no such file", context(start, "Never"));
    expect(failed.state).toMatchObject({ kind: "terminated", terminated: { reason: "StartError" } });
    expect(failed.startAtMs).toBeUndefined();
  });

  it("with a mistake in its configuration waits and is not counted as started", () => {
    const failed = configFailedRecord(fresh, 'secret "x" not found', start + 2000);
    expect(failed).toMatchObject({
      attempts: 0,
      startAtMs: start + 2000,
      state: { waiting: { reason: "CreateContainerConfigError", message: 'secret "x" not found' } },
    });
  });
});

describe("restartDelayMs", () => {
  it("never exceeds the maximum, however long the streak", () => {
    expect(restartDelayMs(10_000, kubeletBackoff)).toBe(300_000);
  });
});

describe("recoverRecord", () => {
  const status: ContainerStatus = {
    name: "web",
    state: { running: { startedAt: "2025-12-31T23:00:00Z" } },
    lastState: {},
    ready: true,
    started: true,
    restartCount: 2,
    image: "shop:1",
    imageID: "shop:1",
    containerID: "process://9-9",
  };

  it("starts a container again that ran when the node was stopped, as one more restart", () => {
    const record = recoverRecord(fresh, status, context(start));
    expect(record.startAtMs).toBe(start);
    const again = run(record, start);
    expect(again).toMatchObject({ attempts: 4, last: { exitCode: 137, reason: "ContainerStatusUnknown" } });
  });

  it("leaves an init container ended that had ended well", () => {
    const done = { exitCode: 0, reason: "Completed" };
    const record = recoverRecord(
      newRecord({ name: "first" }, "init"),
      { ...status, state: { terminated: done } },
      context(start),
    );
    expect(record.startAtMs).toBeUndefined();
    expect(record.state).toEqual({ kind: "terminated", terminated: done });
  });

  it("starts a container that waited in back-off, keeping its count", () => {
    const waiting = {
      ...status,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    };
    const record = recoverRecord(fresh, waiting, context(start));
    expect(record.startAtMs).toBe(0);
    expect(run(record, start).attempts).toBe(4);
  });

  it("starts a container that had never run as the first time", () => {
    const waiting = { ...status, restartCount: 0, state: { waiting: { reason: "ContainerCreating" } } };
    expect(run(recoverRecord(fresh, waiting, context(start)), start).attempts).toBe(1);
  });
});
