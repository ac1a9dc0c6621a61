import { describe, expect, it } from "vitest";

import type { Probe } from "./podTypes.ts";
import { countProbe, isQuickRetry, nextProbeDelayMs, unprobed } from "./probeCounter.ts";

function verdictAfter(results: string, probe: Probe): string | undefined {
  return results.split("").reduce((count, result) => countProbe(count, result === "+", probe), unprobed).verdict;
}

describe("countProbe", () => {
  it.each<[string, string, Probe, string | undefined]>([
    ["one success suffices by default", "+", {}, "success"],
    ["two failures are not enough by default", "--", {}, undefined],
    ["three failures are enough by default", "---", {}, "failure"],
    ["a success keeps its verdict through two failures", "+--", {}, "success"],
    ["a success in between begins the count anew", "+--+--", {}, "success"],
    ["the third failure in a row turns it", "+--+---", {}, "failure"],
    ["one success mends it", "---+", {}, "success"],
    ["a success threshold asks for as many in a row", "---+-+", { successThreshold: 2 }, "failure"],
    ["a success threshold is met", "---+-++", { successThreshold: 2 }, "success"],
    ["a failure threshold of one turns at once", "+-", { failureThreshold: 1 }, "failure"],
  ])("%s", (_, results, probe, verdict) => {
    expect(verdictAfter(results, probe)).toBe(verdict);
  });
});

describe("the pace of probes", () => {
  const probe = { periodSeconds: 5 };

  it("is quick until the first success of readiness, for a bounded time", () => {
    expect(isQuickRetry("readiness", unprobed, 1000)).toBe(true);
    expect(isQuickRetry("readiness", unprobed, 60_000)).toBe(false);
    expect(isQuickRetry("readiness", countProbe(unprobed, true, probe), 1000)).toBe(false);
    expect(isQuickRetry("liveness", unprobed, 1000)).toBe(false);
  });

  it("is the period after a success, and otherwise", () => {
    expect(nextProbeDelayMs(true, false, probe)).toBe(50);
    expect(nextProbeDelayMs(true, true, probe)).toBe(5000);
    expect(nextProbeDelayMs(false, false, probe)).toBe(5000);
    expect(nextProbeDelayMs(false, false, {})).toBe(10_000);
  });
});
