const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of a Gateway API duration such as `1m30s`; undefined for an absent one and for zero, which is no limit. */
export function durationMs(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:\d{1,5}(?:h|ms|m|s)){1,4}$/.test(text)) return undefined;
  let total = 0;
  for (const [, count = "0", unit = ""] of text.matchAll(/(\d+)(h|ms|m|s)/g))
    total += Number(count) * (unitMs[unit] ?? 0);
  return total === 0 ? undefined : total;
}
