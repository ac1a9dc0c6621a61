type Order = {
  /** The order that the patch asks for; items that it does not name stay where they were. */
  readonly wanted: readonly unknown[];
  readonly original: readonly unknown[];
  readonly identity: (item: unknown) => string;
};

/**
 * Sorts a merged list: items that the patch names in the order of the patch, the others in their old order, both
 * woven together by where they stood before. A new item comes before those of the other side.
 */
export function orderItems(items: readonly unknown[], { wanted, original, identity }: Order): unknown[] {
  const rank = new Map(wanted.map((item, index) => [identity(item), index]));
  const before = new Map(original.map((item, index) => [identity(item), index]));
  const named = items.filter((item) => rank.has(identity(item)));
  const others = items.filter((item) => !rank.has(identity(item)));
  named.sort((left, right) => (rank.get(identity(left)) ?? 0) - (rank.get(identity(right)) ?? 0));
  others.sort((left, right) => (before.get(identity(left)) ?? 0) - (before.get(identity(right)) ?? 0));
  const result: unknown[] = [];
  let [o, n] = [0, 0];
  while (o < others.length && n < named.length) {
    const oldPlace = before.get(identity(others[o]));
    const namedPlace = before.get(identity(named[n]));
    const otherFirst = oldPlace !== undefined && namedPlace !== undefined && oldPlace < namedPlace;
    result.push(otherFirst ? others[o] : named[n]);
    if (otherFirst) o += 1;
    else n += 1;
  }
  return [...result, ...others.slice(o), ...named.slice(n)];
}
