import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical } from "./canonical.ts";
import { findCondition, setCondition } from "./conditions.ts";
import { formatDuration, formatTime, parseDuration, parseTime } from "./duration.ts";
import { isTidegateError, messageOf, TidegateError } from "./error.ts";
import { contenderServiceName, releaseName } from "./names.ts";
import { basisPointsOf, formatWeight, percentOf } from "./weight.ts";

describe("durations", () => {
  it.each([
    ["850ms", 850],
    ["12s", 12_000],
    ["1m30s", 90_000],
    ["2h", 7_200_000],
    ["1.5h", 5_400_000],
    ["0s", 0],
  ])("%s is %d milliseconds", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "5 s", "-5s", "5d", "s", "5s ", "1m30", "NaNs"])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it("are written so that they read back as the same whole seconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });

  it.each([
    [0, "0ms"],
    [250, "250ms"],
    [1_500, "1.5s"],
    [61_000, "1m1s"],
    [7_260_000, "2h1m"],
  ])("%d ms is written %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("keeps milliseconds of a time", () => {
    expect(parseTime(formatTime(1_767_225_600_123))).toBe(1_767_225_600_123);
  });
});

describe("weights", () => {
  it("keep two decimals of a percent in whole basis points, both ways", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (basisPoints) => {
        expect(basisPointsOf(percentOf(basisPoints))).toBe(basisPoints);
      }),
    );
  });

  it("are written in percent", () => {
    expect([1, 1_250, 10_000].map(formatWeight)).toEqual(["0.01 %", "12.5 %", "100 %"]);
  });
});

describe("conditions", () => {
  const ready = { type: "Ready", status: "True", reason: "Idle", message: "all is well" } as const;
  const before = setCondition([], ready, "2026-01-01T00:00:00Z");

  it("keep the time of the transition while the status stays", () => {
    const after = setCondition(before, { ...ready, message: "still well" }, "2026-01-02T00:00:00Z");
    expect(after).toEqual([{ ...ready, message: "still well", lastTransitionTime: "2026-01-01T00:00:00Z" }]);
  });

  it("move the time of the transition when the status changes", () => {
    const after = setCondition(before, { ...ready, status: "False" }, "2026-01-02T00:00:00Z");
    expect(findCondition(after, "Ready")?.lastTransitionTime).toBe("2026-01-02T00:00:00Z");
  });

  it("leave the others and their order alone", () => {
    const two = setCondition(before, { ...ready, type: "Stalled" }, "2026-01-01T00:00:00Z");
    expect(setCondition(two, ready, "2026-01-01T00:00:00Z").map(({ type }) => type)).toEqual(["Ready", "Stalled"]);
  });
});

describe("canonical text", () => {
  it("does not depend on the order of fields", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).toReversed());
        expect(canonical(reversed)).toBe(canonical(object));
      }),
    );
  });

  it("tells different values apart and depends on the order of lists", () => {
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
    expect(canonical({ a: "1" })).not.toBe(canonical({ a: 1 }));
  });

  it("leaves fields out that are undefined, as JSON does", () => {
    expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}');
  });
});

describe("names and errors", () => {
  it("names what Tidegate makes after what it is for", () => {
    expect([releaseName("shop", 3), contenderServiceName("shop")]).toEqual(["shop-3", "shop-contender"]);
  });

  it("knows its own errors by code", () => {
    const error = new TidegateError("KUBE_CONFLICT", "changed", { retry: "later" });
    expect(isTidegateError(error, "KUBE_CONFLICT", "KUBE_GONE")).toBe(true);
    expect(isTidegateError(error, "KUBE_GONE")).toBe(false);
    expect(isTidegateError(new Error("changed"))).toBe(false);
  });

  it("has words for whatever was thrown", () => {
    expect([messageOf(new Error("no")), messageOf("no"), messageOf(undefined)]).toEqual(["no", "no", "undefined"]);
  });
});
