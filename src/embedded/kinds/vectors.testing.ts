import { readFileSync } from "node:fs";
import type { AnyObject, Status } from "../../api/object.ts";

export type RecordedStep = {
  readonly method?: string;
  readonly path?: string;
  readonly body?: AnyObject;
  readonly response?: {
    readonly status: number;
    readonly body?: AnyObject & { details?: Status["details"] };
    readonly fields?: Record<string, unknown>;
  };
};

type Recorded = {
  readonly cases: readonly { readonly area: string; readonly name: string; readonly steps: readonly RecordedStep[] }[];
};

const recorded = JSON.parse(
  readFileSync(new URL("../../../testing/vectors/apiserver.json", import.meta.url), "utf8"),
) as Recorded;

/** The steps of a case that was recorded from a real API server. */
export function recordedCase(area: string, name: string): readonly RecordedStep[] {
  const found = recorded.cases.find((each) => each.area === area && each.name === name);
  if (found === undefined) throw new Error(`no case "${name}" was recorded in ${area}`);
  return found.steps;
}
