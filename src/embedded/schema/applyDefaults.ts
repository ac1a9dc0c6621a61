import type { Schema } from "../wire/resource.ts";

type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A copy of the value with the schema's defaults filled in, also inside what was filled in. A null where null is not
 * allowed counts as absent if there is a default.
 */
export function applyDefaults(schema: Schema, value: unknown): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? structuredClone(value) : value.map((item) => applyDefaults(items, item));
  }
  if (!isObject(value)) return value;
  const result: Json = {};
  for (const [key, child] of Object.entries(value)) {
    const known = schemaOfKey(schema, key);
    result[key] = known === undefined ? structuredClone(child) : applyDefaults(known, child);
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default === undefined) continue;
    const absent = result[key] === undefined || (result[key] === null && property.nullable !== true);
    if (absent) result[key] = applyDefaults(property, structuredClone(property.default));
  }
  return result;
}

/** The schema of an object's member; undefined where anything goes or nothing is known. */
export function schemaOfKey(schema: Schema, key: string): Schema | undefined {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}
