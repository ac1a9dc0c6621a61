import { setCondition, type NewCondition } from "../../api/conditions.ts";
import { formatTime } from "../../api/duration.ts";
import type { Reason } from "../../api/reasons.ts";
import { isFinished, type ReleaseStatus } from "../../api/release.ts";

type Circumstances = { readonly generation?: number | undefined; readonly reason: Reason; readonly nowMs: number };

/**
 * The conditions that kubectl wait and kstatus tools read. `Ready` is true when the revision was promoted,
 * `Reconciling` while the release is on its way, `Stalled` when it was taken back or somebody has to decide.
 */
export function withConditions(status: ReleaseStatus, { generation = 1, reason, nowMs }: Circumstances): ReleaseStatus {
  const about = { reason, message: status.message ?? "", observedGeneration: generation };
  const over = isFinished(status.phase);
  const stuck = status.phase === "RolledBack" || status.phase === "Held";
  const facts: readonly (readonly [string, boolean])[] = [
    ["Ready", status.phase === "Promoted"],
    ["Reconciling", !over],
    ["Stalled", stuck],
  ];
  const changed = facts.filter(
    ([type, holds]) =>
      (status.conditions?.find((condition) => condition.type === type)?.status === "True") !== holds ||
      status.conditions === undefined,
  );
  const wanted = changed.map(([type, holds]): NewCondition => ({ type, status: holds ? "True" : "False", ...about }));
  if (wanted.length === 0) return status;
  return {
    ...status,
    conditions: wanted.reduce(
      (list, condition) => setCondition(list, condition, formatTime(nowMs)),
      status.conditions ?? [],
    ),
  };
}
