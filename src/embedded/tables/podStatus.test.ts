import { describe, expect, it } from "vitest";
import { summarizePod } from "./podStatus.ts";

type Part = Record<string, unknown>;

const running = { running: { startedAt: "2026-01-01T00:00:00Z" } };
const waiting = (reason: string): Part => ({ waiting: { reason } });
const terminated = (facts: Part): Part => ({ terminated: facts });

function container(state: Part, more: Part = {}): Part {
  return { name: "c", ready: false, restartCount: 0, state, ...more };
}

function pod(
  statuses: Part[],
  { status = {}, spec = {}, metadata = {} }: { status?: Part; spec?: Part; metadata?: Part } = {},
): Part {
  return {
    metadata: { name: "p", ...metadata },
    spec: { containers: statuses.length === 0 ? [{ name: "c" }] : statuses.map(() => ({ name: "c" })), ...spec },
    status: { phase: "Running", containerStatuses: statuses, ...status },
  };
}

const up = container(running, { ready: true });
const done = container(terminated({ reason: "Completed", exitCode: 0 }));
const sidecar = { initContainers: [{ name: "s", restartPolicy: "Always" }, { name: "i" }] };
const deletionTimestamp = "2026-01-01T00:00:00Z";

describe("the status of a pod in one word", () => {
  it.each([
    ["Pending before any container", pod([], { status: { phase: "Pending" } }), "0/1", "Pending"],
    ["Running", pod([up]), "1/1", "Running"],
    ["Running while not ready", pod([container(running)]), "0/1", "Running"],
    ["CrashLoopBackOff", pod([container(waiting("CrashLoopBackOff"))]), "0/1", "CrashLoopBackOff"],
    [
      "ContainerCreating",
      pod([container(waiting("ContainerCreating"))], { status: { phase: "Pending" } }),
      "0/1",
      "ContainerCreating",
    ],
    ["Error", pod([container(terminated({ reason: "Error", exitCode: 1 }))]), "0/1", "Error"],
    ["the exit code where there is no reason", pod([container(terminated({ exitCode: 3 }))]), "0/1", "ExitCode:3"],
    [
      "the signal where there is no reason",
      pod([container(terminated({ exitCode: 137, signal: 9 }))]),
      "0/1",
      "Signal:9",
    ],
    ["Completed", pod([done], { status: { phase: "Succeeded" } }), "0/1", "Completed"],
    [
      "the first container has the last word",
      pod([container(waiting("One")), container(waiting("Two"))]),
      "0/2",
      "One",
    ],
    [
      "Running where one of two is done",
      pod([done, up], { status: { conditions: [{ type: "Ready", status: "True" }] } }),
      "1/2",
      "Running",
    ],
    ["NotReady where one of two is done and the pod is not ready", pod([done, up]), "1/2", "NotReady"],
    ["the reason of the pod", pod([], { status: { phase: "Failed", reason: "Evicted" } }), "0/1", "Evicted"],
    [
      "SchedulingGated",
      pod([], { status: { phase: "Pending", conditions: [{ type: "PodScheduled", reason: "SchedulingGated" }] } }),
      "0/1",
      "SchedulingGated",
    ],
    ["Terminating", pod([up], { metadata: { deletionTimestamp } }), "1/1", "Terminating"],
    [
      "Unknown when the node was lost",
      pod([up], { metadata: { deletionTimestamp }, status: { reason: "NodeLost" } }),
      "1/1",
      "Unknown",
    ],
    [
      "Completed though it is deleted",
      pod([done], { metadata: { deletionTimestamp }, status: { phase: "Succeeded" } }),
      "0/1",
      "Completed",
    ],
    [
      "Init:0/2",
      pod([], {
        spec: { initContainers: [{ name: "i" }, { name: "j" }] },
        status: { initContainerStatuses: [container(running)] },
      }),
      "0/1",
      "Init:0/2",
    ],
    [
      "Init:CrashLoopBackOff",
      pod([], { status: { initContainerStatuses: [container(waiting("CrashLoopBackOff"))] } }),
      "0/1",
      "Init:CrashLoopBackOff",
    ],
    [
      "Init:Error",
      pod([], { status: { initContainerStatuses: [container(terminated({ reason: "Error", exitCode: 1 }))] } }),
      "0/1",
      "Init:Error",
    ],
    [
      "Init:ExitCode:2",
      pod([], { status: { initContainerStatuses: [container(terminated({ exitCode: 2 }))] } }),
      "0/1",
      "Init:ExitCode:2",
    ],
    [
      "a sidecar counts among the containers",
      pod([up], {
        spec: { ...sidecar, containers: [{ name: "c" }] },
        status: {
          initContainerStatuses: [
            container(running, { name: "s", started: true, ready: true }),
            container(terminated({ exitCode: 0 }), { name: "i" }),
          ],
        },
      }),
      "2/2",
      "Running",
    ],
  ])("%s", (_name, object, ready, status) => {
    const summary = summarizePod(object);
    expect(summary.status).toBe(status);
    expect(`${summary.ready}/${summary.total}`).toBe(ready);
  });

  it("counts restarts of the containers and finds the last", () => {
    const restarted = (restartCount: number, finishedAt: string): Part =>
      container(running, { restartCount, lastState: { terminated: { finishedAt } } });
    const object = pod([restarted(2, "2026-01-01T00:00:05Z"), restarted(1, "2026-01-01T00:00:03Z")], {
      status: { initContainerStatuses: [container(terminated({ exitCode: 0 }), { restartCount: 7 })] },
    });
    expect(summarizePod(object)).toMatchObject({ restarts: 3, lastRestart: "2026-01-01T00:00:05Z" });
  });

  it("counts restarts of init containers while these run", () => {
    expect(
      summarizePod(pod([], { status: { initContainerStatuses: [container(running, { restartCount: 7 })] } })).restarts,
    ).toBe(7);
  });
});
