import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { isObject, schemaOfKey } from "./applyDefaults.ts";
import { invalid, notSupported, refused, required, tooMany, typeInvalid } from "./fieldErrors.ts";
import { isFormat } from "./formats.ts";
import { oldItemOf, validateLists } from "./listTypes.ts";
import { validateNumber, validateString } from "./scalars.ts";
import { same } from "./same.ts";

/**
 * Judges a custom resource's value by its structural schema: types, formats, bounds, enums, required fields, and the
 * uniqueness that lists promise; no CEL rules. With `old`, the stored value at the same place, what has not changed is
 * not judged again. Built-in kinds are judged by `decodeError` and their Strategy instead.
 */
export function validateValue(schema: Schema, value: unknown, path = "", old?: unknown): FieldError[] {
  return [...validateStructure(schema, value, path, old), ...validateLists(schema, value, path, old)];
}

function validateStructure(schema: Schema, value: unknown, path: string, old: unknown): FieldError[] {
  if (old !== undefined && same(old, value)) return [];
  if (value === null && schema.nullable === true) return [];
  const types = typesOf(schema);
  const errors = fits(types, value) ? [] : [wrongType(types, value, path)];
  if (errors.length === 0)
    errors.push(...validateLogic(schema, value, path), ...validateByKind(schema, value, path, old));
  else if (types.includes("integer") && typeof value === "number") {
    errors.push(invalid("", "", `Checked value must be of type integer (default format) in ${path}`));
  }
  if (schema.enum !== undefined && !schema.enum.some((allowed) => same(allowed, value)))
    errors.push(notSupported(path, value, schema.enum));
  return errors;
}

function typesOf(schema: Schema): readonly string[] {
  if (schema["x-kubernetes-int-or-string"] === true) return ["integer", "string"];
  return schema.type === undefined ? [] : [schema.type];
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function fits(types: readonly string[], value: unknown): boolean {
  const actual = typeName(value);
  return types.length === 0 || types.includes(actual) || (actual === "integer" && types.includes("number"));
}

function wrongType(types: readonly string[], value: unknown, path: string): FieldError {
  const actual = typeName(value);
  return typeInvalid(path, actual, `${path} in body must be of type ${types.join(",")}: "${actual}"`);
}

function validateByKind(schema: Schema, value: unknown, path: string, old: unknown): FieldError[] {
  if (typeof value === "string") {
    const { format } = schema;
    const wrong = format !== undefined && schema.type === "string" && !isFormat(format, value);
    const errors = validateString(schema, value, path);
    return wrong
      ? [...errors, typeInvalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`)]
      : errors;
  }
  if (typeof value === "number") return validateNumber(schema, value, path);
  if (Array.isArray(value)) return validateArray(schema, value, path, old);
  return isObject(value) ? validateFields(schema, value, path, old) : [];
}

function validateArray(schema: Schema, value: readonly unknown[], path: string, old: unknown): FieldError[] {
  const { items, minItems, maxItems } = schema;
  const errors =
    items === undefined
      ? []
      : value.flatMap((item, index) =>
          validateStructure(items, item, `${path}[${index}]`, oldItemOf(schema, item, old)),
        );
  if (minItems !== undefined && value.length < minItems) {
    errors.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems));
  return errors;
}

function validateFields(schema: Schema, value: Record<string, unknown>, path: string, old: unknown): FieldError[] {
  const before = isObject(old) ? old : {};
  const size = Object.keys(value).length;
  const { minProperties, maxProperties } = schema;
  const errors: FieldError[] = [];
  if (minProperties !== undefined && size < minProperties) {
    errors.push(invalid(path, size, `${path} in body should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && size > maxProperties) errors.push(tooMany(path, size, maxProperties));
  for (const [key, child] of Object.entries(value)) {
    const known = schemaOfKey(schema, key);
    if (known !== undefined && child !== undefined)
      errors.push(...validateStructure(known, child, childPath(path, key), before[key]));
  }
  const missing = (schema.required ?? []).filter((key) => value[key] === undefined);
  return [...errors, ...missing.map((key) => required(childPath(path, key)))];
}

function childPath(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function validateLogic(schema: Schema, value: unknown, path: string): FieldError[] {
  const judge = (part: Schema): FieldError[] => validateStructure(part, value, path, undefined);
  const quoted = JSON.stringify(path);
  const errors: FieldError[] = [];
  const any = (schema.anyOf ?? []).map(judge);
  if (any.length > 0 && !any.some(isEmpty))
    errors.push(...fewest(any), said(`${quoted} must validate at least one schema (anyOf)`));
  const one = (schema.oneOf ?? []).map(judge);
  const valid = one.filter(isEmpty).length;
  if (one.length > 0 && valid === 0)
    errors.push(...fewest(one), said(`${quoted} must validate one and only one schema (oneOf). Found none valid`));
  if (valid > 1)
    errors.push(said(`${quoted} must validate one and only one schema (oneOf). Found ${valid} valid alternatives`));
  const all = (schema.allOf ?? []).map(judge);
  if (!all.every(isEmpty))
    errors.push(
      ...all.flat(),
      said(`${quoted} must validate all the schemas (allOf)${all.some(isEmpty) ? "" : ". None validated"}`),
    );
  if (schema.not !== undefined && judge(schema.not).length === 0)
    errors.push(said(`${quoted} must not validate the schema (not)`));
  return errors;
}

function isEmpty(errors: readonly FieldError[]): boolean {
  return errors.length === 0;
}

function fewest(alternatives: readonly FieldError[][]): FieldError[] {
  return alternatives.reduce((best, errors) => (errors.length < best.length ? errors : best), alternatives[0] ?? []);
}

function said(text: string): FieldError {
  return refused("", `"": ${text}`);
}
