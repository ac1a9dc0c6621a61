import { describe, expect, it } from "vitest";
import { durationMs } from "./duration.ts";
import { compileRegex } from "./regex.ts";

function matches(pattern: string, value: string): boolean {
  const regex = compileRegex(pattern);
  if (!regex.ok) throw new Error(regex.message);
  return regex.test(value);
}

describe("compileRegex", () => {
  it("matches the whole value", () => {
    expect(matches("a|b", "b")).toBe(true);
    expect(matches("a|b", "ab")).toBe(false);
  });

  it("ignores case after (?i)", () => {
    expect(matches("(?i)canary", "CaNary")).toBe(true);
    expect(matches("canary", "Canary")).toBe(false);
  });

  it("is done in linear time where backtracking would take years", () => {
    expect(matches("(a+)+b", "a".repeat(8000))).toBe(false);
  });

  it.each([
    ["back-references", "(a)\\1"],
    ["look-ahead", "(?=a)a"],
    ["unbalanced parentheses", "("],
    ["more than 4096 characters", "a".repeat(4097)],
  ])("refuses %s in words", (_name, pattern) => {
    expect(compileRegex(pattern)).toMatchObject({ ok: false, message: expect.stringContaining("regular expression") });
  });

  it("never matches a value longer than 8 KiB", () => {
    expect(matches("a*", "a".repeat(8193))).toBe(false);
  });
});

describe("durationMs", () => {
  it.each([
    ["1m30s", 90_000],
    ["150ms", 150],
    ["1h", 3_600_000],
    ["0s", undefined],
    ["soon", undefined],
    [undefined, undefined],
  ])("%s is %s", (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });
});
