import type { FieldError, FieldReason } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { refused } from "./fieldErrors.ts";
import { hasRules, validateRules } from "./validateRules.ts";
import { validateValue } from "./validateValue.ts";

const blocking: readonly FieldReason[] = [
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
];

const notChecked =
  "null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

/**
 * All that the API server's validation of custom resources does: structure first, then the rules, which are skipped
 * with one more error where the structure is too broken to run them. What has not changed since `old` (undefined on
 * create) is not judged again.
 */
export function validateObject(schema: Schema, object: unknown, old: unknown): FieldError[] {
  const errors = validateValue(schema, object, "", old);
  if (!hasRules(schema)) return errors;
  if (errors.some(({ reason }) => blocking.includes(reason))) return [...errors, refused("", notChecked)];
  return [...errors, ...validateRules(schema, object, old)];
}
