import { canonical } from "../../api/canonical.ts";
import type { Release } from "../../api/release.ts";
import { decodeWindows, replayRecord } from "../judge/index.ts";
import { judgeConfigOf } from "./checks.ts";
import { recordOf } from "./refresh.ts";

export type Replay =
  | { readonly kind: "nothing" }
  | { readonly kind: "agrees" | "differs"; readonly windows: number; readonly folded: boolean };

/**
 * Computes the statistics of a release again from its recorded windows, and compares them bit for bit with those that
 * its verdicts were given on. `folded`: the oldest windows were merged into a base to keep the record small.
 */
export function replayEvidence({ spec, status }: Release): Replay {
  const evidence = status?.evidence;
  if (evidence?.state === undefined) return { kind: "nothing" };
  const record = recordOf(evidence);
  const again = replayRecord(judgeConfigOf(spec), record);
  const kind = canonical(again) === canonical(evidence.state) ? "agrees" : "differs";
  return { kind, windows: decodeWindows(record.windows).length, folded: record.base !== undefined };
}
