import type { Environment } from "@marcbachmann/cel-js";
import type { Duration } from "@marcbachmann/cel-js/evaluator";
import { fromCel, timestampText } from "./celValues.ts";

/** The parts of cel-go's string extension and Kubernetes' regex library that the CEL library lacks. */
export function registerStrings(environment: Environment): void {
  environment.registerFunction("string.charAt(int): string", charAt);
  environment.registerFunction("string.replace(string, string): string", (text: string, from: string, to: string) =>
    text.replaceAll(from, () => to),
  );
  environment.registerFunction("string.replace(string, string, int): string", replaceSome);
  environment.registerFunction("string.reverse(): string", (text: string) => Array.from(text).toReversed().join(""));
  environment.registerFunction(
    "string.find(string): string",
    (text: string, pattern: string) => new RegExp(pattern, "u").exec(text)?.[0] ?? "",
  );
  environment.registerFunction("string.findAll(string): list<string>", (text: string, pattern: string) =>
    findAll(text, pattern),
  );
  environment.registerFunction(
    "string.findAll(string, int): list<string>",
    (text: string, pattern: string, most: bigint) =>
      most < 0n ? findAll(text, pattern) : findAll(text, pattern).slice(0, Number(most)),
  );
  environment.registerFunction("string.format(list): string", (text: string, values: unknown[]) =>
    formatText(text, values),
  );
  environment.registerFunction("string(google.protobuf.Timestamp): string", (date: Date) => timestampText(date));
  environment.registerFunction("string(google.protobuf.Duration): string", (duration: Duration) => duration.toString());
}

function charAt(text: string, index: bigint): string {
  if (index < 0n || index > BigInt(text.length)) throw new Error(`index out of range: ${index}`);
  return text.charAt(Number(index));
}

function replaceSome(text: string, from: string, to: string, most: bigint): string {
  if (most < 0n) return text.replaceAll(from, () => to);
  let left = most;
  return text.replaceAll(from, (found) => (left-- > 0n ? to : found));
}

function findAll(text: string, pattern: string): string[] {
  return Array.from(text.matchAll(new RegExp(pattern, "gu")), (match) => match[0]);
}

/** `"%s is %d".format([name, n])` with the verbs s, d, f, e, b, o, x, X and %%. */
function formatText(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replaceAll(/%(?:\.(\d+))?([a-zA-Z%])/g, (_found, digits: string | undefined, verb: string) => {
    if (verb === "%") return "%";
    if (next >= values.length) throw new Error(`index ${next} out of range`);
    return formatValue(values[next++], verb, digits === undefined ? 6 : Number(digits));
  });
}

function formatValue(value: unknown, verb: string, digits: number): string {
  switch (verb) {
    case "s":
      return plain(value);
    case "d":
      return String(value);
    case "f":
      return Number(value).toFixed(digits);
    case "e":
      return Number(value).toExponential(digits);
    case "b":
      return typeof value === "boolean" ? String(Number(value)) : based(value, 2);
    case "o":
      return based(value, 8);
    case "x":
    case "X":
      return hexadecimal(value, verb === "X");
    default:
      throw new Error(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function based(value: unknown, radix: number): string {
  return typeof value === "bigint" ? value.toString(radix) : Number(value).toString(radix);
}

function hexadecimal(value: unknown, upper: boolean): string {
  const text = typeof value === "string" ? Buffer.from(value).toString("hex") : based(value, 16);
  return upper ? text.toUpperCase() : text;
}

function plain(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(plain).join(", ")}]`;
  const json = fromCel(value);
  if (typeof json !== "object" || json === null) return String(json);
  return `{${Object.entries(json)
    .map(([key, child]) => `${key}: ${plain(child)}`)
    .join(", ")}}`;
}
