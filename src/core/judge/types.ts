/** Latency of the requests of one track in one window: one count per bucket, the last is everything above the last boundary. */
export type LatencyCounts = {
  readonly boundariesMs: readonly number[];
  readonly counts: readonly number[];
};

export type RequestCounts = { readonly requests: number; readonly errors: number };

/**
 * What over-dispersion needs of the pods of one track in one window, as exact integers, so that the record stays
 * small and replays bit for bit: sums over the pods of requests, errors, errors², errors·requests and requests².
 */
export type PodSpread = {
  readonly requests: number;
  readonly errors: number;
  readonly errorsSquared: number;
  readonly errorsTimesRequests: number;
  readonly requestsSquared: number;
};

export type TrackCounts = RequestCounts & {
  readonly latency?: LatencyCounts;
  readonly byPod?: Readonly<Record<string, RequestCounts>>;
  /** The recorded form of `byPod`. Where both are given, `byPod` counts. */
  readonly spread?: PodSpread;
};

/** Why a window is kept out of the tests. A gap is recorded and is never a failure. */
export type GapReason =
  | "stableNotObserved"
  | "contenderNotObserved"
  | "weightNotConfirmed"
  | "sourceUnreachable"
  | "invalidCounts";

/** Whole raw counts of both tracks in one interval. `gap` keeps a window out of the tests. */
export type JudgeWindow = {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Index of the step of the plan that was running. */
  readonly step: number;
  readonly stable: TrackCounts;
  readonly contender: TrackCounts;
  readonly gap?: GapReason;
};

type CheckBase = {
  readonly name: string;
  /** Share of the error budget, against the other checks' weights (they need not sum to 1). */
  readonly weight: number;
  /** Contender requests that this check needs in a step before it can pass. Default: the config's. */
  readonly minRequests?: number;
};

/** Contender against stable by errors: the conditional odds e-process. */
export type ErrorsCheck = CheckBase & {
  readonly kind: "errors";
  /** r0: how much greater the contender's odds of an error may be. Default 1.25. */
  readonly toleratedOddsRatio?: number;
  /** Smallest excess of the contender's error rate that may fail it. Default 0.0005 (0.05 percentage points). */
  readonly materialDifference?: number;
};

/** Contender against stable by latency: one e-process per bucket boundary, averaged. */
export type LatencyCheck = CheckBase & {
  readonly kind: "latency";
  /** Default 1.25. */
  readonly toleratedOddsRatio?: number;
  /** Smallest excess of the share of slower requests, at a boundary, that may count. Default 0.01. */
  readonly materialDifference?: number;
  /** Boundaries below are not looked at: nobody waits for 3 ms. Default 10. */
  readonly fromMs?: number;
  /** Windows before the contender has served so many requests are left out: it is still warming up. Default 20. */
  readonly warmupRequests?: number;
  /** And so are windows that begin sooner than this after the contender's first requests. Default 10,000. */
  readonly warmupMs?: number;
  /** What a source without histogram means: `hold` keeps the verdict inconclusive. Default `hold`. */
  readonly noData?: "hold" | "ignore";
};

/** The contender's error rate against a fixed limit, as an e-process. Needs no stable track. */
export type LimitCheck = CheckBase & {
  readonly kind: "limit";
  /** Share of requests that may fail, 0 to 1 exclusive. */
  readonly maxErrorRate: number;
};

/** A plain threshold on the contender, for those who want one. It takes nothing from the error budget. */
export type ThresholdCheck = {
  readonly name: string;
  readonly kind: "threshold";
  /** Rates of errors and successes as a share of 1, `requestRate` per second, `latencyQuantile` in ms (the bucket's upper bound). */
  readonly metric: "errorRate" | "successRate" | "requestRate" | "latencyQuantile";
  /** For `latencyQuantile`. Default 0.99. */
  readonly quantile?: number;
  readonly min?: number;
  readonly max?: number;
  /** Requests that one measurement needs. Default: so many that one bad request alone cannot breach. */
  readonly minSamples?: number;
  /** Least time one measurement spans. Default 10,000. */
  readonly intervalMs?: number;
  /** When nothing could be measured in the step. `fail` waits `noDataAfterMs`. Default `hold`. */
  readonly noData?: "hold" | "fail" | "ignore";
  /** Default 60,000. */
  readonly noDataAfterMs?: number;
  /** It fails when `failures` of the last `of` measurements breach. Defaults 1 and `failures`. */
  readonly failures?: number;
  readonly of?: number;
};

export type JudgeCheck = ErrorsCheck | LatencyCheck | LimitCheck | ThresholdCheck;

/** Over-dispersion as two sums (in millionths), so that one release can start from what the last one measured. */
export type DispersionSums = { readonly spread: number; readonly expected: number };

