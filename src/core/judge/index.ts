export { judge } from "./judge.ts";
export { addWindow, emptyJudgeState, replay } from "./state.ts";
export { appendToRecord, emptyWindowRecord, replayRecord, type WindowRecord } from "./windowRecord.ts";
export { differenceSamples, type DifferenceOptions } from "./windows.ts";
export type * from "./types.ts";
export type * from "./sample.ts";
