import type { JudgeConfig, JudgeState, JudgeWindow } from "./types.ts";

export function emptyJudgeState(_config: JudgeConfig): JudgeState {
  throw new Error("not ready");
}
export function addWindow(_config: JudgeConfig, _state: JudgeState, _window: JudgeWindow): JudgeState {
  throw new Error("not ready");
}
export function replay(config: JudgeConfig, windows: readonly JudgeWindow[], from?: JudgeState): JudgeState {
  return windows.reduce((state, window) => addWindow(config, state, window), from ?? emptyJudgeState(config));
}
