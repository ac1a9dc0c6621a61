import type { Schema } from "../wire/resource.ts";

/** Scalars as Go's JSON has them: absent where they are empty, unless `pointer` or `must` says otherwise. */
export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
export const int32: Schema = { type: "integer", format: "int32" };
export const int64: Schema = { type: "integer", format: "int64" };
export const bytes: Schema = { type: "string", format: "byte" };
export const intOrString: Schema = { "x-kubernetes-int-or-string": true, "x-tidegate-zero": "keep" };
/** As on the wire: a string, or a bare number in a manifest. */
export const quantity: Schema = { "x-kubernetes-int-or-string": true, format: "quantity", "x-tidegate-zero": "keep" };
export const anything: Schema = {
  type: "object",
  "x-kubernetes-preserve-unknown-fields": true,
  "x-tidegate-zero": "keep",
};
/** An unset time is written as null. */
export const time: Schema = {
  type: "string",
  format: "date-time",
  nullable: true,
  default: null,
  "x-tidegate-zero": "keep",
};
export const microTime: Schema = {
  type: "string",
  format: "micro-time",
  nullable: true,
  default: null,
  "x-tidegate-zero": "keep",
};

const emptyValues = { string: "", boolean: false, integer: 0, number: 0 } as const;

/** A struct by its Go-style name, for example `core.v1.PodSpec`. */
export function object(type: string, properties: Record<string, Schema>): Schema {
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    { "x-tidegate-zero": "omit", ...field } satisfies Schema,
  ]);
  return { type: "object", "x-tidegate-type": type, properties: Object.fromEntries(fields) };
}

export function described(description: string, schema: Schema): Schema {
  return { ...schema, description };
}

/** Kept where it is set to an empty value; absent where it is not set. */
export function pointer(schema: Schema): Schema {
  const { default: _none, nullable: _never, ...rest } = schema;
  return { ...rest, "x-tidegate-zero": "keep" };
}

/** A struct held by value: always there, at least as `{}`. */
export function struct(schema: Schema): Schema {
  return { ...schema, default: {}, "x-tidegate-zero": "keep" };
}

/** Always written, and asked for by validation. */
export function must(schema: Schema): Schema {
  const empty =
    schema.type !== undefined &&
    schema.type in emptyValues &&
    !("default" in schema) &&
    schema["x-tidegate-zero"] === undefined;
  const zero = empty ? { default: emptyValues[schema.type as keyof typeof emptyValues] } : {};
  return { ...schema, ...zero, "x-tidegate-required": true, "x-tidegate-zero": "keep" };
}

/** Always written, but may be empty. */
export function always(schema: Schema): Schema {
  return { ...must(schema), "x-tidegate-required": false };
}

/** Replaced as a whole by whoever applies it. */
export function atomic(schema: Schema): Schema {
  return schema.type === "array"
    ? { ...schema, "x-kubernetes-list-type": "atomic" }
    : { ...schema, "x-kubernetes-map-type": "atomic" };
}

export function list(items: Schema): Schema {
  return { type: "array", items };
}

export function setOf(items: Schema): Schema {
  return { type: "array", items, "x-kubernetes-list-type": "set" };
}

export function listMap(items: Schema, ...keys: string[]): Schema {
  return { type: "array", items, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys };
}

export function mapOf(values: Schema): Schema {
  return { type: "object", additionalProperties: values };
}

/** How a strategic merge patch treats the field: `merge`, `retainKeys`, or both, and by which key. */
export function patched(schema: Schema, strategy: string, mergeKey?: string): Schema {
  return {
    ...schema,
    "x-kubernetes-patch-strategy": strategy,
    ...(mergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": mergeKey }),
  };
}

export function withDefault(value: unknown, schema: Schema): Schema {
  return { ...schema, default: value };
}
