import { Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import type { Schema } from "../wire/resource.ts";
import { schemaOfKey } from "./applyDefaults.ts";
import { CelQuantity } from "./celQuantity.ts";
import { goTime } from "./goTime.ts";
import { formatQuantity } from "./quantity.ts";

/**
 * JSON as CEL has it: whole numbers are ints (where a schema says `number`, doubles), strings of the formats date-time
 * and duration are timestamps and durations if a schema says so. A getter stays one and is read when it is used.
 */
export function toCel(value: unknown, schema?: Schema): unknown {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) && schema?.type !== "number" ? BigInt(value) : value;
    case "string":
      return schema?.format === undefined ? value : formatted(value, schema.format);
    case "object":
      return value === null
        ? null
        : Array.isArray(value)
          ? value.map((item) => toCel(item, schema?.items))
          : objectToCel(value, schema);
    default:
      return value;
  }
}

function objectToCel(value: object, schema: Schema | undefined): unknown {
  const result: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (property.value === undefined && property.get === undefined) continue;
    const known = schema === undefined ? undefined : schemaOfKey(schema, key);
    if (property.get === undefined) define(result, key, toCel(property.value, known));
    else
      Object.defineProperty(result, key, {
        enumerable: true,
        get: () => toCel((value as Record<string, unknown>)[key], known),
      });
  }
  // The library tells maps from messages by `constructor`.
  return Object.hasOwn(result, "constructor") ? new Map(Object.entries(result)) : result;
}

function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(target, key, { value, enumerable: true });
  else target[key] = value;
}

function formatted(text: string, format: string): unknown {
  if (format === "date-time") {
    const milliseconds = Date.parse(text);
    return Number.isNaN(milliseconds) ? text : new Date(milliseconds);
  }
  return format === "duration" ? (parseDuration(text) ?? text) : text;
}

const unitNanos: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Reads a duration of Go, as `1h30m`; undefined where it is none. */
function parseDuration(text: string): Duration | undefined {
  const match = /^([+-]?)((?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+|0)$/.exec(text);
  if (match === null) return undefined;
  let nanos = 0;
  for (const [, amount = "0", unit = "s"] of (match[2] ?? "").matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)) {
    nanos += Number(amount) * (unitNanos[unit] ?? 0);
  }
  return Duration.fromMilliseconds(((match[1] === "-" ? -1 : 1) * nanos) / 1e6);
}

/** A result of CEL as plain JSON: ints are numbers, times and durations strings, an empty optional is undefined. */
export function fromCel(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromCel);
  if (value instanceof Set) return [...value].map(fromCel);
  if (value instanceof Date) return timestampText(value);
  if (value instanceof UnsignedInt) return Number(value.valueOf());
  if (value instanceof Duration) return value.toString();
  if (value instanceof CelQuantity) return formatQuantity(value.quantity);
  if (value instanceof Optional) return value.hasValue() ? fromCel(value.value()) : undefined;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
  const known = entries
    .map(([key, child]) => [String(key), fromCel(child)] as const)
    .filter(([, child]) => child !== undefined);
  return Object.fromEntries(known);
}

/** RFC 3339 with as many digits as needed. */
export function timestampText(date: Date): string {
  const text = date.toISOString();
  return text.endsWith(".000Z") ? (goTime(text, 0) ?? text) : text;
}
