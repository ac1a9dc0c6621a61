import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";

/** What is wrong with the rules of a CustomResourceDefinition's schema: those that do not compile. */
export function checkRules(_schema: Schema, _path: string): FieldError[] {
  return [];
}
