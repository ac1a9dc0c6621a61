import { describe, expect, it } from "vitest";
import { buildConfig, buildContext, buildWindow, withLatency } from "./builders.ts";
import { judge, judgeRules } from "./judge.ts";
import { replay } from "./state.ts";
import type {
  JudgeCheck,
  JudgeConfig,
  JudgeContext,
  JudgeWindow,
  LatencyCheck,
  ThresholdCheck,
  Verdict,
} from "./types.ts";

type Pair = readonly [number, number];

function many(length: number, contender: Pair, stable: Pair, more: Partial<JudgeWindow> = {}): JudgeWindow[] {
  return Array.from({ length }, (_, index) => buildWindow(index, contender, stable, more));
}

function verdictOf(
  windows: readonly JudgeWindow[],
  config: JudgeConfig = buildConfig(),
  context: Partial<JudgeContext> = {},
): Verdict {
  return judge(config, replay(config, windows), buildContext(context));
}

const latency: LatencyCheck = { kind: "latency", name: "latency", weight: 1, warmupRequests: 0, warmupMs: 0 };
const threshold = (more: Partial<ThresholdCheck>): ThresholdCheck => ({
  kind: "threshold",
  name: "limit",
  metric: "errorRate",
  intervalMs: 5_000,
  ...more,
});

