import type { Schema } from "../wire/resource.ts";
import { equalJson } from "../../api/equalJson.ts";
import type { FieldSet } from "./fieldSet.ts";
import { emptySet, nodeOf } from "./fieldSet.ts";
import type { Shape } from "./shape.ts";
import { anything, elementOf, fieldOf, isObject, isVoid, shapeOf } from "./shape.ts";

/** Which fields differ. A container that is new or gone is in its set beside its content. */
export type Comparison = { readonly added: FieldSet; readonly removed: FieldSet; readonly modified: FieldSet };

type Node = { added?: FieldSet | undefined; removed?: FieldSet | undefined; modified?: FieldSet | undefined };
type Children = {
  added: Record<string, FieldSet>;
  removed: Record<string, FieldSet>;
  modified: Record<string, FieldSet>;
};

const same: Node = {};

/** Compares two objects of one schema. Throws ListItemError. */
export function compareValues(schema: Schema, before: unknown, after: unknown): Comparison {
  const { added, removed, modified } = compareNode(schema, before ?? {}, after ?? {});
  return { added: added ?? emptySet, removed: removed ?? emptySet, modified: modified ?? emptySet };
}

/** `undefined` stands for a value that is not there; null is a value. */
function compareNode(schema: Schema, before: unknown, after: unknown): Node {
  if (before === after) return same;
  const shape = shapeOf(schema, before, after);
  // Two empty containers are a leaf, which keeps null and empty apart.
  if (shape.kind === "leaf" || (isVoid(before) && isVoid(after))) return compareLeaf(before, after);
  if (shape.kind === "map") return compareMaps(shape, before, after);
  return compareLists(shape, before, after);
}

function compareLeaf(before: unknown, after: unknown): Node {
  if (before === undefined) return { added: emptySet };
  if (after === undefined) return { removed: emptySet };
  return equalJson(before, after) ? same : { modified: emptySet };
}

function compareMaps(shape: Shape & { kind: "map" }, before: unknown, after: unknown): Node {
  const left = isObject(before) ? before : {};
  const right = isObject(after) ? after : {};
  const children = newChildren();
  for (const name in left) {
    const schema = fieldOf(shape, name).schema ?? anything;
    put(children, `f:${name}`, compareNode(schema, left[name], Object.hasOwn(right, name) ? right[name] : undefined));
  }
  for (const name in right) {
    if (Object.hasOwn(left, name)) continue;
    put(children, `f:${name}`, compareNode(fieldOf(shape, name).schema ?? anything, undefined, right[name]));
  }
  return close(children, before, after);
}

function compareLists(shape: Shape & { kind: "list" }, before: unknown, after: unknown): Node {
  const left = groupItems(shape, before);
  const right = groupItems(shape, after);
  const children = newChildren();
  for (const [element, items] of left) put(children, element, compareItems(shape, items, right.get(element)));
  for (const [element, items] of right) {
    if (!left.has(element)) put(children, element, compareItems(shape, undefined, items));
  }
  return close(children, before, after);
}

/** Items that share their key are owned as one whole. */
function compareItems(
  shape: Shape & { kind: "list" },
  before: unknown[] | undefined,
  after: unknown[] | undefined,
): Node {
  if ((before?.length ?? 0) > 1 || (after?.length ?? 0) > 1) return compareLeaf(before, after);
  return compareNode(shape.items, before?.[0], after?.[0]);
}

function groupItems(shape: Shape & { kind: "list" }, value: unknown): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  if (!Array.isArray(value)) return groups;
  value.forEach((item: unknown, index) => {
    const element = elementOf(shape, item, index);
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  });
  return groups;
}

function newChildren(): Children {
  return { added: {}, removed: {}, modified: {} };
}

function put(children: Children, element: string, node: Node): void {
  if (node.added !== undefined) children.added[element] = node.added;
  if (node.removed !== undefined) children.removed[element] = node.removed;
  if (node.modified !== undefined) children.modified[element] = node.modified;
}

function close(children: Children, before: unknown, after: unknown): Node {
  return {
    added: nodeOf(before === undefined, children.added),
    removed: nodeOf(after === undefined, children.removed),
    modified: nodeOf(false, children.modified),
  };
}
