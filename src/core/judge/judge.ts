import { answer, stepRequests, type Answer, type JudgeInput } from "./checkVerdict.ts";
import { weightedLogE } from "./errorBudget.ts";
import { judgeReasons, type JudgeReason } from "./reasons.ts";
import { judgeSettings } from "./settings.ts";
import type { Because, JudgeConfig, JudgeContext, JudgeState, Outcome, Verdict } from "./types.ts";
import { count, figures, odds, rateOf } from "./words.ts";

/** What the rules see. */
type Court = JudgeInput & { readonly answers: readonly Answer[]; readonly logE: number };

type Finding = { readonly outcome: Outcome; readonly because: Because; readonly needed?: string };

type Rule = (court: Court) => Finding | undefined;

/** The rules in their order: the first that speaks decides. Failing comes before missing evidence, evidence before passing. */
export const judgeRules: readonly Rule[] = [
  noGoodRequest,
  thresholdBreached,
  budgetSpent,
  nothingAsked,
  sourceUnreachable,
  bothTracksFail,
  nothingObserved,
  evidenceMounts,
  evidenceMissing,
  enoughSeen,
];

/** What the evidence so far says about the contender, at the moment that `context` tells. Pure and total. */
export function judge(config: JudgeConfig, state: JudgeState, context: JudgeContext): Verdict {
  const input: JudgeInput = { config, state, context };
  const answers = config.checks.map((check) => answer(input, check));
  const logE = weightedLogE(answers.flatMap(({ evidence }) => (evidence === undefined ? [] : [evidence])));
  const court: Court = { ...input, answers, logE };
  const { alpha, cautionLevel } = judgeSettings(config);
  const step = stepRequests(input);
  return {
    ...decide(court),
    checks: answers.map(({ verdict }) => verdict),
    evidence: {
      logE,
      log10E: logE / Math.LN10,
      alpha,
      threshold: 1 / alpha,
      cautionLevel,
      windows: state.windows,
      gaps: state.gaps,
      stepContenderRequests: step.contender,
      stepStableRequests: step.stable,
    },
  };
}

function decide(court: Court): Finding {
  for (const rule of judgeRules) {
    const found = rule(court);
    if (found !== undefined) return found;
  }
  return finding("inconclusive", "evidenceMissing", "NoWindows");
}

const firstRequests = 20;

/**
 * Needs no statistics. Stable has to answer at least something well, else both suffer from a third thing, and the
 * contender would be condemned for it.
 */
function noGoodRequest({ state }: Court): Finding | undefined {
  if (!allBad(state.contender) || allBad(state.stable)) return undefined;
  const message = `the contender answered none of its first ${count(state.contender[0])} requests well; stable failed ${figures(rateOf(state.stable))}`;
  return finding("fail", "noGoodRequest", "NoGoodRequest", {
    message,
    facts: { contenderRequests: state.contender[0], stableRequests: state.stable[0], stableErrors: state.stable[1] },
  });
}

function allBad([requests, errors]: readonly [number, number]): boolean {
  return requests >= firstRequests && errors === requests;
}

function thresholdBreached({ answers }: Court): Finding | undefined {
  const breached = answers.find(({ verdict }) => verdict.kind === "threshold" && verdict.outcome === "fail");
  if (breached === undefined) return undefined;
  const { name, message } = breached.verdict;
  return finding("fail", "thresholdBreached", "ThresholdBreached", {
    message: `check ${name}: ${message}`,
    facts: { check: name },
  });
}

function budgetSpent(court: Court): Finding | undefined {
  const { alpha } = judgeSettings(court.config);
  if (court.logE < -Math.log(alpha)) return undefined;
  const loudest = loudestOf(court);
  const message = `check ${loudest.name}: ${loudest.message}`;
  return finding("fail", "budgetSpent", "WorseThanStable", { message, facts: evidenceFacts(court, loudest.name) });
}

