import type { Check } from "../../api/checks.ts";
import type { ReleaseSpec } from "../../api/release.ts";
import type { JudgeCheck, JudgeConfig } from "../judge/index.ts";

const defaultChecks: readonly Check[] = [{ errors: {} }, { latency: {} }];
const quantiles = { latencyP50: 0.5, latencyP90: 0.9, latencyP99: 0.99 } as const;

/** What the judge is asked, from what the Delivery said when the release began; absent means errors and latency. */
export function judgeConfigOf({ checks, dispersion }: Pick<ReleaseSpec, "checks" | "dispersion">): JudgeConfig {
  return {
    checks: withUniqueNames((checks ?? defaultChecks).map(judgeCheckOf)),
    ...(dispersion === undefined ? {} : { knownDispersion: dispersion }),
  };
}

/** Verdicts are kept by name, so a name that occurs again gets a number. */
function withUniqueNames(checks: readonly JudgeCheck[]): JudgeCheck[] {
  const taken = new Set(checks.map((check) => check.name));
  const seen = new Set<string>();
  return checks.map((check) => {
    let { name } = check;
    for (let number = 2; seen.has(name); number++)
      name = taken.has(`${check.name}-${number}`) ? name : `${check.name}-${number}`;
    seen.add(name);
    return { ...check, name };
  });
}

function judgeCheckOf(check: Check): JudgeCheck {
  const weight = check.budgetShare ?? 1;
  const minimum = check.minRequests === undefined ? {} : { minRequests: check.minRequests };
  if (check.errors !== undefined) {
    const { toleratedOddsRatio, materialDifference } = check.errors;
    return {
      kind: "errors",
      name: check.name ?? "errors",
      weight,
      ...minimum,
      ...(toleratedOddsRatio === undefined ? {} : { toleratedOddsRatio }),
      ...(materialDifference === undefined ? {} : { materialDifference: materialDifference / 100 }),
    };
  }
  if (check.latency !== undefined) {
    const { toleratedOddsRatio } = check.latency;
    return {
      kind: "latency",
      name: check.name ?? "latency",
      weight,
      noData: "ignore",
      ...minimum,
      ...(toleratedOddsRatio === undefined ? {} : { toleratedOddsRatio }),
    };
  }
  return thresholdOf(check);
}

function thresholdOf(check: Check): JudgeCheck {
  const { metric, min, max, minSamples, failures, of, noData } = check.threshold ?? {
    metric: "errorRate" as const,
    minSamples: 20,
    failures: 3,
    of: 5,
    noData: "hold" as const,
  };
  const isRate = metric === "errorRate" || metric === "successRate";
  const scale = (value: number): number => (isRate ? value / 100 : value);
  return {
    kind: "threshold",
    name: check.name ?? metric,
    metric: isRate ? metric : "latencyQuantile",
    ...(isRate ? {} : { quantile: quantiles[metric] }),
    ...(min === undefined ? {} : { min: scale(min) }),
    ...(max === undefined ? {} : { max: scale(max) }),
    minSamples,
    failures,
    of,
    noData,
  };
}
