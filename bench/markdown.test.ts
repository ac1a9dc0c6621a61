import { describe, expect, it } from "vitest";
import { numberText, tableText } from "./markdown.ts";

describe("numberText", () => {
  it.each([
    [0, "0"],
    [0.01234, "0.0123"],
    [1.2345, "1.23"],
    [12.345, "12.3"],
    [123.45, "123"],
    [12_345.6, "12,346"],
    [1_234_567, "1,234,567"],
    [2, "2"],
    [Number.NaN, "-"],
  ])("writes %d as %s", (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});

describe("tableText", () => {
  it("shows the spread, the ratio to the reference and whether a bound is met", () => {
    const text = tableText({
      title: "Speed",
      note: "Three runs.",
      figures: [
        { what: "ours", unit: "ms", values: [4, 2, 3], reference: { name: "theirs", values: [1, 2, 1.5] } },
        { what: "late", unit: "ms", values: [1, 2, 9], bound: { of: "max", atMost: 5 } },
      ],
    });
    expect(text.split("\n")).toEqual([
      "### Speed",
      "",
      "Three runs.",
      "",
      "|  | min | median | max | n | against | ratio | bound |",
      "| --- | --: | --: | --: | --: | --- | --: | --- |",
      "| ours (ms) | 2 | 3 | 4 | 3 | theirs: 1.50 | 2 |  |",
      "| late (ms) | 1 | 2 | 9 | 3 |  |  | max ≤ 5: **missed** |",
    ]);
  });

  it("leaves out p99 where there are too few values for one, and the columns that nothing fills", () => {
    const one = { what: "size", unit: "MB", values: [7] };
    expect(tableText({ title: "t", note: "n", figures: [one] })).toContain("|  | median | n |");
    const many = { what: "delay", unit: "ms", values: Array.from({ length: 100 }, (_, index) => index + 1) };
    expect(tableText({ title: "t", note: "n", figures: [many] })).toContain("| delay (ms) | 1 | 50 | 99 | 100 | 100 |");
  });
});
