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

/** Whether two JSON values are the same, whatever the order of their keys. */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => same(item, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key]))
  );
}
