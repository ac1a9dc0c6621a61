import type { HttpRoute } from "../apiTypes.ts";
import type { Candidate, PathMatch } from "../routeTable.ts";

/** A candidate with what decides its place among others. */
export type Ranked = {
  readonly candidate: Candidate;
  readonly pathLength: number;
  readonly created: string;
  readonly key: string;
  readonly ruleIndex: number;
  readonly matchIndex: number;
};

const pathRank: Readonly<Record<PathMatch["kind"], number>> = { exact: 0, regex: 1, prefix: 2 };

export function rank(
  candidate: Candidate,
  route: HttpRoute,
  pathLength: number,
  place: { rule: number; match: number },
): Ranked {
  const { creationTimestamp = "", namespace = "", name } = route.metadata;
  const key = `${namespace}/${name}`;
  return { candidate, pathLength, created: creationTimestamp, key, ruleIndex: place.rule, matchIndex: place.match };
}

/**
 * The order of the Gateway API among matches for one hostname: exact path, then longest prefix, method, number of
 * headers, number of query parameters, oldest route, route by name, first in the route. Where regular expressions
 * stand is left open there; here it is between exact paths and prefixes.
 */
export function comparePrecedence(a: Ranked, b: Ranked): number {
  const [left, right] = [a.candidate.match, b.candidate.match];
  return (
    pathRank[left.path.kind] - pathRank[right.path.kind] ||
    b.pathLength - a.pathLength ||
    Number(right.method !== undefined) - Number(left.method !== undefined) ||
    right.headers.length - left.headers.length ||
    right.query.length - left.query.length ||
    compareText(a.created, b.created) ||
    compareText(a.key, b.key) ||
    a.ruleIndex - b.ruleIndex ||
    a.matchIndex - b.matchIndex
  );
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
