import type { AnyObject } from "../../../src/api/object.ts";

/** `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas. */
export function matchesLabels(selector: string | undefined, object: AnyObject): boolean {
  const labels = object.metadata.labels ?? {};
  return split(selector).every((part) => {
    const set = /^(\S+) (in|notin) \((.*)\)$/u.exec(part);
    if (set !== null) {
      const [, key = "", operator, values = ""] = set;
      const value = labels[key];
      const among =
        value !== undefined &&
        values
          .split(",")
          .map((one) => one.trim())
          .includes(value);
      return operator === "in" ? among : !among;
    }
    const [, key = "", operator, value] = /^([^=!]+)(!=|==?)(.*)$/u.exec(part) ?? [];
    if (operator !== undefined) return (labels[key] === value) === (operator !== "!=");
    return part.startsWith("!") ? !(part.slice(1) in labels) : part in labels;
  });
}

/** `path=value` and `path!=value`, joined by commas. */
export function matchesFields(selector: string | undefined, object: AnyObject): boolean {
  return split(selector).every((part) => {
    const [, path = "", operator, value] = /^([^=!]+)(!=|==?)(.*)$/u.exec(part) ?? [];
    const found = path
      .split(".")
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], object);
    const text = typeof found === "string" ? found : found === undefined ? "" : JSON.stringify(found);
    return (text === (value ?? "")) === (operator !== "!=");
  });
}

function split(selector: string | undefined): string[] {
  return (selector ?? "")
    .split(/,(?![^(]*\))/u)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
