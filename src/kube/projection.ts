import type { AnyObject, KubeObject } from "../api/object.ts";

/** Without `metadata.managedFields` (half of a typical object); the same object when it has none. */
export function withoutManagedFields(object: AnyObject): AnyObject {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Kind and metadata alone: for informers that only ask whether, whose and how labelled. */
export function projectMetadata(object: AnyObject): KubeObject {
  const { apiVersion, kind, metadata } = withoutManagedFields(object);
  return { apiVersion, kind, metadata };
}