describe("the verdict over all checks", () => {
  const cases: {
    name: string;
    windows: JudgeWindow[];
    config?: JudgeConfig;
    context?: Partial<JudgeContext>;
    outcome: string;
    reason: string;
  }[] = [
    {
      name: "passes a contender that does as well as stable",
      windows: many(12, [25, 0], [225, 0]),
      outcome: "pass",
      reason: "EnoughEvidence",
    },
    {
      name: "fails a contender with 5 % errors against 0.1 %",
      windows: many(8, [40, 2], [360, 0]),
      outcome: "fail",
      reason: "WorseThanStable",
    },
    {
      name: "does not blame the contender for what both suffer",
      windows: many(12, [40, 8], [360, 72]),
      outcome: "pass",
      reason: "EnoughEvidence",
    },
    { name: "cannot judge without any window", windows: [], outcome: "inconclusive", reason: "NoWindows" },
    {
      name: "takes gaps for no evidence",
      windows: many(50, [40, 40], [360, 0], { gap: "weightNotConfirmed" }),
      outcome: "inconclusive",
      reason: "NoWindows",
    },
    {
      name: "takes impossible counts for gaps",
      windows: many(50, [1, 2], [360, 0]),
      outcome: "inconclusive",
      reason: "NoWindows",
    },
    {
      name: "waits for the contender's requests",
      windows: many(3, [10, 0], [300, 0]),
      outcome: "inconclusive",
      reason: "TooFewRequests",
    },
    {
      name: "waits for stable's requests",
      windows: many(3, [100, 0], [5, 0]),
      outcome: "inconclusive",
      reason: "TooFewRequests",
    },
    {
      name: "counts only the step's own requests",
      windows: many(12, [25, 0], [225, 0]),
      context: { step: 1 },
      outcome: "inconclusive",
      reason: "TooFewRequests",
    },
    {
      name: "takes a smaller minimum from the step",
      windows: many(3, [10, 0], [300, 0]),
      context: { minContenderRequests: 30 },
      outcome: "pass",
      reason: "EnoughEvidence",
    },
    {
      name: "does not pass while the source cannot be read",
      windows: many(12, [25, 0], [225, 0]),
      context: { sourceError: "gone" },
      outcome: "inconclusive",
      reason: "SourceUnreachable",
    },
    {
      name: "fails on what it knows though the source cannot be read",
      windows: many(8, [40, 2], [360, 0]),
      context: { sourceError: "gone" },
      outcome: "fail",
      reason: "WorseThanStable",
    },
    {
      name: "fails at once when none of the first twenty requests was good",
      windows: many(1, [20, 20], [180, 1]),
      outcome: "fail",
      reason: "NoGoodRequest",
    },
    {
      name: "does so without a stable track too",
      windows: many(1, [20, 20], [0, 0]),
      outcome: "fail",
      reason: "NoGoodRequest",
    },
    {
      name: "waits for twenty",
      windows: many(1, [19, 19], [180, 1]),
      outcome: "inconclusive",
      reason: "EvidenceMounts",
    },
    {
      name: "does not condemn the contender where stable is down as well",
      windows: many(1, [20, 20], [180, 180]),
      outcome: "inconclusive",
      reason: "BothTracksFail",
    },
    {
      name: "does not take one burst for many errors",
      windows: [...many(3, [40, 0], [360, 0]), buildWindow(3, [40, 9], [360, 0])],
      outcome: "inconclusive",
      reason: "EvidenceMounts",
    },
    {
      name: "does not fail for a difference too small to matter",
      windows: many(60, [50_000, 25], [50_000, 5]),
      outcome: "pass",
      reason: "EnoughEvidence",
    },
    {
      name: "fails for the same difference when it is declared to matter",
      windows: many(60, [50_000, 25], [50_000, 5]),
      config: buildConfig([{ kind: "errors", name: "errors", weight: 1, materialDifference: 0.0001 }]),
      outcome: "fail",
      reason: "WorseThanStable",
    },
    {
      name: "passes when nothing is asked",
      windows: [],
      config: buildConfig([]),
      outcome: "pass",
      reason: "NothingAsked",
    },
    {
      name: "judges alone against stable's past when stable gets no traffic any more",
      windows: [
        ...many(10, [10, 0], [300, 0]),
        ...Array.from({ length: 8 }, (_, index) => buildWindow(10 + index, [300, 30], [0, 0])),
      ],
      outcome: "fail",
      reason: "WorseThanStable",
    },
    {
      name: "does not fail alone for what stable was seen to do",
      windows: [
        ...many(10, [10, 0], [300, 3]),
        ...Array.from({ length: 60 }, (_, index) => buildWindow(10 + index, [300, 4], [0, 0])),
      ],
      outcome: "pass",
      reason: "EnoughEvidence",
    },
  ];

  it.each(cases)("$name", ({ windows, config, context, outcome, reason }) => {
    const verdict = verdictOf(windows, config, context);
    expect({ outcome: verdict.outcome, reason: verdict.because.reason }).toEqual({ outcome, reason });
    expect(verdict.because.message).not.toBe("");
    expect(verdict.needed === undefined).toBe(outcome !== "inconclusive");
  });

  it("fails before it asks for more, and asks for more before it passes", () => {
    expect(judgeRules.map(({ name }) => name)).toEqual([
      "noGoodRequest",
      "thresholdBreached",
      "budgetSpent",
      "nothingAsked",
      "sourceUnreachable",
      "bothTracksFail",
      "nothingObserved",
      "evidenceMounts",
      "evidenceMissing",
      "enoughSeen",
    ]);
  });

  it("says how much is missing and how long that takes", () => {
    expect(verdictOf(many(12, [1, 0], [99, 0])).needed).toBe(
      "38 more contender requests, about 3 minutes at this rate",
    );
  });

  it("says in words and numbers why it failed", () => {
    const { because, checks, evidence } = verdictOf(many(8, [40, 2], [360, 0]));
    expect(because.message).toMatch(
      /^check errors: failed requests: contender 16 of 320 \(5 %\), stable 0 of 2,880 \(0 %\); evidence [\d.e+]+ of 100$/,
    );
    expect(because.facts).toMatchObject({ check: "errors", contenderErrors: 16, stableErrors: 0, threshold: 100 });
    expect(checks[0]).toMatchObject({
      name: "errors",
      outcome: "fail",
      contender: { requests: 320, errors: 16, rate: 0.05 },
    });
    expect(evidence.logE).toBeGreaterThan(Math.log(100));
  });

  it("spreads one budget over the checks, so that two weak hints may add up and one check alone needs more", () => {
    const alone = verdictOf(many(8, [40, 2], [360, 0])).checks[0]?.threshold;
    const shared = verdictOf(
      many(8, [40, 2], [360, 0]),
      buildConfig([
        { kind: "errors", name: "errors", weight: 1 },
        { ...latency, weight: 3 },
      ]),
    ).checks[0]?.threshold;
    expect(alone).toBeCloseTo(100);
    expect(shared).toBeCloseTo(400);
  });

  it("deflates by what an earlier release learnt about bursts", () => {
    const windows = many(8, [40, 2], [360, 0]);
    const bursty = buildConfig(undefined, { knownDispersion: { spread: 500_000_000, expected: 50_000_000 } });
    expect(verdictOf(windows, bursty).evidence.logE).toBeCloseTo(verdictOf(windows).evidence.logE / 10);
  });
});

