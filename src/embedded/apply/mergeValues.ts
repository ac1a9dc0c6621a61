import type { Schema } from "../wire/resource.ts";
import type { JsonObject, Shape } from "./shape.ts";
import { anything, elementOf, fieldOf, isObject, isVoid, shapeOf } from "./shape.ts";

/**
 * The live value with an applied configuration laid over it. Lists by key keep the order of both sides as far as these
 * agree. Throws ListItemError.
 */
export function mergeValues(schema: Schema, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  const shape = shapeOf(schema, live, applied);
  if (shape.kind === "leaf" || (isVoid(live) && isVoid(applied))) return applied;
  if (shape.kind === "map") return mergeMaps(shape, isObject(live) ? live : {}, isObject(applied) ? applied : {});
  return mergeLists(shape, Array.isArray(live) ? live : [], Array.isArray(applied) ? applied : []);
}

function mergeMaps(shape: Shape & { kind: "map" }, live: JsonObject, applied: JsonObject): JsonObject {
  const result: Record<string, unknown> = { ...live };
  for (const name in applied) {
    const before = Object.hasOwn(live, name) ? live[name] : undefined;
    result[name] = mergeValues(fieldOf(shape, name).schema ?? anything, before, applied[name]);
  }
  return result;
}

type Item = { readonly element: string; readonly value: unknown };

/**
 * Walks both lists at once. An item of both sides comes when the applied order reaches it; items of the live side alone
 * come before those that they stood before.
 */
function mergeLists(shape: Shape & { kind: "list" }, live: readonly unknown[], applied: readonly unknown[]): unknown[] {
  const left = named(shape, live);
  const right = named(shape, applied);
  const inLive = new Map(left.map((item) => [item.element, item.value]));
  const inApplied = new Set(right.map((item) => item.element));
  const shared = right.filter((item) => inLive.has(item.element)).map((item) => item.element);
  const merged = new Set<string>();
  const result: unknown[] = [];
  let [l, r, s] = [0, 0, 0];
  while (l < left.length || r < right.length) {
    const old = left[l];
    const next = right[r];
    if (old !== undefined && inApplied.has(old.element)) {
      const awaited =
        next === undefined || merged.has(old.element) || (old.element !== next.element && old.element !== shared[s]);
      if (awaited) {
        l += 1;
        continue;
      }
    } else if (old !== undefined) {
      result.push(old.value);
      l += 1;
      continue;
    }
    if (next === undefined) break;
    if (next.element === shared[s]) s += 1;
    merged.add(next.element);
    result.push(mergeValues(shape.items, inLive.get(next.element), next.value));
    r += 1;
  }
  return result;
}

function named(shape: Shape & { kind: "list" }, items: readonly unknown[]): Item[] {
  return items.map((value, index) => ({ element: elementOf(shape, value, index), value }));
}
