import type { FieldError } from "../../wire/apiError.ts";
import { forbidden, invalid, notSupported, required } from "../../schema/fieldErrors.ts";
import { type Fields, fields, rows, textOf } from "./fields.ts";
import { labelValueProblems, qualifiedNameProblems } from "./names.ts";

/** Judges a map of labels. */
export function validateLabels(labels: unknown, path: string): FieldError[] {
  return Object.entries(fields(labels)).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalid(path, key, problem)),
    ...labelValueProblems(textOf(value)).map((problem) => invalid(path, value, problem)),
  ]);
}

/** Judges a label selector. */
export function validateSelector(selector: unknown, path: string): FieldError[] {
  const { matchLabels, matchExpressions } = fields(selector);
  return [
    ...validateLabels(matchLabels, `${path}.matchLabels`),
    ...rows(matchExpressions).flatMap((row, index) => validateRequirement(row, `${path}.matchExpressions[${index}]`)),
  ];
}

function validateRequirement(row: Fields, path: string): FieldError[] {
  const values = Array.isArray(row["values"]) ? row["values"] : [];
  const errors = operatorErrors(textOf(row["operator"]), values, path);
  const key = textOf(row["key"]);
  return [...errors, ...qualifiedNameProblems(key).map((problem) => invalid(`${path}.key`, key, problem))];
}

function operatorErrors(operator: string, values: readonly unknown[], path: string): FieldError[] {
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length > 0
        ? []
        : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case "Exists":
    case "DoesNotExist":
      return values.length === 0
        ? []
        : [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    default:
      return [notSupported(`${path}.operator`, operator, ["DoesNotExist", "Exists", "In", "NotIn"])];
  }
}

/** Whether labels satisfy a selector; an absent selector selects nothing. */
export function selects(selector: unknown, labels: unknown): boolean {
  if (selector === undefined || selector === null) return false;
  const has = fields(labels);
  const { matchLabels, matchExpressions } = fields(selector);
  return (
    Object.entries(fields(matchLabels)).every(([key, value]) => has[key] === value) &&
    rows(matchExpressions).every((row) => holds(row, has))
  );
}

function holds(row: Fields, labels: Fields): boolean {
  const value = labels[textOf(row["key"])];
  const values = Array.isArray(row["values"]) ? row["values"] : [];
  switch (row["operator"]) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return !values.includes(value);
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/** Whether a selector asks for nothing at all. */
export function isEmptySelector(selector: unknown): boolean {
  const { matchLabels, matchExpressions } = fields(selector);
  return Object.keys(fields(matchLabels)).length === 0 && rows(matchExpressions).length === 0;
}
