import type { Sample } from "./sample.ts";
import type { JudgeWindow } from "./types.ts";

export type DifferenceOptions = {
  readonly step: number;
  /** Whether the weight was confirmed during the whole interval. Otherwise the window is a gap. */
  readonly weightConfirmed: boolean;
  /** Default: `toMs` in decimal. */
  readonly id?: string;
};

/** The window between two samples of the same source. */
export function differenceSamples(_before: Sample, _after: Sample, _options: DifferenceOptions): JudgeWindow {
  throw new Error("not ready");
}