function slowWindow(index: number, contender: readonly number[]): JudgeWindow {
  return buildWindow(index, [60, 0], [240, 0], {
    contender: withLatency([60, 0], ...contender),
    stable: withLatency([240, 0], 40, 160, 30, 8, 2),
  });
}

function judgeLatency(contender: readonly number[], check: Partial<LatencyCheck> = {}): Verdict {
  const windows = Array.from({ length: 12 }, (_, index) => slowWindow(index, contender));
  return verdictOf(windows, buildConfig([{ ...latency, ...check }]));
}

describe("the latency check", () => {
  it("passes equal distributions", () => {
    expect(judgeLatency([10, 40, 8, 2]).outcome).toBe("pass");
  });

  it("fails a shifted one, and names the boundary that shows it best", () => {
    const verdict = judgeLatency([0, 10, 30, 20]);
    expect(verdict.outcome).toBe("fail");
    expect(verdict.because.message).toContain("slower than 50 ms: contender 600 of 720");
  });

  it("fails one with a long tail only", () => {
    expect(judgeLatency([10, 36, 4, 0, 10]).outcome).toBe("fail");
  });

  it("does not fail a faster one", () => {
    expect(judgeLatency([50, 10]).outcome).toBe("pass");
  });

  it("does not look at boundaries that nobody waits for", () => {
    expect(judgeLatency([0, 50, 8, 2], { fromMs: 50 }).outcome).toBe("pass");
    expect(judgeLatency([0, 50, 8, 2], { fromMs: 10 }).outcome).toBe("fail");
  });

  it("leaves out the contender's warming up", () => {
    const config = buildConfig([{ ...latency, warmupRequests: 120, warmupMs: 0 }]);
    const windows = [
      slowWindow(0, [0, 0, 0, 0, 60]),
      slowWindow(1, [0, 0, 0, 0, 60]),
      ...Array.from({ length: 10 }, (_, index) => slowWindow(2 + index, [10, 40, 8, 2])),
    ];
    expect(verdictOf(windows, config).outcome).toBe("pass");
    expect(verdictOf(windows, buildConfig([latency])).outcome).not.toBe("pass");
  });

  it("leaves out the first ten seconds of the contender's traffic", () => {
    const cold = [slowWindow(0, [0, 0, 0, 0, 60]), slowWindow(1, [0, 0, 0, 0, 60])];
    const config = buildConfig([{ ...latency, warmupMs: 10_000 }]);
    const evidence = (windows: readonly JudgeWindow[]): number => verdictOf(windows, config).evidence.logE;
    expect(evidence(cold)).toBe(0);
    expect(evidence([...cold, slowWindow(2, [0, 0, 0, 0, 60])])).toBeGreaterThan(1);
  });

  it.each([
    { noData: "hold", outcome: "inconclusive" },
    { noData: "ignore", outcome: "pass" },
  ] as const)("without histograms and with noData $noData it lets the verdict be $outcome", ({ noData, outcome }) => {
    const verdict = verdictOf(
      many(12, [25, 0], [225, 0]),
      buildConfig([
        { kind: "errors", name: "errors", weight: 1 },
        { ...latency, noData },
      ]),
    );
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.checks[1]?.outcome).toBe("inconclusive");
  });
});

describe("the check against a limit", () => {
  const limit: JudgeCheck = { kind: "limit", name: "slo", weight: 1, maxErrorRate: 0.01 };
  it.each([
    { name: "fails beyond the limit, though stable does no better", errors: 3, outcome: "fail" },
    { name: "passes within", errors: 0, outcome: "pass" },
  ])("$name", ({ errors, outcome }) => {
    expect(verdictOf(many(20, [50, errors], [450, errors * 9]), buildConfig([limit])).outcome).toBe(outcome);
  });
});

