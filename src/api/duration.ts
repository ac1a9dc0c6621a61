const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const part = /([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g;
const whole = /^(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h))+$/;

/** Milliseconds of a span such as `1m30s`; undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  let total = 0;
  for (const [, value, unit] of text.matchAll(part)) total += Number(value) * (unitMs[unit ?? ""] ?? 0);
  return Math.round(total);
}

/** The shortest usual way to write a span: `850ms`, `12s`, `1m30s`, `2h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 10_000 && ms % 1_000 !== 0) return `${(ms / 1_000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = seconds % 60;
  return [hours > 0 ? `${hours}h` : "", minutes > 0 ? `${minutes}m` : "", rest > 0 ? `${rest}s` : ""].join("") || "0s";
}

/** RFC 3339 with milliseconds, UTC. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function parseTime(text: string): number {
  return Date.parse(text);
}
