import type { PodTemplate } from "../workloadTypes.ts";

export const templateHashLabel = "pod-template-hash";

/** Letters and digits that cannot spell a word and are not mistaken for one another. */
const safeAlphabet = "bcdfghjklmnpqrstvwxz2456789";

const canonicalForms = new WeakMap<PodTemplate, string>();

/** Whether two templates describe the same pods, whatever hash label they carry. */
export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return canonicalTemplate(a) === canonicalTemplate(b);
}

/**
 * Hash of a template, stable over the order of keys and over the hash label itself. Another `collisionCount` gives
 * another hash. FNV-1a, 32 bits, in an alphabet that is allowed in names.
 */
export function hashTemplate(template: PodTemplate, collisionCount: number | undefined): string {
  const text = canonicalTemplate(template) + (collisionCount === undefined ? "" : `#${collisionCount}`);
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return String(hash).replace(/\d/g, (digit) => safeAlphabet[Number(digit)] ?? "");
}

function canonicalTemplate(template: PodTemplate): string {
  const known = canonicalForms.get(template);
  if (known !== undefined) return known;
  const { [templateHashLabel]: _hash, ...labels } = template.metadata?.labels ?? {};
  const form = JSON.stringify(canonical({ ...template, metadata: { ...template.metadata, labels } })) ?? "";
  canonicalForms.set(template, form);
  return form;
}

/** Keys sorted; what is empty counts as absent, as it does after a round trip through the API. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((item: unknown) => canonical(item) ?? null);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  const entries = Object.entries(value)
    .map(([key, field]): [string, unknown] => [key, canonical(field)])
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