function sourceUnreachable({ context }: Court): Finding | undefined {
  if (context.sourceError === undefined) return undefined;
  return finding("inconclusive", "sourceUnreachable", "SourceUnreachable", {
    message: context.sourceError,
    needed: "metrics that can be read",
  });
}

function nothingAsked({ config }: Court): Finding | undefined {
  return config.checks.length > 0 ? undefined : finding("pass", "nothingAsked", "NothingAsked");
}

function bothTracksFail({ state }: Court): Finding | undefined {
  if (!allBad(state.contender)) return undefined;
  return finding("inconclusive", "bothTracksFail", "BothTracksFail", { needed: "a good answer from either track" });
}

function nothingObserved({ state }: Court): Finding | undefined {
  if (state.windows > 0) return undefined;
  const gap = state.lastGap === undefined ? {} : { lastGap: state.lastGap };
  return finding("inconclusive", "nothingObserved", "NoWindows", {
    facts: { gaps: state.gaps, ...gap },
    needed: "a window in which both tracks are observed at a confirmed weight",
  });
}

function evidenceMounts(court: Court): Finding | undefined {
  const { cautionLevel } = judgeSettings(court.config);
  if (court.logE < Math.log(cautionLevel)) return undefined;
  const loudest = loudestOf(court);
  const message = `check ${loudest.name}: ${loudest.message}; no step passes at ${odds(court.logE)}, ${cautionLevel} is the limit`;
  return finding("inconclusive", "evidenceMounts", "EvidenceMounts", {
    message,
    facts: evidenceFacts(court, loudest.name),
    needed: "more requests, to tell chance from fault",
  });
}

function evidenceMissing({ answers }: Court): Finding | undefined {
  const open = answers.filter(({ verdict, blocks }) => verdict.outcome === "inconclusive" && blocks);
  const first = open[0];
  if (first === undefined) return undefined;
  const needed = [...new Set(open.flatMap(({ missing }) => (missing === undefined ? [] : [missing])))].join("; ");
  const reason =
    first.verdict.kind === "threshold" || first.evidence?.hasData === false ? "CheckWithoutData" : "TooFewRequests";
  const message = `check ${first.verdict.name}: ${first.verdict.message}`;
  return finding("inconclusive", "evidenceMissing", reason, {
    message,
    facts: { check: first.verdict.name },
    needed: needed === "" ? "another measurement" : needed,
  });
}

function enoughSeen(court: Court): Finding {
  const step = stepRequests(court);
  const message = `${count(step.contender)} contender requests in this step, errors ${figures(rateOf(court.state.contender))} against ${figures(rateOf(court.state.stable))} of stable: nothing speaks against it`;
  return finding("pass", "enoughSeen", "EnoughEvidence", { message, facts: evidenceFacts(court) });
}

function loudestOf({ answers }: Court): { name: string; message: string } {
  const comparing = answers.filter(({ evidence }) => evidence !== undefined);
  const loudest = comparing.reduce<Answer | undefined>(
    (best, next) => (best === undefined || loudness(next) > loudness(best) ? next : best),
    undefined,
  );
  return loudest?.verdict ?? { name: "", message: "" };
}

function loudness({ evidence }: Answer): number {
  return evidence === undefined ? -Infinity : evidence.logE - evidence.logThreshold;
}

function evidenceFacts({ config, state, logE }: Court, check?: string): Because["facts"] {
  return {
    ...(check === undefined ? {} : { check }),
    eValue: odds(logE),
    threshold: 1 / judgeSettings(config).alpha,
    contenderRequests: state.contender[0],
    contenderErrors: state.contender[1],
    stableRequests: state.stable[0],
    stableErrors: state.stable[1],
    windows: state.windows,
  };
}

type Details = { readonly message?: string; readonly facts?: Because["facts"]; readonly needed?: string };

function finding(
  outcome: Outcome,
  rule: string,
  reason: JudgeReason,
  { message, facts, needed }: Details = {},
): Finding {
  const because = { rule, reason, message: message ?? judgeReasons[reason], facts: facts ?? {} };
  return needed === undefined ? { outcome, because } : { outcome, because, needed };
}
