import { isDeepStrictEqual } from "node:util";
import { anything, mapOf, optional, record, text } from "./reader.ts";

/** The value at a path such as `status.weight.accepted`, `spec.rules[0].name` or `metadata.labels[tidegate.dev/managed]`. */
export function valueAt(object: unknown, path: string): unknown {
  const parts = path.match(/[^.[\]]+|\[[^\]]*\]/g) ?? [];
  let value: unknown = object;
  for (const part of parts) {
    const key = part.startsWith("[") ? part.slice(1, -1) : part;
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

const matchers: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  contains: (value, wanted) => (typeof value === "string" || Array.isArray(value)) && value.includes(wanted as string),
  matches: (value, wanted) => typeof value === "string" && new RegExp(String(wanted)).test(value),
  atLeast: (value, wanted) => typeof value === "number" && value >= Number(wanted),
  atMost: (value, wanted) => typeof value === "number" && value <= Number(wanted),
  absent: (value, wanted) => (value === undefined) === wanted,
  oneOf: (value, wanted) => Array.isArray(wanted) && wanted.some((entry) => isDeepStrictEqual(entry, value)),
  length: (value, wanted) => Array.isArray(value) && value.length === wanted,
};

/** Whether a value is the wanted one; `{contains: ..}`, `{atLeast: ..}` and their like ask for less than equality. */
export function isWanted(value: unknown, wanted: unknown): boolean {
  if (typeof wanted === "object" && wanted !== null && !Array.isArray(wanted)) {
    const asked = Object.entries(wanted);
    if (asked.length > 0 && asked.every(([name]) => name in matchers))
      return asked.every(([name, bound]) => matchers[name]?.(value, bound) === true);
  }
  return isDeepStrictEqual(value, wanted);
}

export const conditionReader = record({ status: optional(text), reason: optional(text), message: optional(anything) });

export const fieldsReader = mapOf(anything);

/** What of the object is not as wanted, one line each. */
export function differences(
  object: unknown,
  fields: Readonly<Record<string, unknown>>,
  conditions: Readonly<Record<string, { status?: string; reason?: string; message?: unknown }>>,
): string[] {
  const ofFields = Object.entries(fields).flatMap(([path, wanted]) => {
    const value = valueAt(object, path);
    return isWanted(value, wanted) ? [] : [`${path} is ${show(value)}, not ${show(wanted)}`];
  });
  const ofConditions = Object.entries(conditions).flatMap(([type, wanted]) =>
    conditionDifferences(object, type, wanted),
  );
  return [...ofFields, ...ofConditions];
}

function conditionDifferences(
  object: unknown,
  type: string,
  wanted: { status?: string; reason?: string; message?: unknown },
): string[] {
  const all = valueAt(object, "status.conditions");
  const found: unknown = Array.isArray(all) ? all.find((condition) => valueAt(condition, "type") === type) : undefined;
  if (found === undefined) return [`there is no condition ${type}`];
  return Object.entries(wanted).flatMap(([field, expected]) => {
    const value = valueAt(found, field);
    return isWanted(value, expected) ? [] : [`condition ${type}: ${field} is ${show(value)}, not ${show(expected)}`];
  });
}

function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? "absent";
  return shown.length > 300 ? `${shown.slice(0, 300)}...` : shown;
}
