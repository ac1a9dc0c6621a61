import type { JudgeConfig, JudgeContext, JudgeState, Verdict } from "./types.ts";

export function judge(_config: JudgeConfig, _state: JudgeState, _context: JudgeContext): Verdict {
  throw new Error("not ready");
}
