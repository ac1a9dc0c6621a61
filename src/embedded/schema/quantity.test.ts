import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { formatQuantity, parseQuantity } from "./quantity.ts";

const canonical = (value: string | number): string | undefined => {
  const quantity = parseQuantity(value);
  return quantity === undefined ? undefined : formatQuantity(quantity);
};

describe("quantities", () => {
  it.each<[string | number, string | undefined]>([
    [0.5, "500m"],
    ["1000m", "1"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["0.5Ki", "512"],
    ["1000k", "1M"],
    ["1e3", "1e3"],
    ["-250m", "-250m"],
    ["0", "0"],
    [100, "100"],
    ["1.", "1"],
    ["", undefined],
    ["5X", undefined],
    ["1Gi2", undefined],
  ])("write %s as %s", (value, expected) => {
    expect(canonical(value)).toBe(expected);
  });

  it("keep their size when they are written and read again", () => {
    const suffix = constantFrom("", "m", "k", "M", "Ki", "Mi", "Gi");
    assert(
      property(integer({ min: -1_000_000, max: 1_000_000 }), suffix, (amount, unit) => {
        const first = parseQuantity(`${amount}${unit}`);
        expect(parseQuantity(canonical(`${amount}${unit}`) ?? "")?.nanos).toBe(first?.nanos);
      }),
    );
  });
});
