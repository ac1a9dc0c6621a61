import type { JudgeConfig, JudgeState, JudgeWindow } from "./types.ts";

/** What a release keeps of its windows: the newest as text, older ones folded into the state that `windows` go on from. */
export type WindowRecord = { readonly base?: JudgeState; readonly windows: string };

export const emptyWindowRecord: WindowRecord = { windows: "" };

export function appendToRecord(_config: JudgeConfig, _record: WindowRecord, _window: JudgeWindow): WindowRecord {
  throw new Error("not ready");
}
export function replayRecord(_config: JudgeConfig, _record: WindowRecord): JudgeState {
  throw new Error("not ready");
}
