import type { Arbitrary } from "fast-check";
import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import type { FieldSet } from "./fieldSet.ts";
import { describePath, difference, emptySet, intersection, nodeOf, pathsOf, union } from "./fieldSet.ts";

const elements = constantFrom("f:a", "f:b", 'k:{"id":"x"}', 'v:"y"');
const sets: Arbitrary<FieldSet> = array(array(elements, { minLength: 1, maxLength: 3 }), { maxLength: 6 }).map(setOf);

function setOf(paths: readonly (readonly string[])[]): FieldSet {
  return paths.map((path) => pathSet(path)).reduce(union, emptySet);
}

function pathSet([first = "", ...rest]: readonly string[]): FieldSet {
  return { [first]: rest.length === 0 ? emptySet : (nodeOf(false, pathSet(rest)) ?? emptySet) };
}

/** The members as plain text, which is what a set means. */
function members(set: FieldSet): Set<string> {
  return new Set(pathsOf(set).map((path) => path.join(" ")));
}

describe("field sets", () => {
  it("unite, subtract and intersect as sets of paths do", () => {
    assert(
      property(sets, sets, (left, right) => {
        const [a, b] = [members(left), members(right)];
        expect(members(union(left, right))).toEqual(a.union(b));
        expect(members(difference(left, right))).toEqual(a.difference(b));
        expect(members(intersection(left, right))).toEqual(a.intersection(b));
      }),
      { numRuns: 300 },
    );
  });

  it("are written in one way only", () => {
    assert(
      property(sets, sets, (left, right) => {
        expect(union(difference(left, right), intersection(left, right))).toEqual(left);
        expect(union(left, right)).toEqual(union(right, left));
        expect(difference(left, left)).toEqual({});
      }),
      { numRuns: 300 },
    );
  });

  it("tell a container from its content", () => {
    const whole: FieldSet = { "f:a": { ".": {}, "f:b": {} } };
    expect(pathsOf(whole)).toEqual([["f:a"], ["f:a", "f:b"]]);
    expect(difference(whole, { "f:a": {} })).toEqual({ "f:a": { "f:b": {} } });
    expect(difference(whole, { "f:a": { "f:b": {} } })).toEqual({ "f:a": {} });
  });

  it.each([
    [["f:spec", "f:size"], ".spec.size"],
    [["f:items", 'k:{"id":"a","n":1}', "f:n"], '.items[id="a",n=1].n'],
    [["f:tags", 'v:"x"'], '.tags[="x"]'],
    [["f:list", "i:0"], ".list[0]"],
  ])("%j reads %s", (path, text) => expect(describePath(path)).toBe(text));
});
