import type { FieldError } from "../../wire/apiError.ts";
import { invalid, notSupported } from "../../schema/fieldErrors.ts";
import { isObject } from "../../schema/applyDefaults.ts";

export type Fields = Record<string, unknown>;

/** The members of an object; none where it is no object. */
export function fields(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** The items of a list as objects; none where it is no list. */
export function rows(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function notNegative(path: string, value: unknown): FieldError[] {
  return typeof value === "number" && value < 0 ? [invalid(path, value, "must be greater than or equal to 0")] : [];
}

export function positive(path: string, value: unknown): FieldError[] {
  return typeof value === "number" && value <= 0 ? [invalid(path, value, "must be greater than 0")] : [];
}

/** Judges a text that may be left out. */
export function oneOf(path: string, value: unknown, allowed: readonly string[]): FieldError[] {
  return value === undefined || allowed.includes(textOf(value)) ? [] : [notSupported(path, value, allowed)];
}

export function problems(path: string, value: unknown, found: readonly string[]): FieldError[] {
  return found.map((problem) => invalid(path, value, problem));
}

export { same } from "../../schema/same.ts";
