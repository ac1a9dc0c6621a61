import type { AnyObject } from "../../../src/api/object.ts";
import type { JsonPatchOperation, Patch } from "../../../src/kube/types.ts";

/** Lists that a strategic merge patch merges by a key; all others it replaces. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  conditions: "type",
  ownerReferences: "uid",
  podIPs: "ip",
  hostIPs: "ip",
  containers: "name",
  env: "name",
  addresses: "type",
};

/** The object after the patch; changes the object that is given. */
export function applyPatch(object: AnyObject, patch: Patch): AnyObject {
  switch (patch.kind) {
    case "merge":
      return merge(object, patch.body, false) as AnyObject;
    case "strategic":
    case "apply":
      return merge(object, patch.body, true) as AnyObject;
    case "json":
      for (const operation of patch.body) applyOperation(object, operation);
      return object;
    default:
      return patch satisfies never;
  }
}

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(target: unknown, patch: unknown, strategic: boolean): unknown {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    const key = strategic ? MERGE_KEYS[name] : undefined;
    if (value === null) delete result[name];
    else if (key !== undefined && Array.isArray(value)) result[name] = mergeList(result[name], value as Fields[], key);
    else result[name] = merge(result[name], value, strategic);
  }
  return result;
}

function mergeList(target: unknown, patch: readonly Fields[], key: string): Fields[] {
  const result = Array.isArray(target) ? [...(target as Fields[])] : [];
  for (const item of patch) {
    const at = result.findIndex((known) => known[key] === item[key]);
    if (item["$patch"] === "delete") {
      if (at !== -1) result.splice(at, 1);
    } else if (at === -1) result.push(merge({}, item, true) as Fields);
    else result[at] = merge(result[at], item, true) as Fields;
  }
  return result;
}

function applyOperation(object: AnyObject, operation: JsonPatchOperation): void {
  const path = operation.path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = path.pop() ?? "";
  const parent = path.reduce<unknown>((value, part) => (value as Fields | undefined)?.[part], object);
  if (!isFields(parent) && !Array.isArray(parent))
    throw new TypeError(`the patch names ${operation.path}, whose parent is missing`);
  const fields = parent as Fields;
  if (operation.op === "test") {
    if (JSON.stringify(fields[last]) !== JSON.stringify(operation.value))
      throw new TypeError(`the test of ${operation.path} failed`);
  } else if (operation.op === "remove") {
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete fields[last];
  } else if (Array.isArray(parent) && operation.op === "add") {
    parent.splice(last === "-" ? parent.length : Number(last), 0, operation.value);
  } else fields[last] = operation.value;
}
