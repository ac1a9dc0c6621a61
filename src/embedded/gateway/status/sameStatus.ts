import { isDeepStrictEqual } from "node:util";

/** Whether two statuses say the same. Absent fields and undefined ones are alike; so are the lists that are empty. */
export function sameStatus(stored: unknown, wanted: unknown): boolean {
  return isDeepStrictEqual(withoutEmpty(stored), withoutEmpty(wanted));
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([, item]) => item !== undefined && !(Array.isArray(item) && item.length === 0),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutEmpty(item)]));
}
