import { logThresholdAlone, type WeightedEvidence } from "./errorBudget.ts";
import { mixtureLogE, rateDifference } from "./events.ts";
import { logMeanExp } from "./logSumExp.ts";
import { dispersionKnowledge, dispersionOf, noDispersion } from "./overDispersion.ts";
import { errorsSettings, judgeSettings, latencySettings } from "./settings.ts";
import type {
  DispersionSums,
  ErrorsCheck,
  EventState,
  JudgeConfig,
  JudgeState,
  LatencyCheck,
  LimitCheck,
  TrackFigures,
} from "./types.ts";
import { rateOf } from "./words.ts";

/** What a comparing check makes of its state: evidence, figures, and what keeps the evidence from counting. */
export type Evidence = WeightedEvidence & {
  readonly logThreshold: number;
  readonly dispersion: number;
  readonly stable: TrackFigures;
  readonly contender: TrackFigures;
  /** Whether there is something to look at at all. */
  readonly hasData: boolean;
  /** Where the evidence was held back, why. */
  readonly heldBack?: "immaterial" | "maybeBursts";
  /** For latency: the boundary that speaks loudest. */
  readonly boundaryMs?: number;
};

export type ComparingCheck = ErrorsCheck | LatencyCheck | LimitCheck;

export type AssessInput<C extends ComparingCheck> = {
  readonly config: JudgeConfig;
  readonly check: C;
  readonly state: JudgeState;
};

export function assess({ config, check, state }: AssessInput<ComparingCheck>): Evidence {
  switch (check.kind) {
    case "errors":
      return assessErrors({ config, check, state });
    case "latency":
      return assessLatency({ config, check, state });
    case "limit":
      return assessLimit({ config, check, state });
    default:
      return check satisfies never;
  }
}

/**
 * While it is not known how stable's events cluster, one burst must not look like many independent errors: the
 * contender has to be seen erring in three windows, and in four where these are far between, as bursts are. A filter
 * can only lower false alarms; this one keeps bursty A/A releases under 1 %.
 */
function maybeBursts({ eventWindows, requestWindows }: EventState, times: number): boolean {
  return eventWindows < times * (eventWindows * 4 >= requestWindows ? 3 : 4);
}

/** A pause makes a whole window's requests slow, so that slowness has to be seen in twice as many. */
const latencyTimes = 2;

/** Independent bursts' worth, from which on the measured dispersion speaks for itself. */
const enoughKnowledge = 10;

const nothing: readonly [number, number] = [0, 0];

function assessErrors({ config, check, state }: AssessInput<ErrorsCheck>): Evidence {
  const found = state.checks[check.name];
  const own = found?.kind === "errors" ? found : undefined;
  const stable = rateOf(own?.events.stable ?? nothing);
  const contender = rateOf(own?.events.contender ?? nothing);
  const base = { weight: check.weight, logThreshold: thresholdOf(config, check), stable, contender };
  if (own === undefined) return { ...base, logE: 0, dispersion: 1, hasData: false };
  const sums = errorSums(own.events, own.podDispersion, config.knownDispersion ?? noDispersion);
  const counted = countEvents(own.events, sums, {
    times: 1,
    material: errorsSettings(check).materialDifference,
    cap: capOf(config),
  });
  return { ...base, ...counted, hasData: contender.requests > 0 && stable.requests > 0 };
}

function assessLatency({ config, check, state }: AssessInput<LatencyCheck>): Evidence {
  const own = state.checks[check.name];
  const base = { weight: check.weight, logThreshold: thresholdOf(config, check) };
  if (own?.kind !== "latency" || own.boundaries.length === 0) {
    return { ...base, logE: 0, dispersion: 1, stable: rateOf(nothing), contender: rateOf(nothing), hasData: false };
  }
  const rules = { times: latencyTimes, material: latencySettings(check).materialDifference, cap: capOf(config) };
  const each = own.boundaries.map((boundary) => countEvents(boundary, [boundary.dispersion], rules));
  const loudest = each.reduce((best, { logE }, index) => (logE > (each[best]?.logE ?? 0) ? index : best), 0);
  const { stable, contender } = own.boundaries[loudest] ?? { stable: nothing, contender: nothing };
  const heldBack = each[loudest]?.heldBack;
  const boundaryMs = own.boundariesMs[loudest];
  return {
    ...base,
    logE: logMeanExp(each.map(({ logE }) => logE)),
    dispersion: each[loudest]?.dispersion ?? 1,
    stable: rateOf(stable),
    contender: rateOf(contender),
    hasData: stable[0] > 0 && contender[0] > 0,
    ...(heldBack === undefined ? {} : { heldBack }),
    ...(boundaryMs === undefined ? {} : { boundaryMs }),
  };
}

function assessLimit({ config, check, state }: AssessInput<LimitCheck>): Evidence {
  const own = state.checks[check.name];
  const errors = Object.values(state.checks).find((other) => other.kind === "errors");
  const sums =
    errors?.kind === "errors"
      ? errorSums(errors.events, errors.podDispersion, config.knownDispersion ?? noDispersion)
      : [config.knownDispersion ?? noDispersion];
  const dispersion = dispersionOf(...sums);
  return {
    weight: check.weight,
    logThreshold: thresholdOf(config, check),
    logE: own?.kind === "limit" ? mixtureLogE(own.logs) / dispersion : 0,
    dispersion,
    stable: rateOf(state.stable),
    contender: rateOf(state.contender),
    hasData: state.contender[0] > 0,
  };
}

/** Pods against each other where they can be told apart; else neighbouring windows, which also take drift for bursts. */
function errorSums(events: EventState, pods: DispersionSums, known: DispersionSums): DispersionSums[] {
  return [pods.expected > 0 ? pods : events.dispersion, known];
}

function countEvents(
  events: EventState,
  sums: readonly DispersionSums[],
  rules: { material: number; cap: number; times: number },
): Pick<Evidence, "logE" | "dispersion" | "heldBack"> {
  const dispersion = dispersionOf(...sums);
  const logE = mixtureLogE(events.logs) / dispersion;
  if (logE > 0 && rateDifference(events) < rules.material) return { logE: 0, dispersion, heldBack: "immaterial" };
  const unknown = dispersionKnowledge(...sums) / dispersion < enoughKnowledge;
  if (unknown && maybeBursts(events, rules.times) && logE > rules.cap)
    return { logE: rules.cap, dispersion, heldBack: "maybeBursts" };
  return { logE, dispersion };
}

/** Half the budget: what is held back cannot fail the release, and cannot pass it either. */
function capOf(config: JudgeConfig): number {
  return -Math.log(2 * judgeSettings(config).alpha);
}

function thresholdOf(config: JudgeConfig, check: ComparingCheck): number {
  const all = comparingChecks(config).map(({ weight }) => ({ weight, logE: 0 }));
  return logThresholdAlone(all, check.weight, judgeSettings(config).alpha);
}

export function comparingChecks(config: JudgeConfig): ComparingCheck[] {
  return config.checks.filter((check): check is ComparingCheck => check.kind !== "threshold");
}
