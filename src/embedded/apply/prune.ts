import type { AnyObject } from "../../api/object.ts";
import type { Schema } from "../wire/resource.ts";
import type { FieldSet } from "./fieldSet.ts";
import { difference, emptySet, intersection, isEmptySet, union } from "./fieldSet.ts";
import { isKubeObject } from "./kubeObject.ts";
import type { Managers } from "./managedFields.ts";
import { ownedFields, withDeclaredParents } from "./ownedFields.ts";
import { removeFields } from "./removeFields.ts";

/**
 * The merged object without what the manager owned before and does not own any more, unless somebody else does.
 * `managers` holds the new ownership already.
 */
export function pruneUnowned(schema: Schema, merged: AnyObject, managers: Managers, owned: FieldSet): AnyObject {
  let kept: FieldSet = emptySet;
  for (const manager of managers.values()) kept = union(kept, manager.fields);
  if (isEmptySet(difference(owned, kept))) return merged;

  const named = (set: FieldSet): FieldSet => withDeclaredParents(schema, set);
  const present = (value: unknown): FieldSet => named(ownedFields(schema, value, false));
  const all = present(merged);
  const bare = removeFields(schema, merged, named(owned)) ?? {};
  const withOwned = removeFields(schema, merged, difference(all, union(present(bare), named(kept)))) ?? {};
  // What nobody owns vanishes only together with the container that this manager owned.
  const lost = intersection(difference(all, present(withOwned)), named(owned));
  const pruned = removeFields(schema, merged, lost);
  return isKubeObject(pruned) ? pruned : merged;
}