describe("thresholds", () => {
  const cases: {
    name: string;
    check: Partial<ThresholdCheck>;
    windows: JudgeWindow[];
    context?: Partial<JudgeContext>;
    outcome: string;
  }[] = [
    { name: "fails above max", check: { max: 0.01 }, windows: many(1, [100, 2], [900, 0]), outcome: "fail" },
    { name: "holds at max", check: { max: 0.02 }, windows: many(1, [100, 2], [900, 0]), outcome: "pass" },
    {
      name: "fails below min",
      check: { metric: "successRate", min: 0.99 },
      windows: many(1, [100, 2], [900, 0]),
      outcome: "fail",
    },
    {
      name: "measures only with so many requests that one bad one cannot breach",
      check: { max: 0.01 },
      windows: many(1, [99, 1], [900, 0]),
      outcome: "inconclusive",
    },
    {
      name: "gathers windows until they are enough",
      check: { max: 0.01 },
      windows: [...many(9, [10, 0], [90, 0]), buildWindow(9, [10, 2], [90, 0])],
      outcome: "fail",
    },
    {
      name: "spans its interval before it measures",
      check: { max: 0.01, intervalMs: 30_000 },
      windows: many(5, [100, 9], [90, 0]),
      outcome: "inconclusive",
    },
    {
      name: "forgives two breaches of three",
      check: { max: 0.01, failures: 3, of: 3 },
      windows: [...many(2, [100, 9], [900, 0]), buildWindow(2, [100, 0], [900, 0])],
      outcome: "pass",
    },
    {
      name: "fails when three of five breach",
      check: { max: 0.01, failures: 3, of: 5 },
      windows: [0, 9, 9, 0, 9].map((errors, index) => buildWindow(index, [100, errors], [900, 0])),
      outcome: "fail",
    },
    {
      name: "forgets what is longer ago",
      check: { max: 0.01, failures: 2, of: 2 },
      windows: [9, 0, 9, 0].map((errors, index) => buildWindow(index, [100, errors], [900, 0])),
      outcome: "pass",
    },
    {
      name: "does not pass right after a breach that it forgives",
      check: { max: 0.01, failures: 2, of: 2 },
      windows: many(1, [100, 9], [900, 0]),
      outcome: "inconclusive",
    },
    {
      name: "holds without data",
      check: { max: 0.01, noData: "hold" },
      windows: many(20, [0, 0], [900, 0]),
      context: { nowMs: 600_000 },
      outcome: "inconclusive",
    },
    {
      name: "fails without data where that is wanted, after a minute",
      check: { max: 0.01, noData: "fail" },
      windows: many(20, [0, 0], [900, 0]),
      context: { nowMs: 60_000 },
      outcome: "fail",
    },
    {
      name: "does not before",
      check: { max: 0.01, noData: "fail" },
      windows: many(11, [0, 0], [900, 0]),
      context: { nowMs: 59_999 },
      outcome: "inconclusive",
    },
    {
      name: "ignores missing data where that is wanted",
      check: { max: 0.01, noData: "ignore" },
      windows: many(20, [0, 0], [900, 0]),
      outcome: "pass",
    },
    {
      name: "needs a measurement in every step",
      check: { max: 0.01 },
      windows: many(5, [100, 0], [900, 0]),
      context: { step: 1 },
      outcome: "inconclusive",
    },
    {
      name: "measures requests per second",
      check: { metric: "requestRate", min: 10 },
      windows: many(1, [45, 0], [900, 0]),
      outcome: "fail",
    },
    {
      name: "measures a quantile by its bucket's upper bound",
      check: { metric: "latencyQuantile", quantile: 0.9, max: 100, minSamples: 20 },
      windows: many(1, [100, 0], [0, 0], { contender: withLatency([100, 0], 50, 20, 19, 11) }),
      outcome: "fail",
    },
    {
      name: "and is content within",
      check: { metric: "latencyQuantile", quantile: 0.9, max: 100, minSamples: 20 },
      windows: many(1, [100, 0], [0, 0], { contender: withLatency([100, 0], 50, 20, 20, 10) }),
      outcome: "pass",
    },
  ];

  it.each(cases)("$name", ({ check, windows, context, outcome }) => {
    const verdict = verdictOf(windows, buildConfig([threshold(check)]), context);
    expect({ outcome: verdict.outcome, message: verdict.because.message }).toMatchObject({ outcome });
  });

  it("tells value, bounds and count", () => {
    const verdict = verdictOf(many(2, [100, 2], [900, 0]), buildConfig([threshold({ max: 0.01, failures: 2, of: 3 })]));
    expect(verdict.because.message).toBe(
      "check limit: errorRate 2 % over 100 requests (max 1 %); 2 of the last 2 measurements out of bounds, 2 fail it",
    );
  });
});
