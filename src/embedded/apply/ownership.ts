import type { Comparison } from "./compareValues.ts";
import type { FieldSet } from "./fieldSet.ts";
import { difference, emptySet, intersection, isEmptySet, union } from "./fieldSet.ts";
import type { Manager, Managers } from "./managedFields.ts";

/** Fields that say which object it is or that the server writes: nobody owns them. */
const ownedByNobody: FieldSet = {
  "f:apiVersion": emptySet,
  "f:kind": emptySet,
  "f:metadata": {
    ".": emptySet,
    "f:name": emptySet,
    "f:namespace": emptySet,
    "f:creationTimestamp": emptySet,
    "f:selfLink": emptySet,
    "f:uid": emptySet,
    "f:generation": emptySet,
    "f:managedFields": emptySet,
    "f:resourceVersion": emptySet,
  },
};

export function ownable(set: FieldSet): FieldSet {
  return difference(set, ownedByNobody);
}

/** Which top-level fields a write through this endpoint does not touch. */
export type Endpoint = { readonly subresource: string; readonly hasStatus: boolean };

/** The part of an object that the endpoint writes. */
export function writtenThrough<T extends object>(endpoint: Endpoint, object: T): T {
  if (!endpoint.hasStatus) return object;
  if (endpoint.subresource === "status") {
    return Object.fromEntries(Object.entries(object).filter(([name]) => statusFields.has(name))) as T;
  }
  if (endpoint.subresource !== "" || !("status" in object)) return object;
  const { status: _ignored, ...rest } = object;
  return rest as T;
}

const statusFields = new Set(["apiVersion", "kind", "metadata", "status"]);

/** What others own of the fields that a write gives another value. */
export function conflictsOf(managers: Managers, self: string, comparison: Comparison): ReadonlyMap<string, FieldSet> {
  const written = union(comparison.added, comparison.modified);
  const conflicts = new Map<string, FieldSet>();
  for (const [id, manager] of managers) {
    const shared = id === self ? emptySet : intersection(manager.fields, written);
    if (!isEmptySet(shared)) conflicts.set(id, shared);
  }
  return conflicts;
}

/** The managers after a write took what it changed from all but `self`; who owns nothing is left out. */
export function afterWrite(managers: Managers, self: string | undefined, comparison: Comparison): Map<string, Manager> {
  const lost = union(union(comparison.added, comparison.modified), comparison.removed);
  const result = new Map<string, Manager>();
  for (const [id, manager] of managers) {
    const fields = id === self ? manager.fields : difference(manager.fields, lost);
    if (!isEmptySet(fields)) result.set(id, fields === manager.fields ? manager : { ...manager, fields });
  }
  return result;
}
