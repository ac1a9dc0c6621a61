import { formatDuration, parseTime } from "../../api/duration.ts";
import type { JournalEntry, Release, ReleaseStatus } from "../../api/release.ts";
import { isFinished } from "../../api/release.ts";
import { resolveSteps } from "./plan.ts";

/** The story of a release in plain words, decision by decision, from the Release object alone. */
export function tellStory(release: Release): string[] {
  const status = release.status ?? { phase: "Pending", intent: "advance" };
  return [
    ...headline(release, status),
    "",
    ...planLines(release),
    ...journalLines(status),
    ...evidenceLines(status),
    ...ending(release, status),
  ];
}

function headline({ metadata, spec }: Release, status: ReleaseStatus): string[] {
  const from = spec.stable === undefined ? "as the first revision" : `from ${spec.stable.images.join(", ")}`;
  const source = Object.entries(spec.source ?? {}).map(([name, value]) => `${name} ${value}`);
  return [
    `Release ${metadata.name}: Deployment ${spec.workload.name} to ${spec.revision.images.join(", ")}, ${from}`,
    `  template ${spec.revision.templateHash}${spec.stable === undefined ? "" : `, stable ${spec.stable.templateHash}`}, traffic by ${spec.router ?? "pods"}${spec.retryOf === undefined ? "" : `, another try of ${spec.retryOf}`}`,
    ...(source.length === 0 ? [] : [`  source: ${source.join(", ")}`]),
    `  ${status.phase}: ${status.message ?? ""}`,
  ];
}

function planLines({ spec }: Release): string[] {
  if (spec.plan === undefined) return [];
  const steps = resolveSteps(spec.plan).map((step) => {
    const matches =
      step.matches.length === 0
        ? ""
        : ` and requests with ${step.matches.map(({ name, exact }) => `${name}: ${exact}`).join(" or ")}`;
    const time = step.forMs === 0 ? "" : ` for ${formatDuration(step.forMs)}`;
    return `  ${step.index + 1}. ${step.name}: ${step.contenderBasisPoints / 100} %${matches}${time}${step.approvalRequired ? ", needs approval" : ""}`;
  });
  const { onFailure, onInconclusive, deadline } = spec.plan;
  return [
    "Plan",
    ...steps,
    `  on failure ${onFailure}, without enough evidence ${onInconclusive}, at most ${deadline}`,
    "",
  ];
}

function journalLines(status: ReleaseStatus): string[] {
  const journal = status.journal ?? [];
  const first = journal[0];
  if (first === undefined) return ["Nothing was decided yet."];
  const startMs = parseTime(status.startedAt ?? first.at);
  return ["What happened", ...journal.flatMap((entry) => entryLines(entry, startMs))];
}

function entryLines(entry: JournalEntry, startMs: number): string[] {
  const sinceMs = parseTime(entry.at) - startMs;
  const when = sinceMs < 0 ? "before" : `+${formatDuration(sinceMs)}`;
  const place = [entry.step, entry.weight === undefined ? undefined : `${entry.weight} %`]
    .filter((part) => part !== undefined)
    .join(", ");
  const facts = Object.entries(entry.facts ?? {}).map(([name, value]) => `${name} ${value}`);
  return [
    `  ${entry.at.slice(11, 23)} ${when.padStart(8)}  ${entry.message}`,
    `  ${"".padEnd(22)} [${entry.reason} by rule ${entry.rule}${place === "" ? "" : ` at ${place}`}]`,
    ...(facts.length === 0 ? [] : [`  ${"".padEnd(22)} ${facts.join(", ")}`]),
  ];
}

function evidenceLines({ totals, verdict, weight }: ReleaseStatus): string[] {
  if (totals === undefined && verdict === undefined) return [];
  const counted =
    totals === undefined ? [] : [`  stable: ${rate(totals.stable)}`, `  contender: ${rate(totals.contender)}`];
  const observed =
    weight?.observed === undefined ? [] : [`  the contender's observed share in its last step: ${weight.observed} %`];
  const checks = (verdict?.checks ?? []).map(
    (check) =>
      `  ${check.name}: ${check.outcome}: ${check.message}${check.eValue === undefined ? "" : ` (e-value ${check.eValue})`}`,
  );
  return ["", "What was seen", ...counted, ...observed, ...checks];
}

function rate({ requests, errors }: { requests: number; errors: number }): string {
  const share = requests === 0 ? "" : ` (${((errors / requests) * 100).toFixed(2)} %)`;
  return `${requests} requests, ${errors} failed${share}`;
}

function ending({ metadata }: Release, status: ReleaseStatus): string[] {
  if (!isFinished(status.phase))
    return status.verdict?.needed === undefined ? [] : ["", `Still needed: ${status.verdict.needed}`];
  const tookMs =
    status.startedAt === undefined || status.finishedAt === undefined
      ? undefined
      : parseTime(status.finishedAt) - parseTime(status.startedAt);
  const took = tookMs === undefined ? "" : ` after ${formatDuration(tookMs)}`;
  const again = status.phase === "RolledBack" ? ` To try this revision again: tidegate retry ${metadata.name}` : "";
  return ["", `${status.phase}${took}.${again}`];
}
