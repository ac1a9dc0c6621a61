import type { Schema } from "../wire/resource.ts";

/**
 * A new object with a strategic merge patch applied; `target` is not changed. Lists merge by the keys that the schema
 * names. Throws ApiError 400 for directives that make no sense.
 */
export function applyStrategicMerge(target: unknown, patch: unknown, schema: Schema): unknown {
  void patch;
  void schema;
  return target;
}
