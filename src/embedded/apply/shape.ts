import type { Schema } from "../wire/resource.ts";

/** How a value of some schema is merged and owned. */
export type Shape =
  | { readonly kind: "leaf" }
  | { readonly kind: "map"; readonly fields: Readonly<Record<string, Schema>>; readonly rest: Schema | undefined }
  | { readonly kind: "list"; readonly keys: readonly ListKey[]; readonly items: Schema };

/** One key of a list by key; a list without keys is a set. */
export type ListKey = { readonly name: string; readonly fallback: unknown };

export type JsonObject = Readonly<Record<string, unknown>>;

/** A schema that says nothing: objects are merged by field, lists and scalars as a whole. */
export const anything: Schema = Object.freeze({ "x-kubernetes-preserve-unknown-fields": true });

const leaf: Shape = { kind: "leaf" };
const untypedMap: Shape = { kind: "map", fields: {}, rest: anything };
const known = new WeakMap<Schema, Shape | "deduced">();

/** The shape in which these two are compared or merged. A schema that says nothing takes its shape from the values. */
export function shapeOf(schema: Schema, left: unknown, right: unknown): Shape {
  let shape = known.get(schema);
  if (shape === undefined) {
    shape = classify(schema);
    known.set(schema, shape);
  }
  if (shape !== "deduced") return shape;
  return fitsMap(left) && fitsMap(right) && (isObject(left) || isObject(right)) ? untypedMap : leaf;
}

/** The schema of one field, and whether it is declared by name; no schema when the field is not allowed at all. */
export function fieldOf(
  shape: Shape & { kind: "map" },
  name: string,
): { schema: Schema | undefined; declared: boolean } {
  const declared = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
  return declared === undefined ? { schema: shape.rest, declared: false } : { schema: declared, declared: true };
}

/** The path element of a list item. Throws ListItemError for an item without its keys. */
export function elementOf(shape: Shape & { kind: "list" }, item: unknown, index: number): string {
  if (shape.keys.length === 0) return `v:${JSON.stringify(item)}`;
  if (!isObject(item)) throw new ListItemError(`element ${index}: an item of a list by key has to be an object`);
  const keys: Record<string, unknown> = {};
  for (const key of shape.keys) {
    const value = item[key.name] ?? key.fallback;
    if (value === undefined) {
      throw new ListItemError(
        `element ${index}: associative list with keys has an element that omits key field "${key.name}" (and doesn't have default value)`,
      );
    }
    keys[key.name] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** A list item that cannot be told from the others. */
export class ListItemError extends Error {}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether there is nothing in it: absent, null, or without fields or items. */
export function isVoid(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function fitsMap(value: unknown): boolean {
  return value === undefined || value === null || isObject(value);
}

function classify(schema: Schema): Shape | "deduced" {
  if (schema["x-kubernetes-int-or-string"] === true) return leaf;
  if (schema.type === "array") return classifyList(schema);
  const structured = schema.properties !== undefined || schema.additionalProperties !== undefined;
  if (schema.type !== "object" && !structured) return schema.type === undefined ? "deduced" : leaf;
  if (schema["x-kubernetes-map-type"] === "atomic") return leaf;
  if (!structured) return "deduced";
  const { additionalProperties } = schema;
  const open = additionalProperties === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  const rest = typeof additionalProperties === "object" ? additionalProperties : open ? anything : undefined;
  return { kind: "map", fields: schema.properties ?? {}, rest };
}

function classifyList(schema: Schema): Shape {
  const items = schema.items ?? anything;
  const list = (names: readonly string[]): Shape => ({
    kind: "list",
    items,
    keys: names.toSorted().map((name) => ({ name, fallback: items.properties?.[name]?.default })),
  });
  switch (schema["x-kubernetes-list-type"]) {
    case "map":
      return list(schema["x-kubernetes-list-map-keys"] ?? []);
    case "set":
      return list([]);
    case "atomic":
      return leaf;
    case undefined: {
      if (!mergesLists(schema)) return leaf;
      const key = schema["x-kubernetes-patch-merge-key"];
      return list(key === undefined ? [] : [key]);
    }
    default:
      return schema["x-kubernetes-list-type"] satisfies never;
  }
}

/** Whether the patch strategy (one word or several with commas) says `merge`. */
export function mergesLists(schema: Schema): boolean {
  return strategiesOf(schema).includes("merge");
}

export function strategiesOf(schema: Schema): readonly string[] {
  return (schema["x-kubernetes-patch-strategy"] ?? "").split(",");
}
