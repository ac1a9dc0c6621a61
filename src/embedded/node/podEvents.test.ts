import { describe, expect, it } from "vitest";

import { TidegateError } from "../../api/error.ts";
import { resources } from "../../api/resources.ts";
import { aPod } from "../../../testing/builders/pod.ts";
import { createFakeClock } from "../../../testing/fakes/clock.ts";
import { createFakeKubeClient } from "../../../testing/fakes/kubeClient.ts";
import { until } from "../../../testing/fakes/until.ts";
import { createPodEvents } from "./podEvents.ts";

const unhealthy = (message: string) => ({ type: "Warning", reason: "Unhealthy", message, container: "web" }) as const;

function aSink() {
  const clock = createFakeClock();
  const client = createFakeKubeClient(() => clock.now());
  const lines: string[] = [];
  const signal = new AbortController().signal;
  const log = (message: string, facts?: object): void => void lines.push(`${message} ${JSON.stringify(facts)}`);
  let drawn = 0;
  const random = { next: () => drawn++ / 1_000 };
  const events = createPodEvents({ client, clock, random, nodeName: "node-1", signal, log });
  return { clock, client, events, lines, all: () => client.all(resources.events) };
}

describe("events of pods", () => {
  it("name the pod, the container and the node", async () => {
    const { events, all } = aSink();
    events.emit(aPod(), unhealthy("no answer"));
    await until(() => all().length === 1);
    expect(all()[0]).toMatchObject({
      involvedObject: {
        kind: "Pod",
        namespace: "shop",
        name: "web-1",
        uid: "uid-1",
        fieldPath: "spec.containers{web}",
      },
      reason: "Unhealthy",
      message: "no answer",
      type: "Warning",
      source: { component: "kubelet", host: "node-1" },
      count: 1,
    });
  });

  it("that repeat are counted in one object", async () => {
    const { clock, events, all } = aSink();
    for (let count = 0; count < 3; count++) {
      events.emit(aPod(), unhealthy("no answer"));
      await until(() => all()[0]?.["count"] === count + 1);
      await clock.advance(2000);
    }
    expect(all()).toHaveLength(1);
    expect(all()[0]?.["lastTimestamp"]).toBe("2026-01-01T00:00:04Z");
  });

  it("are cut off for a pod that has too many, not for another", async () => {
    const { events, all } = aSink();
    for (let count = 0; count < 60; count++) events.emit(aPod(), unhealthy(`failure ${count}`));
    events.emit(aPod({ name: "web-2", uid: "uid-2" }), unhealthy("other"));
    await until(() => all().some((event) => event["message"] === "other"));
    expect(all()).toHaveLength(26);
  });

  it("that cannot be written are dropped and logged, and the next is tried", async () => {
    const { client, events, lines, all } = aSink();
    client.intercept(() => {
      client.intercept(undefined);
      throw new TidegateError("KUBE_SERVER_ERROR", "down");
    });
    events.emit(aPod(), unhealthy("first"));
    events.emit(aPod(), unhealthy("second"));
    await until(() => all().length === 1);
    expect(all()[0]?.["message"]).toBe("second");
    expect(lines).toEqual(['an event could not be written {"reason":"Unhealthy","object":"web-1","error":"down"}']);
  });
});
