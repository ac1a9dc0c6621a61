import { addLatency, latencyTotal, quantileMs } from "./latencyBuckets.ts";
import { thresholdSettings, type ThresholdSettings } from "./settings.ts";
import type { CheckState, JudgeWindow, Measured, Measurement, ThresholdCheck } from "./types.ts";

type ThresholdState = CheckState & { kind: "threshold" };

/** Windows are gathered until they span the interval and hold enough requests; then they are one measurement. */
export function addMeasurement(check: ThresholdCheck, state: ThresholdState, window: JudgeWindow): ThresholdState {
  const settings = thresholdSettings(check);
  const { open: before, ...rest } = state;
  const open = gather(before !== undefined && before.step === window.step ? before : undefined, window);
  if (open.toMs - open.fromMs < settings.intervalMs || samplesOf(settings, open) < samplesNeeded(settings))
    return { ...rest, open };
  const measured = measure(settings, open);
  return { kind: "threshold", recent: [...state.recent, measured].slice(-settings.of), step: window.step };
}

/** How many more samples the running measurement needs. */
export function samplesMissing(settings: ThresholdSettings, open: Measurement | undefined): number {
  return Math.max(0, samplesNeeded(settings) - (open === undefined ? 0 : samplesOf(settings, open)));
}

/** `0.4 %` or `120 ms` or `3 /s`. */
export function describeValue(metric: ThresholdCheck["metric"], value: number): string {
  if (metric === "latencyQuantile") return value === Infinity ? "more than the last bucket" : `${round(value)} ms`;
  return metric === "requestRate" ? `${round(value)} requests/s` : `${round(value * 100)} %`;
}

function gather(before: Measurement | undefined, { step, fromMs, toMs, contender }: JudgeWindow): Measurement {
  const latency = addLatency(before?.latency, contender.latency);
  return {
    step,
    fromMs: before?.fromMs ?? fromMs,
    toMs,
    requests: (before?.requests ?? 0) + contender.requests,
    errors: (before?.errors ?? 0) + contender.errors,
    ...(latency === undefined ? {} : { latency }),
  };
}

function samplesNeeded(settings: ThresholdSettings): number {
  return settings.metric === "requestRate" ? 0 : Math.max(1, settings.minSamples);
}

function samplesOf(settings: ThresholdSettings, open: Measurement): number {
  if (settings.metric !== "latencyQuantile") return open.requests;
  return open.latency === undefined ? 0 : latencyTotal(open.latency);
}

function measure(settings: ThresholdSettings, open: Measurement): Measured {
  const value = valueOf(settings, open);
  const breached =
    (settings.min !== undefined && value < settings.min) || (settings.max !== undefined && value > settings.max);
  return { breached, value: String(value), samples: samplesOf(settings, open) };
}

function valueOf(settings: ThresholdSettings, open: Measurement): number {
  switch (settings.metric) {
    case "errorRate":
      return open.errors / open.requests;
    case "successRate":
      return (open.requests - open.errors) / open.requests;
    case "requestRate":
      return (open.requests * 1_000) / Math.max(1, open.toMs - open.fromMs);
    case "latencyQuantile":
      return open.latency === undefined ? 0 : (quantileMs(open.latency, settings.quantile) ?? 0);
    default:
      return settings.metric satisfies never;
  }
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
