import type { RouteMatchSpec, ValueMatchSpec } from "../apiTypes.ts";
import type { PathMatch, RouteMatch, ValueMatch } from "../routeTable.ts";
import { compileRegex } from "./regex.ts";

export type MatchResult =
  | { readonly ok: true; readonly match: RouteMatch }
  | { readonly ok: false; readonly message: string };

/** One match of a rule in the form that the data plane tests. */
export function compileMatch(spec: RouteMatchSpec): MatchResult {
  const problems: string[] = [];
  const match = {
    path: compilePath(spec.path, problems),
    method: spec.method,
    headers: compileValues(spec.headers, problems, (name) => name.toLowerCase()),
    query: compileValues(spec.queryParams, problems, (name) => name),
  };
  const [message] = problems;
  return message === undefined ? { ok: true, match } : { ok: false, message };
}

function compilePath(path: RouteMatchSpec["path"], problems: string[]): PathMatch {
  const value = path?.value ?? "/";
  switch (path?.type ?? "PathPrefix") {
    case "Exact":
      return { kind: "exact", value };
    case "PathPrefix":
      return { kind: "prefix", value: value.replace(/\/+$/, "") };
    case "RegularExpression":
      return { kind: "regex", test: testFor(value, problems) };
    default:
      problems.push(`the path match type ${path?.type} is not supported; use Exact, PathPrefix or RegularExpression`);
      return { kind: "exact", value };
  }
}

function compileValues(
  specs: readonly ValueMatchSpec[] | undefined,
  problems: string[],
  nameOf: (name: string) => string,
): ValueMatch[] {
  const seen = new Map<string, ValueMatch>();
  for (const spec of specs ?? []) {
    const name = nameOf(spec.name);
    // Of several entries with one name the first counts.
    if (seen.has(name)) continue;
    const regex = spec.type === "RegularExpression";
    seen.set(
      name,
      regex ? { kind: "regex", name, test: testFor(spec.value, problems) } : { kind: "exact", name, value: spec.value },
    );
  }
  return [...seen.values()];
}

function testFor(pattern: string, problems: string[]): (value: string) => boolean {
  const regex = compileRegex(pattern);
  if (regex.ok) return regex.test;
  problems.push(regex.message);
  return () => false;
}
