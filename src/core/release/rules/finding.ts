import type { DeliveryStatus } from "../../../api/delivery.ts";
import type { Reason } from "../../../api/reasons.ts";
import type { ReleaseStatus } from "../../../api/release.ts";
import type { Command } from "../decision.ts";
import type { ReleaseInput } from "../input.ts";

/** What a rule that applies says. */
export type Finding = {
  readonly reason: Reason;
  readonly message: string;
  readonly facts?: Readonly<Record<string, string>>;
  /** The next status; absent: the refreshed one. */
  readonly status?: ReleaseStatus;
  readonly deliveryStatus?: DeliveryStatus;
  readonly commands?: readonly Command[];
  readonly lookAgainMs?: number;
  /** True for decisions that belong to the story of the release. */
  readonly journal?: boolean;
  readonly actor?: string;
};

/** A fact about a release; undefined when it is not so. */
export type ReleaseRule = (input: ReleaseInput) => Finding | undefined;

/** How soon to look again while something is expected to change at any moment, in case its event is lost. */
export const soonMs = 500;
