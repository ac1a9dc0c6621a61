import { ApiError } from "../wire/apiError.ts";
import { equalJson } from "../../api/equalJson.ts";
import { parsePointer } from "./jsonPointer.ts";
import { isObject } from "./shape.ts";

/** More operations than this in one patch are refused. */
const maxOperations = 10_000;

type Operation =
  | { readonly op: "add" | "replace" | "test"; readonly path: readonly string[]; readonly value: unknown }
  | { readonly op: "remove"; readonly path: readonly string[] }
  | { readonly op: "move" | "copy"; readonly path: readonly string[]; readonly from: readonly string[] };

/**
 * A new document with the operations of RFC 6902 applied; `document` is not changed.
 * Throws ApiError: 400 for operations that are none, 413 for too many, 422 for a test that fails or a path that is not
 * there.
 */
export function applyJsonPatch(document: unknown, operations: unknown): unknown {
  const parsed = parseOperations(operations);
  const holder: Holder = { root: structuredClone(document) };
  for (const operation of parsed) run(holder, operation);
  return holder.root;
}

type Holder = { root: unknown };
type Container = unknown[] | Record<string, unknown>;

function parseOperations(operations: unknown): Operation[] {
  if (!Array.isArray(operations)) throw malformed("a JSON patch has to be an array of operations");
  if (operations.length > maxOperations) {
    const message = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${operations.length}`;
    throw new ApiError(413, "RequestEntityTooLarge", message);
  }
  return operations.map(parseOperation);
}

function parseOperation(raw: unknown, index: number): Operation {
  if (!isObject(raw)) throw malformed(`operation ${index} of the JSON patch has to be an object`);
  const { op } = raw;
  const path = pointerOf(raw, "path", index);
  switch (op) {
    case "add":
    case "replace":
    case "test":
      if (raw["value"] === undefined && op !== "test") throw refused();
      return { op, path, value: raw["value"] ?? null };
    case "remove":
      return { op, path };
    case "move":
    case "copy":
      return { op, path, from: pointerOf(raw, "from", index) };
    default:
      throw refused();
  }
}

function pointerOf(raw: Readonly<Record<string, unknown>>, field: string, index: number): readonly string[] {
  const text = raw[field];
  if (text !== undefined && typeof text !== "string")
    throw malformed(`operation ${index} of the JSON patch: ${field} has to be a string`);
  const path = text === undefined ? undefined : parsePointer(text);
  if (path === undefined) throw refused();
  return path;
}

function run(holder: Holder, operation: Operation): void {
  const { path } = operation;
  switch (operation.op) {
    case "add":
      add(holder, path, structuredClone(operation.value));
      return;
    case "remove":
      remove(holder, path);
      return;
    case "replace":
      read(holder, path);
      write(holder, path, structuredClone(operation.value));
      return;
    case "move": {
      const value = read(holder, operation.from);
      remove(holder, operation.from);
      add(holder, path, value);
      return;
    }
    case "copy":
      add(holder, path, structuredClone(read(holder, operation.from)));
      return;
    case "test":
      if (!equalJson(readOrNull(holder, path), operation.value)) throw refused();
      return;
    default:
      throw new TypeError(`no such operation: ${String(operation satisfies never)}`);
  }
}

function add(holder: Holder, path: readonly string[], value: unknown): void {
  const parent = path.length === 0 ? undefined : containerOf(holder, path);
  const token = path.at(-1) ?? "";
  if (!Array.isArray(parent)) write(holder, path, value);
  else if (token === "-") parent.push(value);
  else parent.splice(position(token, parent.length + 1), 0, value);
}

function write(holder: Holder, path: readonly string[], value: unknown): void {
  if (path.length === 0) {
    holder.root = value;
    return;
  }
  const parent = containerOf(holder, path);
  const token = path.at(-1) ?? "";
  if (Array.isArray(parent)) parent[position(token, parent.length)] = value;
  else define(parent, token, value);
}

function remove(holder: Holder, path: readonly string[]): void {
  if (path.length === 0) throw refused();
  read(holder, path);
  const parent = containerOf(holder, path);
  const token = path.at(-1) ?? "";
  if (Array.isArray(parent)) parent.splice(position(token, parent.length), 1);
  else delete parent[token];
}

function read(holder: Holder, path: readonly string[]): unknown {
  return path.reduce(step, holder.root);
}

/** A test asks about null where there is nothing, provided that its parent is there. */
function readOrNull(holder: Holder, path: readonly string[]): unknown {
  const token = path.at(-1);
  if (token === undefined) return holder.root;
  const parent = containerOf(holder, path);
  if (Array.isArray(parent)) return parent[position(token, parent.length)];
  return Object.hasOwn(parent, token) ? parent[token] : null;
}

function containerOf(holder: Holder, path: readonly string[]): Container {
  const parent = path.slice(0, -1).reduce(step, holder.root);
  if (!isContainer(parent)) throw refused();
  return parent;
}

function step(value: unknown, token: string): unknown {
  if (!isContainer(value)) throw refused();
  if (Array.isArray(value)) return value[position(token, value.length)];
  if (!Object.hasOwn(value, token)) throw refused();
  return value[token];
}

/** An index below `limit`; a negative one counts from the end, as the real server has it. */
function position(token: string, limit: number): number {
  const index = /^-?\d+$/.test(token) ? Number(token) : Number.NaN;
  const absolute = index < 0 ? index + limit : index;
  if (!(absolute >= 0 && absolute < limit)) throw refused();
  return absolute;
}

function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

function malformed(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

/** The real server tells no more than this. */
function refused(): ApiError {
  return new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {});
}
