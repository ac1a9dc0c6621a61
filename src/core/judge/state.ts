import { canonicalWindow } from "./canonicalWindow.ts";
import { addGapToCheck, addWindowToCheck, emptyCheckState } from "./checkState.ts";
import { noDispersion } from "./overDispersion.ts";
import type { DispersionSums, JudgeConfig, JudgeState, JudgeWindow } from "./types.ts";

/** The state before the first window. */
export function emptyJudgeState(config: JudgeConfig): JudgeState {
  return {
    format: 1,
    windows: 0,
    gaps: 0,
    stable: [0, 0],
    contender: [0, 0],
    step: { index: 0, observedMs: 0, stable: [0, 0], contender: [0, 0] },
    checks: Object.fromEntries(config.checks.map((check) => [check.name, emptyCheckState(check)])),
  };
}

/**
 * The state after one more window. Pure, total, and a function of the recorded form of the window alone. The same
 * window twice in a row counts once, so a pass that was interrupted after writing can be repeated.
 */
export function addWindow(config: JudgeConfig, state: JudgeState, raw: JudgeWindow): JudgeState {
  if (state.lastWindow === raw.id) return state;
  const window = canonicalWindow(raw);
  const isGap = window.gap !== undefined;
  const checks = config.checks.map((check) => {
    const before = state.checks[check.name] ?? emptyCheckState(check);
    const after = isGap
      ? addGapToCheck(before, window)
      : addWindowToCheck(check, before, {
          window,
          contenderSeen: state.contender[0],
          contenderSinceMs: state.contenderSinceMs,
        });
    return [check.name, after] as const;
  });
  const { lastGap: _lastGap, ...rest } = state;
  const seen = { ...rest, lastWindow: window.id, checks: Object.fromEntries(checks) };
  if (window.gap !== undefined) return { ...seen, gaps: state.gaps + 1, lastGap: window.gap };
  return { ...seen, windows: state.windows + 1, ...addTotals(state, window) };
}

/** The state after all of `windows`, in their order, going on from `from`. Bit for bit what the first run had. */
export function replay(config: JudgeConfig, windows: readonly JudgeWindow[], from?: JudgeState): JudgeState {
  return windows.reduce((state, window) => addWindow(config, state, window), from ?? emptyJudgeState(config));
}

/** What this release learnt about how stable's errors cluster, for the next one's `knownDispersion`. */
export function dispersionSums(state: JudgeState): DispersionSums {
  for (const check of Object.values(state.checks)) {
    if (check.kind === "errors")
      return check.podDispersion.expected > 0 ? check.podDispersion : check.events.dispersion;
  }
  return noDispersion;
}

type Counts = readonly [requests: number, errors: number];

function addTotals(
  state: JudgeState,
  { step, fromMs, toMs, stable, contender }: JudgeWindow,
): Pick<JudgeState, "stable" | "contender" | "contenderSinceMs" | "step"> {
  const sameStep = state.step.index === step;
  const before = sameStep ? state.step : { observedMs: 0, stable: [0, 0] as const, contender: [0, 0] as const };
  return {
    stable: plus(state.stable, stable),
    contender: plus(state.contender, contender),
    ...(state.contenderSinceMs === undefined && contender.requests > 0 ? { contenderSinceMs: fromMs } : {}),
    step: {
      index: step,
      observedMs: before.observedMs + Math.max(0, toMs - fromMs),
      stable: plus(before.stable, stable),
      contender: plus(before.contender, contender),
    },
  };
}

function plus(sum: Counts, counts: { readonly requests: number; readonly errors: number }): Counts {
  return [sum[0] + counts.requests, sum[1] + counts.errors];
}
