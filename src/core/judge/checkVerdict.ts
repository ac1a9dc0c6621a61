import { assess, type ComparingCheck, type Evidence } from "./assess.ts";
import { describeValue, samplesMissing } from "./threshold.ts";
import { judgeSettings, latencySettings, thresholdSettings, type ThresholdSettings } from "./settings.ts";
import type {
  CheckVerdict,
  JudgeCheck,
  JudgeConfig,
  JudgeContext,
  JudgeState,
  Measured,
  ThresholdCheck,
} from "./types.ts";
import { count, figures, odds, percent, plural, rateOf, span } from "./words.ts";

/** A check's answer, its part of the common evidence, and what it misses. */
export type Answer = {
  readonly verdict: CheckVerdict;
  readonly evidence?: Evidence;
  /** What is missing before it can pass, in words. */
  readonly missing?: string;
  /** Whether its being inconclusive keeps the step from passing. */
  readonly blocks: boolean;
};

export type JudgeInput = { readonly config: JudgeConfig; readonly state: JudgeState; readonly context: JudgeContext };

/** Contender and stable requests in the step that is judged. */
export function stepRequests({ state, context }: JudgeInput): {
  contender: number;
  stable: number;
  observedMs: number;
} {
  if (state.step.index !== context.step) return { contender: 0, stable: 0, observedMs: 0 };
  return { contender: state.step.contender[0], stable: state.step.stable[0], observedMs: state.step.observedMs };
}

export function answer(input: JudgeInput, check: JudgeCheck): Answer {
  return check.kind === "threshold" ? answerThreshold(input, check) : answerComparing(input, check);
}

function answerComparing(input: JudgeInput, check: ComparingCheck): Answer {
  const evidence = assess({ config: input.config, check, state: input.state });
  const missing = missingRequests(input, check, evidence);
  const optional = check.kind === "latency" && latencySettings(check).noData === "ignore" && !evidence.hasData;
  const failed = evidence.logE >= evidence.logThreshold;
  const doubtful = missing !== undefined || weighsTooMuch(input, evidence);
  const verdict: CheckVerdict = {
    name: check.name,
    kind: check.kind,
    outcome: failed ? "fail" : doubtful ? "inconclusive" : "pass",
    message: describe(check, evidence),
    eValue: Math.exp(Math.min(690, evidence.logE)),
    log10EValue: evidence.logE / Math.LN10,
    threshold: Math.exp(evidence.logThreshold),
    stable: evidence.stable,
    contender: evidence.contender,
    dispersion: evidence.dispersion,
  };
  return { verdict, evidence, blocks: !optional, ...(missing === undefined || failed ? {} : { missing }) };
}

function weighsTooMuch({ config }: JudgeInput, evidence: Evidence): boolean {
  const { alpha, cautionLevel } = judgeSettings(config);
  // Its threshold is 1/(alpha * share): this is the check's own share of the weighted average.
  return evidence.logE - evidence.logThreshold - Math.log(alpha) >= Math.log(cautionLevel);
}

function missingRequests(input: JudgeInput, check: ComparingCheck, evidence: Evidence): string | undefined {
  const { minContenderRequests, minStableRequests } = judgeSettings(input.config);
  if (check.kind === "latency" && !evidence.hasData) return "latency histograms with equal buckets from both tracks";
  const step = stepRequests(input);
  const needed = (input.context.minContenderRequests ?? check.minRequests ?? minContenderRequests) - step.contender;
  if (needed > 0) return `${plural(needed, "more contender request")}${timeFor(needed, step)}`;
  const stable = minStableRequests - input.state.stable[0];
  if (check.kind !== "limit" && stable > 0) return `${plural(stable, "more stable request")} to compare with`;
  return undefined;
}

function timeFor(needed: number, step: { contender: number; observedMs: number }): string {
  if (step.contender === 0 || step.observedMs === 0) return "";
  return `, ${span((needed * step.observedMs) / step.contender)} at this rate`;
}

function describe(check: ComparingCheck, evidence: Evidence): string {
  const weight = `evidence ${odds(evidence.logE)} of ${odds(evidence.logThreshold)}${clustering(evidence.dispersion)}`;
  if (!evidence.hasData)
    return check.kind === "latency" ? "no latency of both tracks was seen" : "no requests of both tracks were seen";
  const both = `contender ${figures(evidence.contender)}, stable ${figures(evidence.stable)}`;
  if (check.kind === "limit")
    return `failed requests: contender ${figures(evidence.contender)}, limit ${percent(check.maxErrorRate)}; ${weight}`;
  const what = check.kind === "errors" ? "failed requests" : `slower than ${evidence.boundaryMs ?? 0} ms`;
  return `${what}: ${both}; ${weight}${heldBack(evidence)}`;
}

function clustering(dispersion: number): string {
  return dispersion > 1.05
    ? `, deflated because stable's come in clusters (factor ${Number(dispersion.toPrecision(2))})`
    : "";
}

function heldBack({ heldBack: why }: Evidence): string {
  if (why === "immaterial") return "; the difference is too small to matter";
  return why === "maybeBursts" ? "; these may be single bursts, more windows with errors would tell" : "";
}

function answerThreshold(input: JudgeInput, check: ThresholdCheck): Answer {
  const settings = thresholdSettings(check);
  const found = input.state.checks[check.name];
  const own = found?.kind === "threshold" ? found : undefined;
  const recent = own?.recent ?? [];
  const breaches = recent.filter(({ breached }) => breached).length;
  const measuredNow = own?.step === input.context.step;
  const open = own?.open?.step === input.context.step ? own.open : undefined;
  const silent =
    !measuredNow &&
    settings.noData === "fail" &&
    input.context.nowMs - input.context.stepStartedMs >= settings.noDataAfterMs;
  const failed = breaches >= settings.failures || silent;
  const verdict: CheckVerdict = {
    name: check.name,
    kind: "threshold",
    outcome: failed ? "fail" : measuredNow && recent.at(-1)?.breached !== true ? "pass" : "inconclusive",
    message: silent
      ? `nothing could be measured for ${span(settings.noDataAfterMs)}`
      : describeThreshold(settings, recent, breaches),
    ...(settings.max === undefined
      ? settings.min === undefined
        ? {}
        : { threshold: settings.min }
      : { threshold: settings.max }),
    stable: rateOf(input.state.stable),
    contender: rateOf(input.state.contender),
  };
  if (measuredNow || failed) return { verdict, blocks: true };
  const samples = samplesMissing(settings, open);
  const missing = `a measurement of ${check.name}${samples > 0 ? ` (${plural(samples, "more request")})` : ""}`;
  return { verdict, missing, blocks: settings.noData !== "ignore" };
}

function describeThreshold(settings: ThresholdSettings, recent: readonly Measured[], breaches: number): string {
  const last = recent.at(-1);
  if (last === undefined) return "nothing was measured yet";
  const bounds = [
    settings.min === undefined ? "" : `min ${describeValue(settings.metric, settings.min)}`,
    settings.max === undefined ? "" : `max ${describeValue(settings.metric, settings.max)}`,
  ];
  const value = `${describeValue(settings.metric, Number(last.value))} over ${plural(last.samples, "request")}`;
  return `${settings.metric} ${value} (${bounds.filter((bound) => bound !== "").join(", ")}); ${count(breaches)} of the last ${plural(recent.length, "measurement")} out of bounds, ${count(settings.failures)} fail it`;
}
