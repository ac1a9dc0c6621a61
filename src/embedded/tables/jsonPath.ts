/**
 * The subset of JSONPath that printer columns use: `.a.b`, `.a\.b`, `['a/b']`, `[0]`, `[-1]`, `[1:3]`, `[*]`, `.*`,
 * `..name` and `[?(@.type=="Ready")]`.
 */
export type JsonPath = readonly Step[];

type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "deep" }
  | {
      readonly kind: "filter";
      readonly path: JsonPath;
      readonly operator: Operator | undefined;
      readonly value: unknown;
    };

const operators = ["==", "!=", "<", "<=", ">", ">="] as const;

type Operator = (typeof operators)[number];

/** A path that cannot be understood; the message says where. */
export class JsonPathError extends Error {}

/** Parses a path, with or without the outer braces. Throws JsonPathError. */
export function parseJsonPath(text: string): JsonPath {
  const inner = /^\{(.*)\}$/s.exec(text.trim())?.[1] ?? text.trim();
  const steps: Step[] = [];
  let rest = inner.replace(/^[$@]/, "");
  while (rest !== "") {
    const [step, length] = readStep(rest, text);
    steps.push(...step);
    rest = rest.slice(length);
  }
  return steps;
}

/** What the path finds, in order; nothing where a field is missing. */
export function findJsonPath(path: JsonPath, root: unknown): unknown[] {
  let found: unknown[] = [root];
  for (const step of path) found = found.flatMap((value) => take(step, value));
  return found;
}

const bracket = /^\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)|(\*)|(-?\d+)?:(-?\d+)?)\s*\]/;
const filter =
  /^\[\?\(\s*@((?:[^=!<>()'"]|'[^']*'|"[^"]*")*?)\s*(?:(==|!=|<=|>=|<|>)\s*('[^']*'|"[^"]*"|[^)\s]+)\s*)?\)\]/;
const dotted = /^(\.\.?)(\*|(?:[^.[\]\\\s]|\\.)+)/;

function readStep(rest: string, whole: string): [Step[], number] {
  const name = dotted.exec(rest) ?? (rest.startsWith("..[") ? /^(\.\.)()/.exec(rest) : null);
  if (name !== null) return [stepsOf(name[1] === "..", name[2] ?? ""), name[0].length];
  const plain = bracket.exec(rest);
  if (plain !== null) return [[bracketStep(plain)], plain[0].length];
  const chosen = filter.exec(rest);
  if (chosen !== null) return [[filterStep(chosen, whole)], chosen[0].length];
  throw new JsonPathError(`cannot read ${JSON.stringify(rest)} in the JSONPath ${JSON.stringify(whole)}`);
}

function stepsOf(deep: boolean, name: string): Step[] {
  const step: Step[] = name === "" ? [] : [name === "*" ? { kind: "all" } : { kind: "field", name: unescape(name) }];
  return deep ? [{ kind: "deep" }, ...step] : step;
}

function bracketStep([, single, double, index, all, from, to]: RegExpExecArray): Step {
  const name = single ?? double;
  if (name !== undefined) return { kind: "field", name: unescape(name) };
  if (index !== undefined) return { kind: "index", index: Number(index) };
  if (all !== undefined) return { kind: "all" };
  return { kind: "slice", from: numberOf(from), to: numberOf(to) };
}

function filterStep([, path, operator, value]: RegExpExecArray, whole: string): Step {
  const parsed = parseJsonPath(path ?? "");
  return {
    kind: "filter",
    path: parsed,
    operator: operators.find((each) => each === operator),
    value: literal(value, whole),
  };
}

function literal(text: string | undefined, whole: string): unknown {
  if (text === undefined) return undefined;
  if (/^['"]/.test(text)) return text.slice(1, -1);
  try {
    return JSON.parse(text);
  } catch {
    throw new JsonPathError(`cannot compare with ${text} in the JSONPath ${JSON.stringify(whole)}`);
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, "$1");
}

function take(step: Step, value: unknown): unknown[] {
  switch (step.kind) {
    case "field":
      return isRecord(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case "index":
      return Array.isArray(value) ? value.slice(step.index, step.index === -1 ? undefined : step.index + 1) : [];
    case "slice":
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case "all":
      return childrenOf(value);
    case "deep":
      return [value, ...childrenOf(value).flatMap((child) => take(step, child))];
    case "filter":
      return childrenOf(value).filter((child) => satisfies(step, child));
    default:
      throw new TypeError(`no such step: ${String(step satisfies never)}`);
  }
}

function satisfies(step: Step & { kind: "filter" }, value: unknown): boolean {
  const [left, ...more] = findJsonPath(step.path, value);
  if (step.operator === undefined) return left !== undefined || more.length > 0;
  if (step.operator === "==") return left === step.value;
  if (step.operator === "!=") return left !== step.value;
  return compare(step.operator, left, step.value);
}

/** Orders numbers with numbers and text with text; anything else is in no order. */
function compare(operator: "<" | "<=" | ">" | ">=", left: unknown, right: unknown): boolean {
  const order = orderOf(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return operator satisfies never;
  }
}

function orderOf(left: unknown, right: unknown): number | undefined {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
