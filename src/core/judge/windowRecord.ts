import { canonicalWindow } from "./canonicalWindow.ts";
import { replay } from "./state.ts";
import type { JudgeConfig, JudgeState, JudgeWindow } from "./types.ts";
import { appendWindow, decodeWindows, encodeWindows } from "./windowText.ts";

/**
 * What a release keeps of its windows: the newest one by one as text, the older ones folded into the state from which
 * these go on. So the record is bounded, and replaying it always gives the state of the first run, bit for bit.
 */
export type WindowRecord = { readonly base?: JudgeState; readonly windows: string };

export const emptyWindowRecord: WindowRecord = { windows: "" };

/** Two hours of windows of 5 s at up to some 100 requests per second; an object may have 1.5 MB in all. */
export const maxRecordLength = 100_000;

/** The record with one window more. When it grows past `maxLength`, its older half is folded. */
export function appendToRecord(
  config: JudgeConfig,
  record: WindowRecord,
  window: JudgeWindow,
  maxLength: number = maxRecordLength,
): WindowRecord {
  const windows = appendWindow(record.windows, canonicalWindow(window));
  return windows.length <= maxLength ? { ...record, windows } : foldOlderHalf(config, { ...record, windows });
}

/** The state after everything in the record. Throws a RangeError or SyntaxError when its text was damaged. */
export function replayRecord(config: JudgeConfig, record: WindowRecord): JudgeState {
  return replay(config, decodeWindows(record.windows), record.base);
}

function foldOlderHalf(config: JudgeConfig, record: WindowRecord): WindowRecord {
  const windows = decodeWindows(record.windows);
  const half = Math.ceil(windows.length / 2);
  return { base: replay(config, windows.slice(0, half), record.base), windows: encodeWindows(windows.slice(half)) };
}
