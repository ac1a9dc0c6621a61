import type { AnyObject } from "../../api/object.ts";
import { ApiError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { applyConflict } from "./applyConflict.ts";
import { compareValues } from "./compareValues.ts";
import { equalJson } from "../../api/equalJson.ts";
import type { FieldSet } from "./fieldSet.ts";
import { difference, emptySet, isEmptySet } from "./fieldSet.ts";
import { isKubeObject } from "./kubeObject.ts";
import { takenOverFromClientSide, withLastApplied } from "./lastApplied.ts";
import type { Manager, Managers } from "./managedFields.ts";
import { managerId, readManagers, timeOf, withManagers, withoutManagers } from "./managedFields.ts";
import { mergeValues } from "./mergeValues.ts";
import { objectSchema } from "./objectSchema.ts";
import { ownedFields, UndeclaredFieldError } from "./ownedFields.ts";
import { afterWrite, conflictsOf, ownable, writtenThrough } from "./ownership.ts";
import { pruneUnowned } from "./prune.ts";
import { ListItemError } from "./shape.ts";
import { recordUpdate } from "./trackUpdate.ts";

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

/** Owns what was there before anybody applied, where no ownership had been recorded. */
const beforeFirstApply = "before-first-apply";

/**
 * Server-side apply: live and applied merged, with ownership in `metadata.managedFields`. Neither input is changed.
 * Defaults, validation and what the server itself decides are the caller's, afterwards.
 * Throws ApiError: 409 with a cause per conflicting field, 400 when the configuration carries managed fields or another
 * version, 500 (as the real server) for a field or list item that the schema does not allow.
 */
export function applyConfiguration(request: ApplyRequest): AnyObject {
  checkEnvelope(request);
  const schema = objectSchema(request.schema);
  const live = request.live === undefined ? undefined : withoutManagers(request.live);
  const applied = writtenThrough(endpointOf(request), request.applied);
  const identity: Manager = {
    manager: request.manager,
    operation: "Apply",
    apiVersion: request.apiVersion,
    subresource: request.subresource ?? "",
    time: undefined,
    fields: strictFields(schema, applied, request),
  };
  const self = managerId(identity);
  const known = knownManagers(request, schema, live);
  const last = known.get(self);
  const claimed = new Map(known).set(self, { ...identity, time: last?.time });
  const merged = merge(schema, live, applied);
  const pruned = last === undefined ? merged : pruneUnowned(schema, merged, claimed, last.fields);
  const comparison = compareValues(schema, live ?? {}, pruned);
  const conflicts = conflictsOf(claimed, self, comparison);
  if (!request.force) refuse(claimed, conflicts, takenOver(schema, live, request));

  const managers = afterWrite(claimed, self, comparison);
  const own = managers.get(self);
  // A manager that changes nothing keeps its time, and has none when it never changed anything.
  if (own !== undefined && !equalJson(live ?? {}, pruned)) managers.set(self, { ...own, time: timeOf(request.now) });
  const object = withLastApplied(pruned, request.applied, request.manager);
  return withManagers(object, managers);
}

/** What the server alone decides is not taken from a configuration; clients often send it as null. */
function merge(schema: Schema, live: AnyObject | undefined, applied: AnyObject): AnyObject {
  const { creationTimestamp: _time, generation: _generation, ...metadata } = applied.metadata;
  const merged = mergeValues(schema, live ?? {}, { ...applied, metadata });
  return isKubeObject(merged) ? merged : applied;
}

function checkEnvelope({ applied, apiVersion }: ApplyRequest): void {
  const { managedFields } = applied.metadata;
  if (managedFields !== undefined && managedFields !== null) {
    throw new ApiError(400, "BadRequest", "metadata.managedFields must be nil");
  }
  if (applied.apiVersion === apiVersion) return;
  throw new ApiError(
    400,
    "BadRequest",
    `Incorrect version specified in apply patch. Specified patch version: ${applied.apiVersion}, expected: ${apiVersion}`,
  );
}

function endpointOf(request: ApplyRequest): { subresource: string; hasStatus: boolean } {
  return { subresource: request.subresource ?? "", hasStatus: request.hasStatus ?? false };
}

function strictFields(schema: Schema, applied: AnyObject, request: ApplyRequest): FieldSet {
  try {
    return ownable(ownedFields(schema, applied, true));
  } catch (error) {
    if (!(error instanceof UndeclaredFieldError) && !(error instanceof ListItemError)) throw error;
    const { kind, metadata } = applied;
    const object = `${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
    const message = `failed to create typed patch object (${object}; ${request.apiVersion}, Kind=${kind}): ${error.message}`;
    throw new ApiError(500, "", message);
  }
}

function knownManagers(request: ApplyRequest, schema: Schema, live: AnyObject | undefined): Managers {
  const managers = readManagers(request.live?.metadata.managedFields) ?? new Map();
  if (live === undefined || managers.size > 0) return managers;
  const everything = compareValues(schema, {}, writtenThrough(endpointOf(request), live));
  return recordUpdate(managers, everything, { ...request, manager: beforeFirstApply });
}

function takenOver(schema: Schema, live: AnyObject | undefined, request: ApplyRequest): FieldSet {
  return live === undefined ? emptySet : takenOverFromClientSide(schema, live, request.manager);
}

function refuse(managers: Managers, conflicts: ReadonlyMap<string, FieldSet>, allowed: FieldSet): void {
  const left = new Map<string, FieldSet>();
  for (const [id, set] of conflicts) {
    const refused = difference(set, allowed);
    if (!isEmptySet(refused)) left.set(id, refused);
  }
  if (left.size > 0) throw applyConflict(managers, left);
}
