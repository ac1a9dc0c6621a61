import type { Release } from "../../api/release.ts";
import { isFinished } from "../../api/release.ts";
import { resolveSteps } from "../../core/release/plan.ts";

/** What is worth a new line when it changes, for output that is not a terminal. */
export function progressLine(release: Release): string {
  const { status, spec } = release;
  if (status === undefined) return `${release.metadata.name}  begins: ${spec.revision.images.join(", ")}`;
  const step =
    status.step === undefined ? "" : `  step ${status.step.index + 1}/${status.step.count} ${status.step.name}`;
  return `${release.metadata.name}  ${status.phase}${step}${weightWords(release)}${countWords(release)}  ${status.message ?? ""}`;
}

function weightWords({ status }: Release): string {
  const weight = status?.weight;
  if (weight === undefined) return "";
  const observed = weight.observed === undefined ? "" : `, observed ${weight.observed} %`;
  return `  weight ${weight.accepted ?? 0} of ${weight.desired} %${observed}`;
}

function countWords({ status }: Release): string {
  const totals = status?.totals;
  if (totals === undefined) return "";
  return `  stable ${totals.stable.errors}/${totals.stable.requests} failed, contender ${totals.contender.errors}/${totals.contender.requests} failed`;
}

const barWidth = 30;

/** The screen of a terminal: steps, weight, counts per track, verdict and its evidence. */
export function screen(release: Release, nowMs: number): string[] {
  const { status, spec } = release;
  const steps = spec.plan === undefined ? [] : resolveSteps(spec.plan);
  const current = status?.step?.index ?? -1;
  const done = isFinished(status?.phase);
  const road = steps.map((step) => {
    const mark =
      step.index < current || (done && status?.phase === "Promoted") ? "✓" : step.index === current ? "●" : "·";
    return `${mark} ${step.name}`;
  });
  return [
    `Release ${release.metadata.name}  ${spec.revision.images.join(", ")}  (stable: ${spec.stable?.images.join(", ") ?? "none"})`,
    `  ${status?.phase ?? "Pending"}: ${status?.message ?? ""}`,
    `  ${road.join("   ")}`,
    ...weightLines(release),
    ...trackLines(release),
    ...verdictLines(release),
    ...(done ? [] : [clockLine(release, nowMs)]),
  ];
}

function weightLines({ status }: Release): string[] {
  const weight = status?.weight;
  if (weight === undefined) return [];
  const accepted = weight.accepted ?? 0;
  const filled = Math.round((accepted / 100) * barWidth);
  const observed = weight.observed === undefined ? "" : `   observed ${weight.observed} %`;
  return [
    `  contender [${"█".repeat(filled)}${"░".repeat(barWidth - filled)}] ${accepted} %   desired ${weight.desired} %${observed}`,
  ];
}

function trackLines({ status }: Release): string[] {
  const totals = status?.totals;
  if (totals === undefined) return [];
  return (["stable", "contender"] as const).map((track) => {
    const { requests, errors } = totals[track];
    const share = requests === 0 ? "" : `  ${((errors / requests) * 100).toFixed(2)} %`;
    return `  ${track.padEnd(10)} ${String(requests).padStart(7)} requests  ${String(errors).padStart(5)} failed${share}`;
  });
}

function verdictLines({ status }: Release): string[] {
  const verdict = status?.verdict;
  if (verdict === undefined) return [];
  const checks = verdict.checks.map(
    (check) =>
      `    ${check.name.padEnd(10)} ${check.outcome.padEnd(12)} ${check.message}${check.eValue === undefined ? "" : ` (e ${check.eValue})`}`,
  );
  return [`  verdict    ${verdict.outcome}: ${verdict.message}`, ...checks];
}

function clockLine({ status }: Release, nowMs: number): string {
  const endsAt = status?.step?.endsAt;
  if (endsAt === undefined) return "";
  const left = Math.max(0, Math.ceil((Date.parse(endsAt) - nowMs) / 1_000));
  return left === 0 ? "" : `  step ends in ${left} s at the earliest`;
}
