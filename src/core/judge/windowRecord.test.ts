import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildConfig, buildWindow, rollDice } from "./builders.ts";
import { canonicalWindow } from "./canonicalWindow.ts";
import { replay } from "./state.ts";
import type { GapReason, JudgeWindow, TrackCounts } from "./types.ts";
import { appendToRecord, emptyWindowRecord, replayRecord, type WindowRecord } from "./windowRecord.ts";
import { appendWindow, decodeWindows, encodeWindows } from "./windowText.ts";

const config = buildConfig([
  { kind: "errors", name: "errors", weight: 1 },
  { kind: "latency", name: "latency", weight: 1 },
  { kind: "limit", name: "slo", weight: 1, maxErrorRate: 0.01 },
  { kind: "threshold", name: "p90", metric: "latencyQuantile", quantile: 0.9, max: 300, failures: 2, of: 3 },
]);

const boundaries = [
  1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000,
];

/** Two hours of a service with log-normal latency, four pods, and a few errors. */
function twoHours(requestsPerSecond: number): JudgeWindow[] {
  const dice = rollDice(7);
  const share = boundaries.map((boundary) => normal(Math.log(boundary / 40) / 0.7));
  const track = (requests: number): TrackCounts => {
    const counts = [...share, 1].map((upTo, index) => dice.poisson(requests * (upTo - (share[index - 1] ?? 0))));
    const byPod = Object.fromEntries(
      [1, 2, 3, 4].map((pod) => [
        `pod-${pod}`,
        { requests: Math.floor(requests / 4), errors: dice.errors(requests / 4, 0.001) },
      ]),
    );
    return {
      requests,
      errors: Object.values(byPod).reduce((sum, { errors }) => sum + errors, 0),
      byPod,
      latency: { boundariesMs: boundaries, counts },
    };
  };
  return Array.from({ length: 1_440 }, (_, index) => {
    const startMs = Date.parse("2026-01-01T00:00:00Z") + index * 5_000 + Math.floor(dice.next() * 20);
    const [contender, stable] = [
      track(dice.poisson(requestsPerSecond * 0.5)),
      track(dice.poisson(requestsPerSecond * 4.5)),
    ];
    return {
      id: String(startMs + 5_000),
      fromMs: startMs,
      toMs: startMs + 5_000,
      step: Math.floor(index / 300),
      stable,
      contender,
    };
  });
}

function normal(z: number): number {
  return 1 / (1 + Math.exp(-1.702 * z));
}

const gapReasons: GapReason[] = [
  "stableNotObserved",
  "contenderNotObserved",
  "weightNotConfirmed",
  "sourceUnreachable",
];
const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 40 }));
const track = fc
  .record({
    requests: count,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    buckets: fc.option(fc.array(count, { minLength: 4, maxLength: 4 })),
    shift: fc.constantFrom(0, 0.5),
    spread: fc.boolean(),
  })
  .map(({ requests, share, buckets, shift, spread }): TrackCounts => {
    const errors = Math.floor(requests * share);
    const pods = { a: { requests: Math.min(requests, 9), errors: Math.min(errors, 9) }, b: { requests: 5, errors: 1 } };
    return {
      requests,
      errors,
      ...(buckets === null ? {} : { latency: { boundariesMs: [1 + shift, 20, 300], counts: buckets } }),
      ...(spread ? { byPod: pods } : {}),
    };
  });
const anyWindow = fc
  .record({
    id: fc.option(fc.string({ maxLength: 12 })),
    start: fc.nat(2_000_000),
    length: fc.nat(60_000),
    step: fc.nat(300),
    gap: fc.option(fc.constantFrom(...gapReasons)),
    stable: track,
    contender: track,
  })
  .map(({ id, start, length, step, gap, stable, contender }): JudgeWindow => {
    const toMs = start + length;
    return canonicalWindow({
      id: id ?? String(toMs),
      fromMs: start,
      toMs,
      step,
      stable,
      contender,
      ...(gap === null ? {} : { gap }),
    });
  });

function recordOf(windows: readonly JudgeWindow[], maxLength?: number): WindowRecord {
  return windows.reduce((record, window) => appendToRecord(config, record, window, maxLength), emptyWindowRecord);
}

describe("the record of windows", () => {
  it("gives back every window as it was judged, whether written at once or one by one", () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { maxLength: 12 }), (windows) => {
        const text = encodeWindows(windows);
        expect(decodeWindows(text)).toEqual(windows);
        expect(windows.reduce(appendWindow, "")).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it("replays to the state of the first run, bit for bit, also after older windows were folded", () => {
    const windows = twoHours(50).slice(0, 200);
    const state = replay(config, windows);
    const folded = recordOf(windows, 4_000);
    expect(folded.base).toBeDefined();
    expect(folded.windows.length).toBeLessThanOrEqual(4_000);
    expect(JSON.stringify(replayRecord(config, structuredClone(folded)))).toBe(JSON.stringify(state));
    expect(JSON.stringify(replayRecord(config, recordOf(windows)))).toBe(JSON.stringify(state));
  });

  it.each([5, 50, 100])(
    "keeps two hours of windows of 5 s with 23 buckets at %i requests/s in less than 100 KB",
    (rate) => {
      const text = encodeWindows(twoHours(rate).map(canonicalWindow));
      expect(text.length).toBeLessThan(100_000);
      expect(decodeWindows(text)).toHaveLength(1_440);
    },
  );

  it("keeps the state itself small", () => {
    expect(JSON.stringify(replay(config, twoHours(50).slice(0, 50))).length).toBeLessThan(16_000);
  });

  it.each([
    { name: "nothing at its beginning", text: "AAAA" },
    { name: "a cut word", text: encodeWindows([buildWindow(0, [5, 1], [9, 0])]).slice(0, -2) },
    { name: "something else than base64", text: `${encodeWindows([buildWindow(0, [5, 1], [9, 0])])}.%%%` },
    { name: "a strange beginning", text: "!e30.AAAA" },
  ])("refuses a damaged record: $name", ({ text }) => {
    expect(() => decodeWindows(text)).toThrow(RangeError);
  });
});
