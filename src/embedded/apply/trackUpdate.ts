import type { AnyObject } from "../../api/object.ts";
import type { Schema } from "../wire/resource.ts";
import { capUpdates } from "./capUpdates.ts";
import type { Comparison } from "./compareValues.ts";
import { compareValues } from "./compareValues.ts";
import { emptySet, isEmptySet, union } from "./fieldSet.ts";
import type { Managers } from "./managedFields.ts";
import { managerId, readManagers, resetsManagers, timeOf, withManagers, withoutManagers } from "./managedFields.ts";
import { objectSchema } from "./objectSchema.ts";
import { afterWrite, ownable, writtenThrough } from "./ownership.ts";
import { ListItemError } from "./shape.ts";

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
 * the manager owns what it changed, others lose what was changed or removed. The entries that `after` brings along
 * count, and an empty list clears all. Neither input is changed. Never throws.
 */
export function trackUpdate(update: UpdateToTrack): AnyObject {
  const { before, after } = update;
  const managers = managersOf(update);
  // An object that nobody tracks stays untracked until somebody applies to it.
  if (before !== undefined && managers.size === 0) return withoutManagers(after);
  const comparison = compareTracked(update);
  if (comparison === undefined) return withManagers(after, managers);
  return withManagers(after, capUpdates(recordUpdate(managers, comparison, update)));
}

/** The managers after that manager made that change. */
export function recordUpdate(
  managers: Managers,
  comparison: Comparison,
  update: Omit<UpdateToTrack, "before" | "after">,
): Managers {
  const identity = {
    manager: update.manager,
    operation: "Update",
    apiVersion: update.apiVersion,
    subresource: update.subresource ?? "",
  } as const;
  const id = managerId(identity);
  const result = afterWrite(managers, undefined, comparison);
  const written = ownable(union(comparison.added, comparison.modified));
  if (isEmptySet(written)) return result;
  const fields = union(result.get(id)?.fields ?? emptySet, written);
  result.set(id, { ...identity, time: timeOf(update.now), fields });
  return result;
}

function managersOf({ before, after, subresource }: UpdateToTrack): Managers {
  const stored = readManagers(before?.metadata.managedFields) ?? new Map();
  if (subresource !== undefined && subresource !== "") return stored;
  if (resetsManagers(after.metadata.managedFields)) return new Map();
  const given = readManagers(after.metadata.managedFields);
  return given === undefined || given.size === 0 ? stored : given;
}

/** Undefined when a list holds what cannot be told apart: ownership then stays as it was. */
function compareTracked(update: UpdateToTrack): Comparison | undefined {
  const endpoint = { subresource: update.subresource ?? "", hasStatus: update.hasStatus ?? false };
  const part = (object: AnyObject): object => writtenThrough(endpoint, withoutManagers(object));
  const before = update.before === undefined ? {} : part(update.before);
  try {
    return compareValues(objectSchema(update.schema), before, part(update.after));
  } catch (error) {
    if (error instanceof ListItemError) return undefined;
    throw error;
  }
}
