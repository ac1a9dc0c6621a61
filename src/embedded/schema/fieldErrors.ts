import type { FieldError, FieldReason } from "../wire/apiError.ts";

function error(reason: FieldReason, field: string, message: string): FieldError {
  return { reason, field: field === "" ? "<nil>" : field, message };
}

/** A value as the API server writes it into messages: JSON, with keys in their order. */
export function shown(value: unknown): string {
  return value === undefined ? "null" : JSON.stringify(value);
}

function withDetail(message: string, detail: string | undefined): string {
  return detail === undefined || detail === "" ? message : `${message}: ${detail}`;
}

export function required(field: string, detail?: string): FieldError {
  return error("FieldValueRequired", field, withDetail("Required value", detail));
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return error("FieldValueInvalid", field, `Invalid value: ${shown(value)}: ${detail}`);
}

/** As `invalid`, where the value is not shown. */
export function refused(field: string, detail: string): FieldError {
  return error("FieldValueInvalid", field, `Invalid value: ${detail}`);
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return error("FieldValueTypeInvalid", field, `Invalid value: ${shown(value)}: ${detail}`);
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const allowed = supported.map((each) => JSON.stringify(typeof each === "string" ? each : JSON.stringify(each)));
  return error(
    "FieldValueNotSupported",
    field,
    `Unsupported value: ${shown(value)}: supported values: ${allowed.join(", ")}`,
  );
}

export function forbidden(field: string, detail: string): FieldError {
  return error("FieldValueForbidden", field, `Forbidden: ${detail}`);
}

export function duplicate(field: string, value: unknown): FieldError {
  return error("FieldValueDuplicate", field, `Duplicate value: ${shown(value)}`);
}

export function notFound(field: string, value: unknown): FieldError {
  return error("FieldValueNotFound", field, `Not found: ${shown(value)}`);
}

export function tooLong(field: string, bytes: number): FieldError {
  return error("FieldValueTooLong", field, `Too long: may not be more than ${bytes} bytes`);
}

export function tooMany(field: string, actual: number, most: number): FieldError {
  return error("FieldValueTooMany", field, `Too many: ${actual}: must have at most ${most} items`);
}
