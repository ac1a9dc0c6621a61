import { describe, expect, it } from "vitest";
import { createCounters } from "./counters.ts";
import { createLatencies } from "./latencies.ts";

describe("whose fault a failure is", () => {
  const cases = [
    ["a 500 that a version answered is its own", 500, "2", 0],
    ["a 500 that names no version is not", 500, undefined, 1],
    ["a 503 is the gateway's", 503, undefined, 1],
    ["a 502 is the gateway's whoever signed it", 502, "2", 1],
    ["a 404 that names no version is nobody's failure", 404, undefined, 0],
    ["a good answer is none", 200, "1", 0],
  ] as const;
  it.each(cases)("%s", (_name, status, version, failures) => {
    const counters = createCounters(() => 0);
    counters.answered({ status, version, latencyMs: 1 });
    expect(counters.report().foreignFailures).toBe(failures);
  });

  it("a broken connection is not a version's", () => {
    const counters = createCounters(() => 0);
    counters.broke("ECONNRESET");
    expect(counters.report()).toMatchObject({ requests: 1, foreignFailures: 1, examples: [{ what: "ECONNRESET" }] });
  });
});

it("quantiles are within a twentieth of the true ones", () => {
  const latencies = createLatencies();
  for (let ms = 1; ms <= 1_000; ms++) latencies.add(ms);
  for (const share of [0.5, 0.9, 0.99])
    expect(Math.abs(latencies.quantile(share) / (share * 1_000) - 1)).toBeLessThan(0.051);
  expect(latencies.quantile(1)).toBe(1_000);
});
