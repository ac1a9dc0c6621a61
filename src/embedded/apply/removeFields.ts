import type { Schema } from "../wire/resource.ts";
import type { FieldSet } from "./fieldSet.ts";
import { isEmptySet, isMember } from "./fieldSet.ts";
import type { Shape } from "./shape.ts";
import { anything, elementOf, fieldOf, isObject, shapeOf } from "./shape.ts";

/** The value without the members of the set. A container that lost its last content is gone too. */
export function removeFields(schema: Schema, value: unknown, removed: FieldSet): unknown {
  if (isEmptySet(removed)) return value;
  const shape = shapeOf(schema, value, value);
  if (shape.kind === "map" && isObject(value)) return removeFromMap(shape, value, removed);
  if (shape.kind === "list" && Array.isArray(value)) return removeFromList(shape, value, removed);
  return value;
}

function removeFromMap(
  shape: Shape & { kind: "map" },
  value: Readonly<Record<string, unknown>>,
  removed: FieldSet,
): unknown {
  const result: Record<string, unknown> = {};
  for (const name in value) {
    const kept = keep(fieldOf(shape, name).schema ?? anything, value[name], removed[`f:${name}`]);
    if (kept !== undefined) result[name] = kept;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

function removeFromList(shape: Shape & { kind: "list" }, value: readonly unknown[], removed: FieldSet): unknown {
  const result = value
    .map((item, index) => keep(shape.items, item, removed[elementOf(shape, item, index)]))
    .filter((item) => item !== undefined);
  return result.length === 0 ? undefined : result;
}

function keep(schema: Schema, value: unknown, removed: FieldSet | undefined): unknown {
  if (removed === undefined) return value;
  return isMember(removed) ? undefined : removeFields(schema, value, removed);
}
