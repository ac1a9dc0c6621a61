import type { Schema } from "../wire/resource.ts";

export type Pruned = {
  readonly value: unknown;
  /** Paths in quotes' content form, e.g. `spec.items[0].foo`. */ readonly unknown: string[];
};

/** A copy of the value without the fields that the schema does not know, and the paths of what was dropped. */
export function pruneUnknown(_schema: Schema, value: unknown): Pruned {
  return { value, unknown: [] };
}
