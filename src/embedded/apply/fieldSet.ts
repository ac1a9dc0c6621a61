/**
 * A set of field paths in the notation of `fieldsV1`: each key is a path element (`f:name`, `k:{"id":"a"}`, `v:"x"`).
 * An element without content is a member; one with content is a member only when it holds `.`. The root is never a
 * member. Sets are values: no function changes one.
 */
export type FieldSet = { readonly [element: string]: FieldSet };

export const emptySet: FieldSet = Object.freeze({});

/** The node of one element: undefined when neither it nor anything below it is in the set. */
export function nodeOf(member: boolean, children: FieldSet | undefined): FieldSet | undefined {
  if (children === undefined || isEmptySet(children)) return member ? emptySet : undefined;
  return member ? { ".": emptySet, ...children } : children;
}

export function isEmptySet(set: FieldSet): boolean {
  return Object.keys(set).length === 0;
}

/** Whether the element that this node stands for is itself in the set. */
export function isMember(node: FieldSet): boolean {
  return "." in node || isEmptySet(node);
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  if (isEmptySet(left)) return right;
  if (isEmptySet(right)) return left;
  const result: Record<string, FieldSet> = { ...left };
  for (const element in right) {
    if (element === ".") continue;
    const other = right[element] ?? emptySet;
    const own = left[element];
    result[element] = own === undefined ? other : unionOfNodes(own, other);
  }
  return result;
}

export function difference(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (node, other) => {
    if (other === undefined) return node;
    return nodeOf(isMember(node) && !isMember(other), difference(childrenOf(node), childrenOf(other)));
  });
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (node, other) => {
    if (other === undefined) return undefined;
    return nodeOf(isMember(node) && isMember(other), intersection(childrenOf(node), childrenOf(other)));
  });
}

export function childrenOf(node: FieldSet): FieldSet {
  if (!("." in node)) return node;
  const { ".": _self, ...children } = node;
  return children;
}

/** Every member as the list of its elements, parents first. */
export function pathsOf(set: FieldSet, prefix: readonly string[] = []): string[][] {
  return Object.keys(set)
    .filter((element) => element !== ".")
    .toSorted()
    .flatMap((element) => {
      const node = set[element] ?? emptySet;
      const path = [...prefix, element];
      return [...(isMember(node) ? [path] : []), ...pathsOf(node, path)];
    });
}

/** The way conflicts name a path: `.spec.items[id="a"].n`. */
export function describePath(path: readonly string[]): string {
  return path.map(describeElement).join("");
}

function describeElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("v:")) return `[=${rest}]`;
  if (element.startsWith("i:")) return `[${rest}]`;
  const keys: unknown = JSON.parse(rest);
  const parts = Object.entries(keys ?? {}).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `[${parts.join(",")}]`;
}

function unionOfNodes(left: FieldSet, right: FieldSet): FieldSet {
  return nodeOf(isMember(left) || isMember(right), union(childrenOf(left), childrenOf(right))) ?? emptySet;
}

/** Keeps the elements of `left` for which `choose` gives a node; `left` itself when all stay as they are. */
function combine(
  left: FieldSet,
  right: FieldSet,
  choose: (node: FieldSet, other: FieldSet | undefined) => FieldSet | undefined,
): FieldSet {
  if (isEmptySet(left)) return left;
  const result: Record<string, FieldSet> = {};
  let changed = false;
  for (const element in left) {
    if (element === ".") continue;
    const node = left[element] ?? emptySet;
    const chosen = choose(node, right[element]);
    if (chosen !== undefined) result[element] = chosen;
    if (chosen !== node) changed = true;
  }
  return changed ? result : left;
}
