import type { Schema } from "../wire/resource.ts";
import { ApiError } from "../wire/apiError.ts";
import { equalJson } from "../../api/equalJson.ts";
import { orderItems } from "./orderItems.ts";
import { objectSchema } from "./objectSchema.ts";
import type { JsonObject } from "./shape.ts";
import { anything, isObject, mergesLists, strategiesOf } from "./shape.ts";

const orderPrefix = "$setElementOrder/";
const deletePrefix = "$deleteFromPrimitiveList/";
const retainKeys = "$retainKeys";
const directive = "$patch";

/**
 * A new object with a strategic merge patch applied; `target` is not changed. Lists merge by the keys that the schema
 * names. Throws ApiError: 400 for directives that make no sense and items without their key.
 */
export function applyStrategicMerge(target: unknown, patch: unknown, schema: Schema): unknown {
  if (!isObject(patch)) throw bad("a strategic merge patch has to be an object");
  return mergeMaps(isObject(target) ? target : {}, patch, objectSchema(schema));
}

/** Undefined: the map is to be deleted. */
function mergeMaps(target: JsonObject, patch: JsonObject, schema: Schema): JsonObject | undefined {
  const order = patch[directive];
  if (order === "replace") return stripped(withoutKey(patch, directive), schema);
  if (order === "delete") return undefined;
  if (order !== undefined && order !== "merge")
    throw bad(`Unknown patch type found in the patch: ${JSON.stringify(order)}`);
  const result = new Map(Object.entries(retained(target, patch)));
  for (const [name, value] of Object.entries(patch)) {
    if (name === directive || name === retainKeys || name.startsWith(orderPrefix) || name.startsWith(deletePrefix))
      continue;
    const merged = mergeField(result.get(name), value, { name, patch, schema: fieldSchema(schema, name) });
    if (merged === undefined) result.delete(name);
    else result.set(name, merged);
  }
  applyListDirectives(result, patch, schema);
  return Object.fromEntries(result);
}

type FieldContext = { readonly name: string; readonly patch: JsonObject; readonly schema: Schema };

function mergeField(target: unknown, value: unknown, context: FieldContext): unknown {
  if (value === null) return undefined;
  const { schema } = context;
  if (isObject(value)) {
    const whole = strategiesOf(schema).includes("replace");
    return whole ? stripped(value, schema) : mergeMaps(isObject(target) ? target : {}, value, schema);
  }
  if (!Array.isArray(value)) return value;
  if (!isMergedList(schema)) return value.some(isReplaceMarker) ? withoutMarkers(value) : value;
  return mergeLists(Array.isArray(target) ? target : [], value, context);
}

function mergeLists(target: readonly unknown[], patch: readonly unknown[], context: FieldContext): unknown {
  const { schema, name } = context;
  if (patch.some(isReplaceMarker)) return withoutMarkers(patch);
  const key = mergeKeyOf(schema);
  const order = listOf(context.patch[`${orderPrefix}${name}`]);
  const removed = listOf(context.patch[`${deletePrefix}${name}`]) ?? [];
  if (key === undefined) return mergePrimitives(target, { patch, order, removed });
  const items = schema.items ?? anything;
  return mergeByKey(target, patch, { key, items, order });
}

function mergePrimitives(
  target: readonly unknown[],
  {
    patch,
    order,
    removed,
  }: { patch: readonly unknown[]; order: readonly unknown[] | undefined; removed: readonly unknown[] },
): unknown[] {
  const kept = target.filter((item) => !removed.some((gone) => equalJson(gone, item)));
  const fresh = patch.filter(
    (item, index) =>
      !kept.some((old) => equalJson(old, item)) && patch.findIndex((other) => equalJson(other, item)) === index,
  );
  return orderItems([...kept, ...fresh], { wanted: order ?? patch, original: target, identity: JSON.stringify });
}

type ByKey = { readonly key: string; readonly items: Schema; readonly order: readonly unknown[] | undefined };

function mergeByKey(target: readonly unknown[], patch: readonly unknown[], { key, items, order }: ByKey): unknown[] {
  const result: unknown[] = [...target];
  for (const raw of patch) {
    const item = keyed(raw, key);
    const index = result.findIndex((other) => isObject(other) && equalJson(other[key], item[key]));
    const old = result[index];
    const merged = mergeMaps(isObject(old) ? old : {}, item, items);
    if (merged === undefined) dropAll(result, key, item[key]);
    else if (index < 0) result.push(merged);
    else result[index] = merged;
  }
  const wanted = order ?? patch.filter((item) => !(isObject(item) && item[directive] === "delete"));
  return orderItems(result, {
    wanted,
    original: target,
    identity: (item) => (isObject(item) ? JSON.stringify(item[key]) : ""),
  });
}

function dropAll(list: unknown[], key: string, value: unknown): void {
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const item = list[index];
    if (isObject(item) && equalJson(item[key], value)) list.splice(index, 1);
  }
}

function keyed(item: unknown, key: string): JsonObject {
  if (!isObject(item)) throw bad("invalid patch format: an item of a list that merges by key has to be an object");
  if (item[key] === undefined) throw bad(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
  return item;
}

/** Directives that stand for a list which the patch itself does not hold. */
function applyListDirectives(result: Map<string, unknown>, patch: JsonObject, schema: Schema): void {
  for (const [directiveName, value] of Object.entries(patch)) {
    const prefix = [orderPrefix, deletePrefix].find((start) => directiveName.startsWith(start));
    if (prefix === undefined) continue;
    const name = directiveName.slice(prefix.length);
    if (listOf(value) === undefined) throw bad(`invalid patch format of ${prefix.slice(0, -1)} list`);
    const target = result.get(name);
    if (name in patch || !Array.isArray(target)) continue;
    result.set(name, mergeLists(target, [], { name, patch, schema: fieldSchema(schema, name) }));
  }
}

function retained(target: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch[retainKeys];
  if (keys === undefined) return target;
  if (!Array.isArray(keys)) throw bad("invalid patch format of retainKeys");
  const names = Object.keys(patch).filter((name) => !name.startsWith("$"));
  if (names.some((name) => patch[name] !== null && !keys.includes(name))) {
    throw new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {});
  }
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

/** A value that replaces: nothing to merge with, so that only its directives and nulls go. */
function stripped(value: JsonObject, schema: Schema): JsonObject {
  return mergeMaps({}, withoutKey(value, directive), schema) ?? {};
}

function withoutKey(value: JsonObject, key: string): JsonObject {
  const { [key]: _dropped, ...rest } = value;
  return rest;
}

function fieldSchema(schema: Schema, name: string): Schema {
  const declared = schema.properties?.[name];
  if (declared !== undefined) return declared;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : anything;
}

function isMergedList(schema: Schema): boolean {
  if (schema["x-kubernetes-patch-strategy"] !== undefined) return mergesLists(schema);
  return schema["x-kubernetes-list-type"] === "map" || schema["x-kubernetes-list-type"] === "set";
}

function mergeKeyOf(schema: Schema): string | undefined {
  return schema["x-kubernetes-patch-merge-key"] ?? schema["x-kubernetes-list-map-keys"]?.[0];
}

function isReplaceMarker(item: unknown): boolean {
  return isObject(item) && item[directive] === "replace";
}

function withoutMarkers(list: readonly unknown[]): unknown[] {
  return list.filter((item) => !isReplaceMarker(item));
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function bad(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}
