import { describe, expect, it } from "vitest";
import { aDelivery, aRelease, aReleaseStatus } from "../../testing/builders/delivery.ts";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import { formatTime } from "../api/duration.ts";
import type { MetricSource, Sample, SampleRequest } from "../ports/metricSource.ts";
import { createEvidence } from "./evidence.ts";

const { signal } = new AbortController();
const request: SampleRequest = {
  namespace: "prod",
  stableService: "shop",
  contenderService: "shop-contender",
  pods: [],
};

function bed() {
  const clock = createFakeClock();
  const evidence = createEvidence(clock);
  let requests = 0;
  let failure: Error | undefined;
  const source: MetricSource = {
    kind: "test",
    read: () => {
      if (failure !== undefined) return Promise.reject(failure);
      requests += 100;
      const series = (track: "stable" | "contender") => ({ track, key: "gateway", perPod: false, requests, errors: 0 });
      const sample: Sample = {
        atMs: clock.now(),
        series: [series("stable"), series("contender")],
        observed: { stable: true, contender: true },
        problems: [],
      };
      return Promise.resolve(sample);
    },
  };
  const release = (index: number, confirmedAtMs = clock.now()) => {
    const confirmedAt = formatTime(confirmedAtMs);
    return aRelease({
      status: aReleaseStatus({ step: { index, name: "s", count: 3, enteredAt: confirmedAt, confirmedAt } }),
    });
  };
  const look = (about: ReturnType<typeof release>, from: MetricSource | undefined = source) =>
    evidence.look(about, aDelivery(), from, request, signal);
  return { clock, evidence, release, look, fail: (error: Error | undefined) => (failure = error) };
}

describe("looking at the counters", () => {
  it("takes a baseline when a step is confirmed, and a window at every interval after it", async () => {
    const { clock, evidence, release, look } = bed();
    const about = release(0);
    expect(await look(about)).toBeUndefined();
    expect(evidence.dueInMs(about, aDelivery())).toBe(5_000);
    await clock.advance(4_999);
    expect(await look(about)).toBeUndefined();
    await clock.advance(1);
    expect(await look(about)).toMatchObject({
      kind: "window",
      window: { step: 0, stable: { requests: 100 }, contender: { requests: 100 } },
    });
  });

  it("begins anew with every step, so that no window spans two weights", async () => {
    const { clock, evidence, release, look } = bed();
    await look(release(0));
    await clock.advance(5_000);
    expect(evidence.dueInMs(release(1), aDelivery())).toBe(0);
    expect(await look(release(1))).toBeUndefined();
    await clock.advance(5_000);
    expect(await look(release(1, clock.now() - 5_000))).toMatchObject({ kind: "window", window: { step: 1 } });
  });

  it("tells why a source could not be read, and needs a new baseline after that", async () => {
    const { clock, release, look, fail } = bed();
    const about = release(0);
    await look(about);
    await clock.advance(5_000);
    fail(new Error("connection refused"));
    expect(await look(about)).toEqual({ kind: "error", message: "connection refused" });
    fail(undefined);
    await clock.advance(5_000);
    expect(await look(about)).toBeUndefined();
    await clock.advance(5_000);
    expect(await look(about)).toMatchObject({ kind: "window" });
  });

  it("says how to name a source where there is none", async () => {
    const clock = createFakeClock();
    const evidence = createEvidence(clock);
    const found = await evidence.look(bed().release(0), aDelivery(), undefined, request, signal);
    expect(found).toMatchObject({ kind: "error", message: expect.stringContaining("tidegate.dev/metrics-url") });
  });

  it("forgets a release that has ended", async () => {
    const { clock, evidence, release, look } = bed();
    const about = release(0);
    await look(about);
    evidence.forget(about.metadata.uid ?? "");
    await clock.advance(5_000);
    expect(await look(about)).toBeUndefined();
  });
});
