const pattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * An RFC 3339 time as the API server writes it: UTC, with this many digits after the second. Undefined where the text is
 * no such time.
 */
export function goTime(text: string, digits: 0 | 6): string | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const milliseconds = Date.parse(`${text.slice(0, 19)}${match[8] ?? "Z"}`);
  if (!Number.isFinite(milliseconds)) return undefined;
  const seconds = new Date(milliseconds).toISOString().slice(0, 19);
  const fraction = (match[7] ?? ".").slice(1, 1 + digits).padEnd(digits, "0");
  return digits === 0 ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}

/** What Go's parser says about a text that is no such time, or undefined where it is one. */
export function goTimeError(text: string, digits: 0 | 6): string | undefined {
  const layout = digits === 0 ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
  const fraction = pattern.exec(text)?.[7];
  if (goTime(text, digits) !== undefined && (digits === 0 || fraction !== undefined)) return undefined;
  const [rest, expected] = failingPart(text, digits);
  return `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(expected)}`;
}

function failingPart(text: string, digits: 0 | 6): [string, string] {
  const parts: [RegExp, string][] = [
    [/^\d{4}/, "2006"],
    [/^-/, "-"],
    [/^\d\d/, "01"],
    [/^-/, "-"],
    [/^\d\d/, "02"],
    [/^T/, "T"],
    [/^\d\d/, "15"],
    [/^:/, ":"],
    [/^\d\d/, "04"],
    [/^:/, ":"],
    [/^\d\d/, "05"],
    digits === 6 ? [/^\.\d{6}/, ".000000"] : [/^(\.\d+)?/, ""],
    [/^(Z|[+-]\d\d:\d\d)$/, "Z07:00"],
  ];
  let rest = text;
  for (const [part, name] of parts) {
    const match = part.exec(rest);
    if (match === null) return [rest, name];
    rest = rest.slice(match[0].length);
  }
  return [rest, ""];
}
