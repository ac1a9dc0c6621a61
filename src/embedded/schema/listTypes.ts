import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { isObject, schemaOfKey } from "./applyDefaults.ts";
import { duplicate } from "./fieldErrors.ts";
import { same } from "./same.ts";

/** Judges the uniqueness that lists of type `set` and `map` promise, anywhere in the value. */
export function validateLists(schema: Schema, value: unknown, path: string, old?: unknown): FieldError[] {
  if (old !== undefined && same(old, value)) return [];
  if (Array.isArray(value)) {
    const { items } = schema;
    const inside =
      items === undefined
        ? []
        : value.flatMap((item, index) => validateLists(items, item, `${path}[${index}]`, oldItemOf(schema, item, old)));
    return [...duplicates(schema, value, path), ...inside];
  }
  if (!isObject(value)) return [];
  const before = isObject(old) ? old : {};
  return Object.entries(value).flatMap(([key, child]) => {
    const known = schemaOfKey(schema, key);
    return known === undefined ? [] : validateLists(known, child, path === "" ? key : `${path}.${key}`, before[key]);
  });
}

function duplicates(schema: Schema, value: readonly unknown[], path: string): FieldError[] {
  const type = schema["x-kubernetes-list-type"];
  if (type !== "set" && type !== "map") return [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const key = type === "map" ? itemKey(schema, item) : item;
    const text = stable(key);
    const repeated = seen.has(text);
    seen.add(text);
    return repeated ? [duplicate(`${path}[${index}]`, key)] : [];
  });
}

/** The fields by which an item of a map list is known. */
function itemKey(schema: Schema, item: unknown): Record<string, unknown> {
  const from = isObject(item) ? item : {};
  const names = schema["x-kubernetes-list-map-keys"] ?? [];
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));
}

/** The stored item that corresponds to this one: by keys in a map list, none in other lists. */
export function oldItemOf(schema: Schema, item: unknown, old: unknown): unknown {
  if (schema["x-kubernetes-list-type"] !== "map" || !Array.isArray(old)) return undefined;
  const key = itemKey(schema, item);
  const found = old.filter((other) => same(itemKey(schema, other), key));
  return found.length === 1 ? found[0] : undefined;
}

function stable(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value) ?? "";
  return JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
