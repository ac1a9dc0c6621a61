import { canonical } from "../api/canonical.ts";

/** A merge patch that makes the status exactly the wanted one: fields that are gone are taken away, at every depth. */
export function replacing(before: unknown, wanted: unknown): unknown {
  if (!isRecord(before) || !isRecord(wanted)) return wanted;
  const gone = Object.keys(before).filter((name) => wanted[name] === undefined);
  const kept = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && canonical(value) !== canonical(before[name]),
  );
  return {
    ...Object.fromEntries(gone.map((name) => [name, null])),
    ...Object.fromEntries(kept.map(([name, value]) => [name, replacing(before[name], value)])),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
