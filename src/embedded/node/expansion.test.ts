import { describe, expect, it } from "vitest";

import { expandVariables } from "./expansion.ts";

const variables = new Map([
  ["PORT", "8080"],
  ["EMPTY", ""],
  ["NESTED", "$(PORT)"],
]);

describe("expandVariables", () => {
  it.each([
    ["a reference is replaced", "--port=$(PORT)", "--port=8080"],
    ["two references are replaced", "$(PORT):$(PORT)", "8080:8080"],
    ["an empty variable gives nothing", "[$(EMPTY)]", "[]"],
    ["an unknown name stays as written", "$(UNKNOWN)", "$(UNKNOWN)"],
    ["a doubled dollar protects the reference", "$$(PORT)", "$(PORT)"],
    ["a doubled dollar before another reference", "$$$(PORT)", "$8080"],
    ["a shell variable is none of ours", "$PORT ${PORT}", "$PORT ${PORT}"],
    ["a reference that is not closed stays", "$(PORT", "$(PORT"],
    ["a value is not expanded again", "$(NESTED)", "$(PORT)"],
    ["a single dollar at the end stays", "costs 5$", "costs 5$"],
  ])("%s", (_, text, expected) => {
    expect(expandVariables(text, variables)).toBe(expected);
  });
});
