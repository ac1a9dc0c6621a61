import { logLimitFactors } from "./limitGuard.ts";
import { logMeanExp } from "./logSumExp.ts";
import { addLogUnits, toNats } from "./logUnits.ts";
import { logOddsFactors, oddsGrid, type EventTable } from "./oddsEProcess.ts";
import { addPairDispersion, noDispersion } from "./overDispersion.ts";
import type { EventState } from "./types.ts";

export const emptyEvents: EventState = {
  logs: oddsGrid.map(() => 0),
  stable: [0, 0],
  contender: [0, 0],
  excess: 0,
  excessRequests: 0,
  eventWindows: 0,
  requestWindows: 0,
  dispersion: noDispersion,
};

const millionths = 1e6;
const limit = 4e15;

export type EventRules = {
  /** r0: how much greater the contender's odds may be. */
  readonly toleratedOddsRatio: number;
  /** Where stable gets (next to) no requests: the rate of events it was last seen to have is the yardstick. */
  readonly judgeAlone: boolean;
};

/** Adds one window's table. */
export function addEvents(state: EventState, table: EventTable, rules: EventRules): EventState {
  const alone = rules.judgeAlone && isAlone(table) ? standInRate(state) : undefined;
  const factors = alone === undefined ? comparedFactors(table, rules.toleratedOddsRatio) : aloneFactors(table, alone);
  return {
    ...addStableEvents(state, [table.stableRequests, table.stableEvents]),
    logs: addLogUnits(state.logs, factors),
    contender: [state.contender[0] + table.contenderRequests, state.contender[1] + table.contenderEvents],
    ...addExcess(state, table, alone !== undefined),
    eventWindows: state.eventWindows + (table.contenderEvents > 0 ? 1 : 0),
    requestWindows: state.requestWindows + (table.contenderRequests > 0 ? 1 : 0),
  };
}

/** A window in which only stable could be watched still tells how stable's events cluster, and how frequent they are. */
export function addStableEvents(state: EventState, counts: readonly [requests: number, events: number]): EventState {
  const { unpaired, ...rest } = state;
  const stable = [state.stable[0] + counts[0], state.stable[1] + counts[1]] as const;
  if (counts[0] === 0) return { ...rest, stable };
  if (unpaired === undefined) return { ...rest, stable, unpaired: counts };
  return { ...rest, stable, dispersion: addPairDispersion(state.dispersion, unpaired, counts) };
}

/** The neighbour is missing: what waits for it must not be paired with a window from another time. */
export function breakPair(state: EventState): EventState {
  const { unpaired: _unpaired, ...rest } = state;
  return rest;
}

/** The natural logarithm of the mixture over all alternatives, not yet deflated. */
export function mixtureLogE(logs: readonly number[]): number {
  return logMeanExp(logs.map(toNats));
}

/** How much larger the contender's rate of events is than stable's, window by window (Mantel-Haenszel), as a share of 1. */
export function rateDifference(state: EventState): number {
  return state.excessRequests === 0 ? 0 : state.excess / state.excessRequests;
}

function comparedFactors(table: EventTable, r0: number): number[] {
  return logOddsFactors(
    table,
    r0,
    oddsGrid.map((times) => times * r0),
  );
}

function isAlone({ contenderRequests, stableRequests }: EventTable): boolean {
  return stableRequests * 100 < contenderRequests;
}

/** Three times what stable was seen to have, and at least 1 %: before and after differ by more than the version. */
function standInRate({ stable: [requests, events] }: EventState): number | undefined {
  if (requests < 200) return undefined;
  return Math.min(0.5, Math.max(0.01, (3 * (events + 2)) / requests));
}

function aloneFactors(table: EventTable, rate: number): number[] {
  const odds = rate / (1 - rate);
  const alternatives = oddsGrid.map((times) => (times * odds) / (1 + times * odds));
  return logLimitFactors({ requests: table.contenderRequests, errors: table.contenderEvents }, rate, alternatives);
}

function addExcess(
  state: EventState,
  table: EventTable,
  alone: boolean,
): Pick<EventState, "excess" | "excessRequests"> {
  const { contenderRequests, contenderEvents, stableRequests, stableEvents } = table;
  const requests = contenderRequests + stableRequests;
  if (requests === 0) return state;
  const excess = alone
    ? contenderEvents - (contenderRequests * state.stable[1]) / state.stable[0]
    : (contenderEvents * stableRequests - stableEvents * contenderRequests) / requests;
  const related = alone ? contenderRequests : (contenderRequests * stableRequests) / requests;
  return {
    excess: clamp(state.excess + Math.round(excess * millionths)),
    excessRequests: clamp(state.excessRequests + Math.round(related * millionths)),
  };
}

function clamp(value: number): number {
  return Math.min(limit, Math.max(-limit, value)) + 0;
}
