/** Reads raw JSON that may lack anything: a printer shows what is there and never fails. */

export type Json = Readonly<Record<string, unknown>>;

const nothing: Json = {};

/** The object at that path, empty when there is none. */
export function objectAt(value: unknown, ...path: string[]): Json {
  const found = valueAt(value, path);
  return isJson(found) && !Array.isArray(found) ? found : nothing;
}

export function listAt(value: unknown, ...path: string[]): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

export function textAt(value: unknown, ...path: string[]): string {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : "";
}

export function numberAt(value: unknown, ...path: string[]): number {
  const found = valueAt(value, path);
  return typeof found === "number" ? found : 0;
}

export function has(value: unknown, ...path: string[]): boolean {
  const found = valueAt(value, path);
  return found !== undefined && found !== null;
}

export function orNone(text: string): string {
  return text === "" ? "<none>" : text;
}

/** `a=b,c=d` by key, as labels are shown. */
export function formatLabels(labels: Json): string {
  const pairs = Object.keys(labels)
    .toSorted()
    .map((key) => `${key}=${String(labels[key])}`);
  return orNone(pairs.join(","));
}

/** A label selector in one line: `app=web,tier in (a,b),!old`. */
export function formatSelector(selector: Json): string {
  const labels = objectAt(selector, "matchLabels");
  const equal = Object.keys(labels).map((key) => ({ key, text: `${key}=${String(labels[key])}` }));
  const others = listAt(selector, "matchExpressions").map((each) => ({
    key: textAt(each, "key"),
    text: formatRequirement(each),
  }));
  const all = [...equal, ...others].toSorted((left, right) => (left.key < right.key ? -1 : 1));
  return orNone(all.map(({ text }) => text).join(","));
}

/** At most `limit` of them, with the number of the rest. */
export function firstOf(list: readonly string[], limit: number, ifEmpty: string): string {
  if (list.length === 0) return ifEmpty;
  const shown = list.slice(0, limit).join(",");
  return list.length > limit ? `${shown} + ${list.length - limit} more...` : shown;
}

function formatRequirement(requirement: unknown): string {
  const key = textAt(requirement, "key");
  const values = listAt(requirement, "values").map(String).toSorted().join(",");
  switch (textAt(requirement, "operator")) {
    case "In":
      return `${key} in (${values})`;
    case "NotIn":
      return `${key} notin (${values})`;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return key;
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (!isJson(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}