export type JudgeConfig = {
  readonly checks: readonly JudgeCheck[];
  /** Probability of a false `fail` in one release, over all comparing checks and all looks. Default 0.01. */
  readonly alpha?: number;
  /** No step passes while the weighted evidence is at or above this. Default 5. */
  readonly cautionLevel?: number;
  /** Contender requests that a step needs before it can pass. Default 50. */
  readonly minContenderRequests?: number;
  /** Stable requests that the release needs before a comparing check can pass. Default 20. */
  readonly minStableRequests?: number;
  /** Over-dispersion known from earlier, see `dispersionSums`. */
  readonly knownDispersion?: DispersionSums;
};

/** The moment at which is judged. The judge reads no clock. */
export type JudgeContext = {
  readonly step: number;
  readonly nowMs: number;
  /** When the step's clock started (its weight was confirmed). */
  readonly stepStartedMs: number;
  /** Why the metric source could not be read at the last attempt; makes `pass` impossible. */
  readonly sourceError?: string;
  /** In place of the config's, for a step that sees few requests. */
  readonly minContenderRequests?: number;
};

export type Outcome = "pass" | "fail" | "inconclusive";

export type TrackFigures = RequestCounts & {
  /** Errors per request (for latency: slower requests per request), undefined without requests. */
  readonly rate?: number;
};

export type CheckVerdict = {
  readonly name: string;
  readonly kind: JudgeCheck["kind"];
  readonly outcome: Outcome;
  /** Plain words with numbers. */
  readonly message: string;
  /** The e-value after deflation and filters, capped at 1e300, and its decimal logarithm. Absent for thresholds. */
  readonly eValue?: number;
  readonly log10EValue?: number;
  /** The e-value at which this check alone would spend the budget; for thresholds the breached limit. */
  readonly threshold?: number;
  readonly stable: TrackFigures;
  readonly contender: TrackFigures;
  /** The over-dispersion by which the evidence was deflated; 1 is none. */
  readonly dispersion?: number;
};

export type Because = {
  /** The rule that decided, as a fact. */
  readonly rule: string;
  /** CamelCase, stable, from `judgeReasons`. */
  readonly reason: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, string | number>>;
};

export type Verdict = {
  readonly outcome: Outcome;
  readonly checks: readonly CheckVerdict[];
  readonly evidence: {
    /** Natural logarithm of the weighted average of the e-values. */
    readonly logE: number;
    readonly log10E: number;
    readonly alpha: number;
    /** 1/alpha: at this weighted average the budget is spent. */
    readonly threshold: number;
    readonly cautionLevel: number;
    readonly windows: number;
    readonly gaps: number;
    /** Requests in the step that is judged. */
    readonly stepContenderRequests: number;
    readonly stepStableRequests: number;
  };
  readonly because: Because;
  /** What is missing for an answer, in words; only when inconclusive. */
  readonly needed?: string;
};

/** Logarithms are whole numbers of 1e-12 nats: exact in JSON and in the API server, and their sum knows no order. */
export type LogUnits = number;

/** One e-process over "events" (errors, or requests slower than a boundary). */
export type EventState = {
  readonly logs: readonly LogUnits[];
  readonly stable: readonly [requests: number, events: number];
  readonly contender: readonly [requests: number, events: number];
  /** Mantel-Haenszel sums, in millionths: the contender's excess of events, and the requests it relates to. */
  readonly excess: number;
  readonly excessRequests: number;
  /** Windows in which the contender had an event, of those in which it had a request. */
  readonly eventWindows: number;
  readonly requestWindows: number;
  /** Stable's neighbouring windows against each other. */
  readonly dispersion: DispersionSums;
  /** A stable window that waits for its neighbour. */
  readonly unpaired?: readonly [requests: number, events: number];
};

export type CheckState =
  | {
      readonly kind: "errors";
      readonly events: EventState;
      readonly podDispersion: DispersionSums;
      readonly notWorse: readonly LogUnits[];
    }
  | { readonly kind: "latency"; readonly boundariesMs: readonly number[]; readonly boundaries: readonly EventState[] }
  | { readonly kind: "limit"; readonly logs: readonly LogUnits[] }
  | {
      readonly kind: "threshold";
      readonly open?: Measurement;
      readonly recent: readonly Measured[];
      readonly step: number;
    };

export type Measurement = {
  readonly step: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly latency?: LatencyCounts;
};

/** One finished measurement; `value` as a decimal string, since API server integers are whole. */
export type Measured = { readonly breached: boolean; readonly value: string; readonly samples: number };

/** Plain JSON of whole numbers and strings, bounded by the checks and buckets, not by time. */
export type JudgeState = {
  readonly format: 1;
  readonly windows: number;
  readonly gaps: number;
  readonly lastWindow?: string;
  readonly lastGap?: GapReason;
  readonly stable: readonly [requests: number, errors: number];
  readonly contender: readonly [requests: number, errors: number];
  /** Beginning of the first window in which the contender had a request. */
  readonly contenderSinceMs?: number;
  readonly step: {
    readonly index: number;
    readonly observedMs: number;
    readonly stable: readonly [requests: number, errors: number];
    readonly contender: readonly [requests: number, errors: number];
  };
  readonly checks: Readonly<Record<string, CheckState>>;
};
