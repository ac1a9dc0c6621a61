import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../wire/resource.ts";

/** One definition per served version of a CustomResourceDefinition. */
export function definitionsOf(_crd: AnyObject): ResourceDefinition[] {
  return [];
}

/** The status of a definition whose names are accepted and which is served, at `now` (RFC 3339). */
export function establishedStatus(_crd: AnyObject, _now: string): Record<string, unknown> {
  return {};
}
