import type { AnyObject } from "../../api/object.ts";
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
export function writtenThrough(endpoint: Endpoint, object: AnyObject): AnyObject {
  if (!endpoint.hasStatus) return object;
  const { status, ...main } = object;
  if (endpoint.subresource === "") return main;
  if (endpoint.subresource !== "status") return object;
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, metadata, ...(status === undefined ? {} : { status }) };
}

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
