export { judge } from "./judge.ts";
export { addWindow, dispersionSums, emptyJudgeState } from "./state.ts";
export { appendToRecord, emptyWindowRecord, replayRecord, type WindowRecord } from "./windowRecord.ts";
export { decodeWindows } from "./windowText.ts";
export { differenceSamples } from "./windows.ts";
export type * from "./types.ts";
export type * from "./sample.ts";
