export { judge } from "./judge.ts";
export { addWindow, dispersionSums, emptyJudgeState, replay } from "./state.ts";
export { appendToRecord, emptyWindowRecord, replayRecord, type WindowRecord } from "./windowRecord.ts";
export { judgeReasons, type JudgeReason } from "./reasons.ts";
export { decodeWindows, encodeWindows } from "./windowText.ts";
export { differenceSamples, type DifferenceOptions } from "./windows.ts";
export type * from "./types.ts";
export type * from "./sample.ts";
