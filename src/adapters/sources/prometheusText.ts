import { TidegateError } from "../../api/error.ts";

export type MetricSample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

export type PrometheusTextOptions = {
  /** Names that are kept. Other lines must be well-formed too, and are dropped. Default: all. */
  readonly wanted?: ReadonlySet<string>;
  /** Samples that may be kept. Default 50,000. */
  readonly maxSamples?: number;
  /** Default 64. */
  readonly maxLabels?: number;
  /** Default 16,384 characters. */
  readonly maxLineLength?: number;
};

type Limits =
  | Required<PrometheusTextOptions>
  | (Required<Omit<PrometheusTextOptions, "wanted">> & { wanted: undefined });

/**
 * Parses the text format of Prometheus (and OpenMetrics as far as both agree). Strict: throws SOURCE_BAD_ANSWER with the
 * line number for what is not the format, a series that occurs twice, or more than the limits allow. Values are taken
 * as written, NaN and infinities included: whether they are usable is for the caller, who knows the metric's type.
 */
export function parsePrometheusText(text: string, options: PrometheusTextOptions = {}): MetricSample[] {
  const limits: Limits = { maxSamples: 50_000, maxLabels: 64, maxLineLength: 16_384, wanted: undefined, ...options };
  refuseOtherFormats(text);
  const samples: MetricSample[] = [];
  const seen = new Set<string>();
  let lineNumber = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    lineNumber++;
    if (end - start > limits.maxLineLength)
      throw bad(`line ${lineNumber} is longer than ${limits.maxLineLength} characters`);
    const sample = parseLine(text.slice(start, end).trim(), lineNumber, limits);
    start = end + 1;
    if (sample === undefined || limits.wanted?.has(sample.name) === false) continue;
    refuseDuplicate(seen, sample, lineNumber);
    if (samples.length >= limits.maxSamples) throw bad(`more than ${limits.maxSamples} series`);
    samples.push(sample);
  }
  return samples;
}

function refuseOtherFormats(text: string): void {
  const first = text.slice(0, 256).trimStart();
  if (first === "") throw bad("the answer is empty");
  if (first.startsWith("<")) throw bad("the answer looks like HTML or XML");
  if (first.startsWith("{") || first.startsWith("[")) throw bad("the answer looks like JSON");
}

function refuseDuplicate(seen: Set<string>, { name, labels }: MetricSample, lineNumber: number): void {
  const pairs = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([name, pairs]);
  if (seen.has(key)) throw bad(`line ${lineNumber} repeats a series of ${name}`);
  seen.add(key);
}

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const rest = /[ \t]*([^\s#]+)(?:[ \t]+(-?[0-9.]+))?(?:[ \t]+#[ \t].*)?$/y;
const number = /^(?:[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?[Ii]nf(?:inity)?|NaN)$/;

function parseLine(line: string, lineNumber: number, limits: Limits): MetricSample | undefined {
  if (line === "" || line.startsWith("#")) return undefined;
  metricName.lastIndex = 0;
  const name = metricName.exec(line)?.[0];
  if (name === undefined) throw bad(`line ${lineNumber} does not begin with a metric's name`);
  const labels = parseLabels(line, name.length, { lineNumber, maxLabels: limits.maxLabels });
  rest.lastIndex = labels.end;
  const [, value] = rest.exec(line) ?? [];
  if (value === undefined || !number.test(value)) throw bad(`line ${lineNumber} has no number`);
  return { name, labels: labels.labels, value: toNumber(value) };
}

const label = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*/y;

type Labels = { readonly labels: Record<string, string>; readonly end: number };

function parseLabels(
  line: string,
  from: number,
  { lineNumber, maxLabels }: { lineNumber: number; maxLabels: number },
): Labels {
  let at = from;
  while (line[at] === " " || line[at] === "\t") at++;
  if (line[at] !== "{") return { labels: {}, end: from };
  at++;
  const labels: Record<string, string> = {};
  for (let count = 0; ; count++) {
    while (line[at] === " ") at++;
    if (line[at] === "}") return { labels, end: at + 1 };
    label.lastIndex = at;
    const [whole, name, value] = label.exec(line) ?? [];
    if (whole === undefined || name === undefined || value === undefined)
      throw bad(`line ${lineNumber} has a malformed label`);
    if (count >= maxLabels) throw bad(`line ${lineNumber} has more than ${maxLabels} labels`);
    if (Object.hasOwn(labels, name)) throw bad(`line ${lineNumber} has the label ${name} twice`);
    // Not an assignment: a label may be called __proto__.
    Object.defineProperty(labels, name, {
      value: unescape(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
    at += whole.length;
    if (line[at] === ",") at++;
    else if (line[at] !== "}") throw bad(`line ${lineNumber} has a malformed label`);
  }
}

function unescape(value: string): string {
  return value.includes("\\")
    ? value.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter))
    : value;
}

function toNumber(text: string): number {
  if (/inf/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}

function bad(message: string): TidegateError {
  return new TidegateError("SOURCE_BAD_ANSWER", `not Prometheus text: ${message}`, { retry: "later" });
}
