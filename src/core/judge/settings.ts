import type { ErrorsCheck, JudgeConfig, LatencyCheck, ThresholdCheck } from "./types.ts";

export const defaultToleratedOddsRatio = 1.25;

export function errorsSettings(check: ErrorsCheck): Required<Omit<ErrorsCheck, "minRequests">> {
  return { toleratedOddsRatio: defaultToleratedOddsRatio, materialDifference: 0.0005, ...check };
}

export function latencySettings(check: LatencyCheck): Required<Omit<LatencyCheck, "minRequests">> {
  return {
    toleratedOddsRatio: defaultToleratedOddsRatio,
    materialDifference: 0.01,
    fromMs: 10,
    warmupRequests: 20,
    warmupMs: 10_000,
    noData: "hold",
    ...check,
  };
}

export type ThresholdSettings = Required<Omit<ThresholdCheck, "min" | "max">> & Pick<ThresholdCheck, "min" | "max">;

export function thresholdSettings(check: ThresholdCheck): ThresholdSettings {
  return {
    quantile: 0.99,
    minSamples: enoughSamples(check),
    intervalMs: 10_000,
    noData: "hold",
    noDataAfterMs: 60_000,
    failures: 1,
    of: check.failures ?? 1,
    ...check,
  };
}

export function judgeSettings(config: JudgeConfig): Required<Omit<JudgeConfig, "knownDispersion">> {
  return { alpha: 0.01, cautionLevel: 5, minContenderRequests: 50, minStableRequests: 20, ...config };
}

const fewestSamples = 20;
const mostSamples = 10_000;

/** So many requests that a single bad one stays within the bounds. */
function enoughSamples(check: ThresholdCheck): number {
  const share = toleratedShare(check);
  if (share === undefined || share <= 0) return fewestSamples;
  return Math.min(mostSamples, Math.max(fewestSamples, Math.ceil(1 / share)));
}

function toleratedShare(check: ThresholdCheck): number | undefined {
  if (check.metric === "errorRate") return check.max;
  if (check.metric === "successRate") return check.min === undefined ? undefined : 1 - check.min;
  if (check.metric === "latencyQuantile") return (1 - (check.quantile ?? 0.99)) / 2;
  return undefined;
}
