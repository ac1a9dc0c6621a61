import { objectMeta } from "./objectMeta.ts";
import type { Schema } from "../wire/resource.ts";
import { isObject, schemaOfKey } from "./applyDefaults.ts";
import { goTime } from "./goTime.ts";
import { formatQuantity, parseQuantity } from "./quantity.ts";

export type Pruned = {
  readonly value: unknown;
  /** Paths of what was dropped, for example `spec.items[0].foo`, in the order met. */
  readonly unknown: string[];
};

type Pass = { readonly unknown: string[]; readonly builtIn: boolean };

const text: Schema = { type: "string" };

/**
 * A copy of an object without the fields that the schema does not know, and the paths of what was dropped. For built-in
 * kinds the copy also has the form that Go's decoder and encoder leave: no nulls, no empty optional fields, times in UTC.
 */
export function pruneUnknown(schema: Schema, value: unknown): Pruned {
  const pass: Pass = { unknown: [], builtIn: schema["x-tidegate-type"] !== undefined };
  return { value: prune(asResource(schema), value, "", pass), unknown: pass.unknown };
}

const asResourceCache = new WeakMap<Schema, Schema>();

/** Whole objects have type and metadata whatever the schema lists. */
function asResource(schema: Schema): Schema {
  const cached = asResourceCache.get(schema);
  if (cached !== undefined) return cached;
  const known: Schema = {
    ...schema,
    properties: { ...schema.properties, apiVersion: text, kind: text, metadata: objectMeta },
  };
  asResourceCache.set(schema, known);
  return known;
}

function prune(schema: Schema, value: unknown, path: string, pass: Pass): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return structuredClone(value);
    return value.map((item, index) => pruneChild(items, item, `${path}[${index}]`, pass));
  }
  if (!isObject(value)) return pass.builtIn ? normalized(schema, value) : value;
  if (keepsEverything(schema)) return structuredClone(value);
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const childPath = path === "" ? key : `${path}.${key}`;
    const known = schemaOfKey(schema, key);
    if (known === undefined) keepOrReport(schema, result, key, child, childPath, pass);
    else putChild(known, result, key, pruneChild(known, child, childPath, pass), pass);
  }
  return result;
}

function pruneChild(schema: Schema, value: unknown, path: string, pass: Pass): unknown {
  return prune(schema["x-kubernetes-embedded-resource"] === true ? asResource(schema) : schema, value, path, pass);
}

function keepsEverything(schema: Schema): boolean {
  return (
    schema.properties === undefined &&
    schema.additionalProperties === undefined &&
    schema["x-kubernetes-preserve-unknown-fields"] === true
  );
}

function keepOrReport(
  schema: Schema,
  into: Record<string, unknown>,
  key: string,
  value: unknown,
  path: string,
  pass: Pass,
): void {
  if (schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true)
    into[key] = structuredClone(value);
  else pass.unknown.push(path);
}

function putChild(schema: Schema, into: Record<string, unknown>, key: string, value: unknown, pass: Pass): void {
  if (!pass.builtIn) into[key] = value;
  else if (value === null && schema.nullable !== true) {
    if (schema["x-tidegate-zero"] === undefined && schema.type === "string") into[key] = "";
  } else if (schema["x-tidegate-zero"] !== "omit" || !isEmpty(value)) into[key] = value;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}

function normalized(schema: Schema, value: unknown): unknown {
  if (schema.format === "quantity" && (typeof value === "string" || typeof value === "number")) {
    const quantity = parseQuantity(value);
    return quantity === undefined ? value : formatQuantity(quantity);
  }
  if (typeof value !== "string") return value;
  if (schema.format === "date-time") return goTime(value, 0) ?? value;
  if (schema.format === "micro-time") return goTime(value, 6) ?? value;
  return value;
}
