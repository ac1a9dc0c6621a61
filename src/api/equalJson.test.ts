import { describe, expect, it } from "vitest";
import { equalJson } from "./equalJson.ts";

describe("JSON values", () => {
  it.each<[string, unknown, unknown, boolean]>([
    ["fields in another order are equal", { a: 1, b: [2] }, { b: [2], a: 1 }, true],
    ["items in another order differ", [1, 2], [2, 1], false],
    ["a field more differs", { a: 1 }, { a: 1, b: null }, false],
    ["another field of the same count differs", { a: null }, { b: null }, false],
    ["a list is no object", [], {}, false],
    ["null is no object", null, {}, false],
    ["a number is no text", 1, "1", false],
    ["a field of every object's prototype is not there by itself", { a: 1 }, { toString: 1 }, false],
    ["depth counts", { a: { b: { c: [1, { d: 2 }] } } }, { a: { b: { c: [1, { d: 3 }] } } }, false],
  ])("%s", (_case, a, b, equal) => {
    expect(equalJson(a, b)).toBe(equal);
  });
});
