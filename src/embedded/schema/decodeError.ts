import type { Schema } from "../wire/resource.ts";
import { isObject, schemaOfKey } from "./applyDefaults.ts";
import { goTimeError } from "./goTime.ts";

type Place = { readonly struct: string; readonly path: string };

/**
 * Why Go could not decode this value into a built-in kind, in the words of its decoder; undefined where it could.
 * Built-in kinds are judged by this and by their Strategy, never by `validateValue`.
 */
export function decodeError(schema: Schema, value: unknown): string | undefined {
  return decode(schema, value, { struct: "", path: "" });
}

function decode(schema: Schema, value: unknown, place: Place): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (schema["x-kubernetes-int-or-string"] === true) return decodeIntOrString(schema, value, place);
  if (schema.type === undefined || schema["x-kubernetes-preserve-unknown-fields"] === true) return undefined;
  if (!hasType(schema, value)) return mismatch(schema, value, place);
  if (Array.isArray(value))
    return firstOf(value, (item) => (schema.items === undefined ? undefined : decode(schema.items, item, place)));
  if (isObject(value)) return decodeObject(schema, value, place);
  return typeof value === "string" ? formatError(schema, value) : undefined;
}

function decodeObject(schema: Schema, value: Record<string, unknown>, place: Place): string | undefined {
  const struct = structName(schema);
  return firstOf(Object.entries(value), ([key, child]) => {
    const known = schemaOfKey(schema, key);
    if (known === undefined) return undefined;
    if (struct === undefined) return decode(known, child, place);
    return decode(known, child, { struct, path: place.path === "" ? key : `${place.path}.${key}` });
  });
}

function firstOf<T>(values: readonly T[], judge: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const error = judge(value);
    if (error !== undefined) return error;
  }
  return undefined;
}

function decodeIntOrString(schema: Schema, value: unknown, place: Place): string | undefined {
  if (schema.format === "quantity") return quantityError(value);
  if (typeof value === "string" || Number.isInteger(value)) return undefined;
  return mismatch({ type: typeof value === "number" ? "integer" : "string", format: "int32" }, value, place);
}

const quantity = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function quantityError(value: unknown): string | undefined {
  if (typeof value === "number" || (typeof value === "string" && quantity.test(value))) return undefined;
  return `quantities must match the regular expression '${quantity.source}'`;
}

function hasType(schema: Schema, value: unknown): boolean {
  switch (schema.type) {
    case "integer":
      return Number.isInteger(value) && (schema.format !== "int32" || Math.abs(Number(value)) <= 2 ** 31);
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    default:
      return typeof value === schema.type;
  }
}

function mismatch(schema: Schema, value: unknown, place: Place): string {
  const where = place.path === "" ? "Go value" : `Go struct field ${place.struct}.${place.path}`;
  return `json: cannot unmarshal ${jsonKind(schema, value)} into ${where} of type ${goType(schema)}`;
}

function jsonKind(schema: Schema, value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" && schema.type === "integer") return `number ${value}`;
  return typeof value;
}

function goType(schema: Schema): string {
  switch (schema.type) {
    case "boolean":
      return "bool";
    case "integer":
      return schema.format ?? "int64";
    case "number":
      return "float64";
    case "array":
      return `[]${goType(schema.items ?? {})}`;
    case "object":
      if (typeof schema.additionalProperties === "object") return `map[string]${goType(schema.additionalProperties)}`;
      return schema["x-tidegate-type"]?.split(".").slice(-2).join(".") ?? "map[string]interface {}";
    default:
      return schema.format === "byte" ? "[]uint8" : "string";
  }
}

function structName(schema: Schema): string | undefined {
  return schema["x-tidegate-type"]?.split(".").at(-1);
}

function formatError(schema: Schema, value: string): string | undefined {
  if (schema.format === "date-time") return goTimeError(value, 0);
  if (schema.format === "micro-time") return goTimeError(value, 6);
  if (schema.format === "byte" && value !== "" && !/^[A-Za-z0-9+/\s]*={0,2}$/.test(value)) return base64Error(value);
  return undefined;
}

function base64Error(value: string): string {
  const at = value.search(/[^A-Za-z0-9+/\s]/);
  return `illegal base64 data at input byte ${at === -1 ? value.length : at}`;
}
