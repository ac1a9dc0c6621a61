/**
 * One source for a kind's TypeScript type and its structural schema: a `Field` carries both.
 * `Infer<typeof field>` is the type of a stored object, in which the API server has filled in the defaults.
 */

export type JsonSchema = { readonly [keyword: string]: unknown };

export type Presence = "required" | "defaulted" | "optional";

export type Field<T, P extends Presence = Presence> = {
  readonly schema: JsonSchema;
  readonly presence: P;
  /** Carries T; never set. */
  readonly type?: T;
};

export type Infer<F> = F extends Field<infer T> ? T : never;

type Fields = Readonly<Record<string, Field<unknown>>>;

type Present<F extends Fields> = { [K in keyof F as F[K]["presence"] extends "optional" ? never : K]: Infer<F[K]> };
type Absent<F extends Fields> = { [K in keyof F as F[K]["presence"] extends "optional" ? K : never]?: Infer<F[K]> };

export type ObjectOf<F extends Fields> = Present<F> & Absent<F>;

export type CelRule = {
  readonly rule: string;
  readonly message: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
};

type Common = { readonly description: string; readonly rules?: readonly CelRule[] };

function field<T>(schema: JsonSchema, options: Common): Field<T, "required"> {
  const rules = options.rules === undefined ? {} : { "x-kubernetes-validations": options.rules };
  return { schema: { description: options.description, ...schema, ...rules }, presence: "required" };
}

export function string(
  options: Common & { pattern?: string; minLength?: number; maxLength: number; format?: string },
): Field<string, "required"> {
  const { description: _description, rules: _rules, ...keywords } = options;
  return field({ type: "string", ...keywords }, options);
}

export function oneOf<const V extends readonly string[]>(values: V, options: Common): Field<V[number], "required"> {
  return field({ type: "string", enum: values }, options);
}

export function integer(options: Common & { minimum?: number; maximum?: number }): Field<number, "required"> {
  const { description: _description, rules: _rules, ...keywords } = options;
  return field({ type: "integer", ...keywords }, options);
}

export function number(options: Common & { minimum?: number; maximum?: number }): Field<number, "required"> {
  const { description: _description, rules: _rules, ...keywords } = options;
  return field({ type: "number", ...keywords }, options);
}

export function boolean(options: Common): Field<boolean, "required"> {
  return field({ type: "boolean" }, options);
}

/** A span such as `90s`, `1m30s` or `2h`, as Go writes them. */
export function duration(options: Common): Field<string, "required"> {
  return field({ type: "string", pattern: "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$", maxLength: 32 }, options);
}

export function time(options: Common): Field<string, "required"> {
  return field({ type: "string", format: "date-time" }, options);
}

export function intOrString(
  options: Common & { pattern: string; maxLength: number },
): Field<number | string, "required"> {
  const { description: _description, rules: _rules, ...keywords } = options;
  return field({ "x-kubernetes-int-or-string": true, ...keywords }, options);
}

export function object<const F extends Fields>(fields: F, options: Common): Field<ObjectOf<F>, "required"> {
  const entries = Object.entries(fields);
  const required = entries.filter(([, value]) => value.presence === "required").map(([name]) => name);
  const properties = Object.fromEntries(entries.map(([name, value]) => [name, value.schema]));
  return field({ type: "object", properties, ...(required.length === 0 ? {} : { required }) }, options);
}

/** An object whose content is opaque to the schema. */
export function anything(options: Common): Field<Record<string, unknown>, "required"> {
  return field({ type: "object", "x-kubernetes-preserve-unknown-fields": true }, options);
}

export function map<T>(
  value: Field<T>,
  options: Common & { maxProperties: number },
): Field<Record<string, T>, "required"> {
  return field({ type: "object", additionalProperties: value.schema, maxProperties: options.maxProperties }, options);
}

type ListOptions = Common & { minItems?: number; maxItems: number; keys?: readonly string[]; atomic?: boolean };

export function list<T>(item: Field<T>, options: ListOptions): Field<T[], "required"> {
  const { minItems, maxItems, keys } = options;
  const kind =
    keys === undefined
      ? { "x-kubernetes-list-type": "atomic" }
      : { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys };
  return field(
    { type: "array", items: item.schema, ...(minItems === undefined ? {} : { minItems }), maxItems, ...kind },
    options,
  );
}

export function optional<T>(inner: Field<T>): Field<T, "optional"> {
  return { schema: inner.schema, presence: "optional" };
}

/** The API server fills the default in, so a stored object always has the field. */
export function withDefault<T>(inner: Field<T>, value: T): Field<T, "defaulted"> {
  return { schema: { ...inner.schema, default: value }, presence: "defaulted" };
}
