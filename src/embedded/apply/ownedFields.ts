import type { Schema } from "../wire/resource.ts";
import type { FieldSet } from "./fieldSet.ts";
import { emptySet, isMember, nodeOf } from "./fieldSet.ts";
import type { Shape } from "./shape.ts";
import { anything, elementOf, fieldOf, isObject, isVoid, ListItemError, shapeOf } from "./shape.ts";

/** A value that its schema has no place for. `message` begins with the path. */
export class UndeclaredFieldError extends Error {}

/**
 * The fields that a configuration speaks of. With `strict` a field that the schema does not declare throws
 * UndeclaredFieldError; without, it is taken as it is. Throws ListItemError for list items without their keys.
 */
export function ownedFields(schema: Schema, value: unknown, strict: boolean): FieldSet {
  return nodeFields(schema, value, { strict, path: "" }) ?? emptySet;
}

type Context = { readonly strict: boolean; readonly path: string };

function nodeFields(schema: Schema, value: unknown, context: Context): FieldSet | undefined {
  const shape = shapeOf(schema, value, value);
  if (shape.kind === "leaf") return emptySet;
  if (shape.kind === "map") return isObject(value) ? mapFields(shape, value, context) : undefined;
  return Array.isArray(value) ? listFields(shape, value, context) : undefined;
}

function mapFields(
  shape: Shape & { kind: "map" },
  value: Readonly<Record<string, unknown>>,
  context: Context,
): FieldSet | undefined {
  const children: Record<string, FieldSet> = {};
  for (const name in value) {
    const field = fieldOf(shape, name);
    const path = `${context.path}.${name}`;
    if (field.schema === undefined && context.strict)
      throw new UndeclaredFieldError(`${path}: field not declared in schema`);
    const content = value[name];
    const node = nodeFields(field.schema ?? anything, content, { ...context, path });
    // A declared field is owned through its content; a key of a map, or something empty, by itself.
    const bySelf = !field.declared || content === null || (isObject(content) && isVoid(content));
    const kept = bySelf ? withSelf(node) : node;
    if (kept !== undefined) children[`f:${name}`] = kept;
  }
  return nodeOf(false, children);
}

function listFields(
  shape: Shape & { kind: "list" },
  items: readonly unknown[],
  context: Context,
): FieldSet | undefined {
  const children: Record<string, FieldSet> = {};
  items.forEach((item, index) => {
    const element = namedElement(shape, item, index, context);
    // Items that share their key are owned as one whole.
    const twice = Object.hasOwn(children, element);
    const path = `${context.path}[${index}]`;
    children[element] = twice ? emptySet : withSelf(nodeFields(shape.items, item, { ...context, path }));
  });
  return nodeOf(false, children);
}

function namedElement(shape: Shape & { kind: "list" }, item: unknown, index: number, context: Context): string {
  try {
    return elementOf(shape, item, index);
  } catch (error) {
    if (error instanceof ListItemError) throw new ListItemError(`${context.path}: ${error.message}`, { cause: error });
    throw error;
  }
}

function withSelf(node: FieldSet | undefined): FieldSet {
  return node === undefined || isMember(node) ? (node ?? emptySet) : (nodeOf(true, node) ?? emptySet);
}

/**
 * The set, with every declared field that it goes through taken in. Only so can a container vanish when the last
 * thing in it does.
 */
export function withDeclaredParents(schema: Schema, set: FieldSet): FieldSet {
  const shape = shapeOf(schema, {}, {});
  const result: Record<string, FieldSet> = {};
  for (const element in set) {
    if (element === ".") continue;
    const node = set[element] ?? emptySet;
    const { child, declared } = descend(shape, element);
    const inner = withDeclaredParents(child, node);
    result[element] = nodeOf(declared || isMember(node), inner) ?? emptySet;
  }
  return result;
}

function descend(shape: Shape, element: string): { child: Schema; declared: boolean } {
  if (shape.kind === "list") return { child: shape.items, declared: false };
  if (shape.kind === "leaf" || !element.startsWith("f:")) return { child: anything, declared: false };
  const field = fieldOf(shape, element.slice(2));
  return { child: field.schema ?? anything, declared: field.declared };
}
