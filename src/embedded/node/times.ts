/** RFC 3339 in UTC with whole seconds, as `metav1.Time`. */
export function wholeSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 in UTC with six digits, as `metav1.MicroTime`; the API server takes no other number of digits. */
export function microSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

/** RFC 3339 in UTC with nine digits, as container runtimes write it before each line of a log. */
export function nanoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000000Z`;
}
