import { at } from "./conditions.ts";
import type { Expected } from "./vectors.ts";

export type Difference = { readonly path: string; readonly expected: unknown; readonly actual: unknown };
/** `wording` differences are told, the others are faults. */
export type Differences = { readonly faults: Difference[]; readonly wording: Difference[] };

export type Answer = {
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
};

type Json = Record<string, unknown>;
const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Values that the recording replaced, and what must stand there. */
const placeholders: Readonly<Record<string, string>> = {
  "<uid>": "[0-9A-Za-z+/=-]+",
  "<rv>": "[0-9]+",
  "<time>": "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z",
  "<ip>": "\\d+\\.\\d+\\.\\d+\\.\\d+",
  "<random>": "[a-z0-9]+",
  "<continue>": ".+",
};

/** Compares an answer with what was recorded; the values of the case are already filled in. */
export function compareAnswer(expected: Expected, answer: Answer): Differences {
  const differences: Differences = { faults: [], wording: [] };
  if (answer.status !== expected.status)
    differences.faults.push({ path: "<status>", expected: expected.status, actual: answer.status });
  if (expected.body !== undefined) compare("", expected.body, answer.body, differences);
  for (const [path, value] of Object.entries(expected.fields ?? {}))
    compareField(path, value, answer.body, differences);
  const warning = expected.warning === undefined ? [] : [expected.warning];
  compare("<warning>", warning, answer.warnings, differences);
  return differences;
}

export function compareEvents(expected: Expected, events: readonly unknown[]): Differences {
  const differences: Differences = { faults: [], wording: [] };
  compare("<events>", expected.events ?? [], events, differences);
  return differences;
}

function compareField(path: string, expected: unknown, body: unknown, into: Differences): void {
  const actual = at(body, path);
  if (expected === null && actual === undefined) return;
  const wording = path === "message" && isRecord(body) && body["kind"] === "Status";
  if (!wording) return compare(path, expected, actual, into);
  if (!same(expected, actual)) into.wording.push({ path, expected, actual });
}

function compare(path: string, expected: unknown, actual: unknown, into: Differences, inStatus = false): void {
  if (Array.isArray(expected) && Array.isArray(actual)) return compareLists(path, expected, actual, into, inStatus);
  if (isRecord(expected) && isRecord(actual)) return compareRecords(path, expected, actual, into, inStatus);
  if (!same(expected, actual)) (isWording.test(path) ? into.wording : into.faults).push({ path, expected, actual });
}

/** Explanations of table columns are our own words. */
const isWording = /(^|\.)columnDefinitions\.\d+\.description$/;

function compareLists(
  path: string,
  expected: unknown[],
  actual: unknown[],
  into: Differences,
  inStatus: boolean,
): void {
  if (expected.length !== actual.length) return void into.faults.push({ path, expected, actual });
  for (const [index, value] of expected.entries()) compare(`${path}.${index}`, value, actual[index], into, inStatus);
}

function compareRecords(path: string, expected: Json, actual: Json, into: Differences, inStatus: boolean): void {
  const isStatus = inStatus || expected["kind"] === "Status";
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const place = path === "" ? key : `${path}.${key}`;
    // The recording keeps managed fields only where a case is about them.
    if (key === "managedFields" && !(key in expected)) continue;
    if (key === "serverAddress" && typeof actual[key] === "string" && /^[\w.]+:\d+$/.test(actual[key])) continue;
    if (isStatus && key === "message") {
      if (!same(expected[key], actual[key]))
        into.wording.push({ path: place, expected: expected[key], actual: actual[key] });
    } else compare(place, expected[key], actual[key], into, isStatus);
  }
}

function same(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== "string" || typeof actual !== "string" || !/<\w+>/.test(expected)) return expected === actual;
  const escaped = expected.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll(/<\w+>/g, (name) => placeholders[name] ?? name)}$`, "s").test(actual);
}
