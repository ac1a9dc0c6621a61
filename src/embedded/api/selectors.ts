import type { AnyObject } from "../../api/object.ts";
import { ApiError } from "../wire/apiError.ts";
import { badRequest } from "./errors.ts";
import { textOf } from "./json.ts";

export type Match = (object: AnyObject) => boolean;

type Requirement = {
  readonly key: string;
  readonly operator: "in" | "notin" | "exists" | "absent" | "gt" | "lt";
  readonly values: readonly string[];
};

/** Parses `app=x,env in (a,b),!old`. Throws ApiError 400. */
export function parseLabelSelector(text: string): readonly Requirement[] {
  const tokens = text.match(/[(),]|!=|==|[=!<>]|[^\s(),=!<>]+/g) ?? [];
  const requirements: Requirement[] = [];
  let at = 0;
  const peek = (): string => tokens[at] ?? "";
  const take = (): string => tokens[at++] ?? "";
  while (at < tokens.length) {
    requirements.push(parseRequirement(peek, take));
    if (at >= tokens.length) break;
    const separator = take();
    if (separator !== ",") throw unparsed(`found '${separator}', expected: ',' or 'end of string'`);
    if (at >= tokens.length) throw unparsed("found '', expected: identifier after ','");
  }
  return requirements;
}

function parseRequirement(peek: () => string, take: () => string): Requirement {
  const negated = peek() === "!";
  if (negated) take();
  const key = take();
  if (!/^[^(),=!<>]+$/.test(key)) throw unparsed(`found '${key}', expected: !, identifier, or 'end of string'`);
  if (negated) return { key, operator: "absent", values: [] };
  if (peek() === "" || peek() === ",") return { key, operator: "exists", values: [] };
  return parseComparison(key, peek, take);
}

function parseComparison(key: string, peek: () => string, take: () => string): Requirement {
  const operator = take();
  switch (operator) {
    case "in":
    case "notin":
      return { key, operator, values: parseValues(take) };
    case "=":
    case "==":
    case "!=": {
      const value = peek() === "," || peek() === "" ? "" : take();
      return { key, operator: operator === "!=" ? "notin" : "in", values: [value] };
    }
    case ">":
    case "<":
      return { key, operator: operator === ">" ? "gt" : "lt", values: [take()] };
    default:
      throw unparsed(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

function parseValues(take: () => string): string[] {
  const open = take();
  if (open !== "(") throw unparsed(`found '${open}' expected: '('`);
  const values: string[] = [];
  for (;;) {
    const token = take();
    if (token === ")") return values.length === 0 ? [""] : values;
    if (token === "" || token === "(") throw unparsed(`found '${token}', expected: ',', ')' or identifier`);
    if (token !== ",") values.push(token);
  }
}

function unparsed(why: string): ApiError {
  return badRequest(`unable to parse requirement: ${why}`);
}

export function matchesLabels(
  requirements: readonly Requirement[],
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = labels?.[key];
    switch (operator) {
      case "exists":
        return value !== undefined;
      case "absent":
        return value === undefined;
      case "in":
        return value !== undefined && values.includes(value);
      case "notin":
        return value === undefined || !values.includes(value);
      case "gt":
        return value !== undefined && Number(value) > Number(values[0]);
      case "lt":
        return value !== undefined && Number(value) < Number(values[0]);
      default:
        throw new Error(`unknown operator ${String(operator satisfies never)}`);
    }
  });
}

type FieldTerm = { readonly field: string; readonly equal: boolean; readonly value: string };

/** Parses `metadata.name=a,status.phase!=Running`; fields other than the known ones are refused with 400. */
export function parseFieldSelector(text: string, known: readonly string[]): FieldTerm[] {
  return text
    .split(",")
    .filter((term) => term !== "")
    .map((term) => parseTerm(text, term, known));
}

function parseTerm(text: string, term: string, known: readonly string[]): FieldTerm {
  const parts = /^([^=!]+)(!=|==|=)(.*)$/s.exec(term);
  if (parts === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
  const [, field = "", operator, value = ""] = parts;
  if (!known.includes(field)) throw badRequest(unknownField(field, known));
  return { field, equal: operator !== "!=", value };
}

/** As the real server: kinds with fields of their own do not tell which. */
function unknownField(field: string, known: readonly string[]): string {
  if (known.length > 2) return `field label not supported: ${field}`;
  return `"${field}" is not a known field selector: only ${known.map((name) => `"${name}"`).join(", ")}`;
}

export function matchesFields(terms: readonly FieldTerm[], object: AnyObject): boolean {
  return terms.every(({ field, equal, value }) => (fieldValue(object, field) === value) === equal);
}

/** The field as a string; what is absent counts as empty, as in the real server. */
function fieldValue(object: AnyObject, path: string): string {
  let value: unknown = object;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null) return "";
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === "object" ? "" : textOf(value);
}
