import { formatTime } from "../../api/duration.ts";
import type { JournalEntry, ReleaseStatus } from "../../api/release.ts";
import type { Because } from "./decision.ts";

const maxEntries = 200;

export type Circumstances = {
  readonly nowMs: number;
  /** The status before the decision: the step and weight at which it was taken. */
  readonly place: ReleaseStatus;
  readonly actor: string | undefined;
};

/**
 * Adds a decision to the story of a release. The same decision again is not added; past the bound the oldest entries
 * after the first ten go, so that the beginning of the story stays.
 */
export function withJournal(
  status: ReleaseStatus,
  because: Because,
  { nowMs, place, actor }: Circumstances,
): ReleaseStatus {
  const entry: JournalEntry = {
    at: formatTime(nowMs),
    rule: because.rule,
    reason: because.reason,
    message: because.message,
    ...(place.step === undefined ? {} : { step: place.step.name }),
    ...(place.weight?.accepted === undefined ? {} : { weight: place.weight.accepted }),
    ...(actor === undefined ? {} : { actor }),
    ...(because.facts === undefined ? {} : { facts: { ...because.facts } }),
  };
  const journal = status.journal ?? [];
  const last = journal.at(-1);
  if (
    last !== undefined &&
    last.rule === entry.rule &&
    last.reason === entry.reason &&
    last.step === entry.step &&
    last.message === entry.message
  )
    return status;
  const kept = journal.length < maxEntries ? journal : [...journal.slice(0, 10), ...journal.slice(11)];
  return { ...status, journal: [...kept, entry] };
}
