import { addEvents, addStableEvents, breakPair, emptyEvents } from "./events.ts";
import { boundaryTables, sameBoundaries } from "./latencyBuckets.ts";
import { limitAlternatives, logLimitFactors } from "./limitGuard.ts";
import { addLogUnits } from "./logUnits.ts";
import { logNotWorseFactors, notWorseGrid, type EventTable } from "./oddsEProcess.ts";
import { addPodDispersion, noDispersion } from "./overDispersion.ts";
import { errorsSettings, latencySettings } from "./settings.ts";
import { addMeasurement } from "./threshold.ts";
import type {
  CheckState,
  ErrorsCheck,
  EventState,
  JudgeCheck,
  JudgeWindow,
  LatencyCheck,
  LatencyCounts,
  TrackCounts,
} from "./types.ts";

export function emptyCheckState(check: JudgeCheck): CheckState {
  switch (check.kind) {
    case "errors":
      return { kind: "errors", events: emptyEvents, podDispersion: noDispersion, notWorse: notWorseGrid.map(() => 0) };
    case "latency":
      return { kind: "latency", boundariesMs: [], boundaries: [] };
    case "limit":
      return { kind: "limit", logs: limitAlternatives(check.maxErrorRate).map(() => 0) };
    case "threshold":
      return { kind: "threshold", recent: [], step: -1 };
    default:
      return check satisfies never;
  }
}

export type SeenWindow = {
  readonly window: JudgeWindow;
  /** Contender requests of the release before this window, and when they began. */
  readonly contenderSeen: number;
  readonly contenderSinceMs: number | undefined;
};

/** One check's state after a window in which both tracks were observed at a confirmed weight. */
export function addWindowToCheck(check: JudgeCheck, state: CheckState, seen: SeenWindow): CheckState {
  const { window } = seen;
  if (check.kind === "errors" && state.kind === "errors") return addErrors(check, state, window);
  if (check.kind === "latency" && state.kind === "latency") return addLatencies(check, state, seen);
  if (check.kind === "limit" && state.kind === "limit") {
    const factors = logLimitFactors(window.contender, check.maxErrorRate, limitAlternatives(check.maxErrorRate));
    return { ...state, logs: addLogUnits(state.logs, factors) };
  }
  if (check.kind === "threshold" && state.kind === "threshold") return addMeasurement(check, state, window);
  return state;
}

/** What a gap still teaches: how stable behaves, where stable itself was observed. */
export function addGapToCheck(state: CheckState, window: JudgeWindow): CheckState {
  const stableSeen = window.gap === "contenderNotObserved" || window.gap === "weightNotConfirmed";
  if (state.kind === "errors") {
    if (!stableSeen) return { ...state, events: breakPair(state.events) };
    const events = addStableEvents(state.events, [window.stable.requests, window.stable.errors]);
    return { ...state, events, podDispersion: addPods(state.podDispersion, window.stable) };
  }
  if (state.kind === "latency") return { ...state, boundaries: state.boundaries.map(breakPair) };
  return state;
}

type ErrorsState = CheckState & { kind: "errors" };

function addErrors(check: ErrorsCheck, state: ErrorsState, { stable, contender }: JudgeWindow): CheckState {
  const table: EventTable = {
    contenderRequests: contender.requests,
    contenderEvents: contender.errors,
    stableRequests: stable.requests,
    stableEvents: stable.errors,
  };
  const { toleratedOddsRatio } = errorsSettings(check);
  return {
    kind: "errors",
    events: addEvents(state.events, table, { toleratedOddsRatio, judgeAlone: true }),
    podDispersion: addPods(state.podDispersion, stable),
    notWorse: addLogUnits(state.notWorse, logNotWorseFactors(table)),
  };
}

function addPods(sums: ErrorsState["podDispersion"], stable: TrackCounts): ErrorsState["podDispersion"] {
  return stable.spread === undefined ? sums : addPodDispersion(sums, stable.spread);
}

type LatencyState = CheckState & { kind: "latency" };

function addLatencies(check: LatencyCheck, state: LatencyState, seen: SeenWindow): CheckState {
  const { contender, stable } = seen.window;
  const { toleratedOddsRatio, fromMs } = latencySettings(check);
  const template = contender.latency ?? stable.latency;
  if (template === undefined || isWarmingUp(check, seen)) return breakAll(state);
  const contenderLatency = contender.latency ?? noneSlower(template);
  const stableLatency = stable.latency ?? noneSlower(template);
  if (!comparable(state, contenderLatency, stableLatency)) return breakAll(state);
  const first = contenderLatency.boundariesMs.findIndex((boundary) => boundary >= fromMs);
  if (first < 0) return breakAll(state);
  const tables = boundaryTables(contenderLatency, stableLatency).slice(first);
  const boundaries = tables.map((table, index) => {
    const before: EventState = state.boundaries[index] ?? emptyEvents;
    return addEvents(before, table, { toleratedOddsRatio, judgeAlone: false });
  });
  return { kind: "latency", boundariesMs: contenderLatency.boundariesMs.slice(first), boundaries };
}

/** Compilers and caches make the first requests of every process slow, whatever its version. */
function isWarmingUp(check: LatencyCheck, { window, contenderSeen, contenderSinceMs }: SeenWindow): boolean {
  const { warmupRequests, warmupMs } = latencySettings(check);
  return contenderSeen < warmupRequests || window.fromMs - (contenderSinceMs ?? window.fromMs) < warmupMs;
}

/** Both tracks with the same buckets, and the ones that the state began with: others cannot be added to it. */
function comparable(state: LatencyState, a: LatencyCounts, b: LatencyCounts): boolean {
  if (!sameBoundaries(a.boundariesMs, b.boundariesMs)) return false;
  if (state.boundariesMs.length === 0) return true;
  return sameBoundaries(a.boundariesMs.slice(-state.boundariesMs.length), state.boundariesMs);
}

function noneSlower(template: LatencyCounts): LatencyCounts {
  return { boundariesMs: template.boundariesMs, counts: template.counts.map(() => 0) };
}

function breakAll(state: LatencyState): CheckState {
  return { ...state, boundaries: state.boundaries.map(breakPair) };
}
