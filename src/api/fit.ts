import type { Field, Infer, JsonSchema } from "./schema.ts";

/**
 * The value as the schema allows it, for what is written by program: texts and lists that are too long are cut, whole
 * numbers are rounded, numbers are brought into their bounds, and what is no number at all is left out. What is
 * missing or of another type stays as it is, for the API server to refuse.
 */
export function fit<F extends Field<unknown>>(field: F, value: Infer<F>): Infer<F> {
  return fitValue(field.schema, value) as Infer<F>;
}

type Schema = JsonSchema & {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
};

function fitValue(schema: Schema, value: unknown): unknown {
  if (typeof value === "string") return fitText(schema, value);
  if (typeof value === "number") return fitNumber(schema, value);
  if (Array.isArray(value)) return fitList(schema, value);
  if (typeof value === "object" && value !== null) return fitObject(schema, value as Record<string, unknown>);
  return value;
}

const ellipsis = "...";

/** Lengths are in characters as the API server counts them, which is in code points. */
function fitText({ maxLength }: Schema, text: string): string {
  if (maxLength === undefined || text.length <= maxLength) return text;
  const characters = Array.from(text);
  if (characters.length <= maxLength) return text;
  return maxLength <= ellipsis.length
    ? characters.slice(0, maxLength).join("")
    : characters.slice(0, maxLength - ellipsis.length).join("") + ellipsis;
}

function fitNumber({ type, minimum, maximum }: Schema, value: number): number | undefined {
  if (Number.isNaN(value)) return undefined;
  const whole =
    type === "integer"
      ? Math.round(Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER))
      : value;
  const bounded = Math.min(Math.max(whole, minimum ?? -Number.MAX_VALUE), maximum ?? Number.MAX_VALUE);
  return Object.is(bounded, -0) ? 0 : bounded;
}

/** The newest stand at the end, and stay. */
function fitList({ items, maxItems }: Schema, list: readonly unknown[]): unknown[] {
  const kept = maxItems === undefined || list.length <= maxItems ? list : list.slice(-maxItems);
  return items === undefined ? [...kept] : kept.map((item) => fitValue(items, item));
}

function fitObject(schema: Schema, object: Record<string, unknown>): Record<string, unknown> {
  const { properties, additionalProperties, maxProperties } = schema;
  if (properties === undefined && additionalProperties === undefined) return object;
  const entries = Object.entries(object).slice(0, maxProperties);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const inner = properties?.[name] ?? additionalProperties;
      const fitted = inner === undefined ? value : fitValue(inner, value);
      return fitted === undefined ? leftOut(schema, name, inner) : [[name, fitted]];
    }),
  );
}

/** A number that is required and cannot be told is the least that it may be. */
function leftOut({ required }: Schema, name: string, inner: Schema | undefined): [string, number][] {
  const isNumber = inner?.type === "integer" || inner?.type === "number";
  return isNumber && required?.includes(name) === true ? [[name, inner.minimum ?? 0]] : [];
}
