import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { invalid, tooLong } from "./fieldErrors.ts";

/** Judges length and pattern. */
export function validateString(schema: Schema, value: string, path: string): FieldError[] {
  const { minLength, maxLength, pattern } = schema;
  const length = Array.from(value).length;
  const errors: FieldError[] = [];
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(path, maxLength));
  if (minLength !== undefined && length < minLength)
    errors.push(invalid(path, value, `${path} in body should be at least ${minLength} chars long`));
  if (pattern !== undefined && !patternOf(pattern).test(value))
    errors.push(invalid(path, value, `${path} in body should match '${pattern}'`));
  return errors;
}

const patterns = new Map<string, RegExp>();
const mostPatterns = 2_000;

/** A pattern of a schema, compiled once. Throws SyntaxError. */
export function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  if (patterns.size >= mostPatterns) patterns.clear();
  const compiled = compile(source);
  patterns.set(source, compiled);
  return compiled;
}

/** Schemas are written for Go, which allows escapes that JavaScript allows only outside of Unicode mode. */
function compile(source: string): RegExp {
  const leading = /^\(\?([ims]+)\)/.exec(source);
  const text = leading === null ? source : source.slice(leading[0].length);
  try {
    return new RegExp(text, `${leading?.[1] ?? ""}u`);
  } catch {
    return new RegExp(text, leading?.[1] ?? "");
  }
}

/** Judges bounds, multiples and the range of the format. */
export function validateNumber(schema: Schema, value: number, path: string): FieldError[] {
  const { minimum, maximum, multipleOf, exclusiveMinimum, exclusiveMaximum } = schema;
  const errors: FieldError[] = [];
  if (schema.format === "int32" && Math.abs(value) > 2 ** 31) {
    errors.push(invalid("", "", `Checked value must be of type integer with format int32 in ${path}`));
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf))
    errors.push(invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    errors.push(
      invalid(
        path,
        value,
        `${path} in body should be less than ${exclusiveMaximum === true ? "" : "or equal to "}${maximum}`,
      ),
    );
  }
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    errors.push(
      invalid(
        path,
        value,
        `${path} in body should be greater than ${exclusiveMinimum === true ? "" : "or equal to "}${minimum}`,
      ),
    );
  }
  return errors;
}

function isMultiple(value: number, factor: number): boolean {
  const times = value / factor;
  return Math.abs(times - Math.round(times)) < 1e-9;
}
