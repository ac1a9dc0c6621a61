import { setCondition, type NewCondition } from "../../api/conditions.ts";
import type { Delivery, DeliveryStatus } from "../../api/delivery.ts";
import { formatTime } from "../../api/duration.ts";
import type { Reason } from "../../api/reasons.ts";

type Phase = NonNullable<DeliveryStatus["phase"]>;

export type DeliverySummary = { readonly phase: Phase; readonly reason: Reason; readonly message: string };

/** Status of a Delivery with the conditions that kubectl wait and kstatus tools read: Ready, Reconciling, Stalled. */
export function summarize(
  delivery: Delivery,
  base: DeliveryStatus,
  summary: DeliverySummary,
  nowMs: number,
): DeliveryStatus {
  const { phase, reason, message } = summary;
  const now = formatTime(nowMs);
  const observedGeneration = delivery.metadata.generation ?? 1;
  const about = { reason, message, observedGeneration };
  const conditions: NewCondition[] = [
    { type: "Ready", status: phase === "Idle" ? "True" : "False", ...about },
    { type: "Reconciling", status: phase === "Releasing" || phase === "Pending" ? "True" : "False", ...about },
    { type: "Stalled", status: phase === "Failed" || phase === "Rejected" ? "True" : "False", ...about },
  ];
  const merged = conditions.reduce((list, condition) => setCondition(list, condition, now), base.conditions ?? []);
  return { ...base, observedGeneration, phase, conditions: merged };
}
