import { describe, expect, it } from "vitest";

import { TidegateError } from "../../api/error.ts";
import { resources } from "../../api/resources.ts";
import { systemClock } from "../../ports/clock.ts";
import { aPod } from "../../../testing/builders/pod.ts";
import { createFakeKubeClient } from "../../../testing/fakes/kubeClient.ts";
import type { Pod, PodStatus } from "./podTypes.ts";
import { createStatusWriter } from "./statusWriter.ts";

const ref = { namespace: "shop", name: "web-1" };
const unready: PodStatus = {
  phase: "Pending",
  message: "full",
  conditions: [{ type: "Ready", status: "False", reason: "OutOfpods", message: "full" }],
};
const ready: PodStatus = {
  phase: "Running",
  podIP: "127.64.0.2",
  podIPs: [{ ip: "127.64.0.2" }],
  conditions: [{ type: "Ready", status: "True" }],
};

function aWriter(status: PodStatus = {}) {
  const client = createFakeKubeClient();
  const pod: Pod = { ...aPod(), status };
  client.put(resources.pods, pod);
  const signal = new AbortController().signal;
  const writer = createStatusWriter({ client, clock: systemClock, signal, log: () => undefined });
  const patches = (): number => client.calls.filter(({ verb }) => verb === "patch").length;
  return { client, pod, writer, patches, stored: () => (client.find(resources.pods, ref) as Pod | undefined)?.status };
}

describe("the status writer", () => {
  it("writes a status once", async () => {
    const { pod, writer, patches, stored } = aWriter();
    writer.publish(pod, ready);
    writer.publish(pod, ready);
    await writer.flush();
    writer.publish(pod, ready);
    await writer.flush();
    expect(stored()).toEqual(ready);
    expect(patches()).toBe(1);
  });

  it("writes the newest of those that waited", async () => {
    const { pod, writer, patches, stored } = aWriter();
    writer.publish(pod, unready);
    for (let count = 0; count < 5; count++) writer.publish(pod, { ...unready, message: String(count) });
    writer.publish(pod, ready);
    await writer.flush();
    expect(stored()?.phase).toBe("Running");
    expect(patches()).toBe(2);
  });

  it("removes what no longer holds and keeps the conditions of others", async () => {
    const gate = { type: "x.dev/open", status: "True" } as const;
    const former = { ...unready, podIPs: [{ ip: "127.64.0.1" }], conditions: [...(unready.conditions ?? []), gate] };
    const { pod, writer, stored } = aWriter(former);
    writer.publish(pod, ready);
    await writer.flush();
    expect(stored()).toEqual({ ...ready, conditions: [{ type: "Ready", status: "True" }, gate] });
  });

  it("tries again after a failure", async () => {
    const { client, pod, writer, stored } = aWriter();
    let failures = 1;
    client.intercept(() => {
      if (failures-- > 0) throw new TidegateError("KUBE_SERVER_ERROR", "down", { retry: "later" });
    });
    writer.publish(pod, ready);
    await writer.flush();
    expect(stored()).toEqual(ready);
  });

  it("does not write to another pod of that name, and gives up when the pod is gone", async () => {
    const { client, pod, writer, patches } = aWriter();
    await client.delete(resources.pods, ref, { gracePeriodSeconds: 0 });
    writer.publish(pod, ready);
    await writer.flush();
    writer.publish(pod, unready);
    await writer.flush();
    expect(patches()).toBe(1);
  });
});
