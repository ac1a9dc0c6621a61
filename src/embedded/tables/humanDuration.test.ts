import { describe, expect, it } from "vitest";
import { humanAge, humanDuration } from "./humanDuration.ts";

const [s, m, h, d, y] = [1000, 60_000, 3_600_000, 86_400_000, 365 * 86_400_000];

describe("humanDuration", () => {
  it.each([
    [-3 * s, "<invalid>"],
    [-1 * s, "0s"],
    [-1, "0s"],
    [0, "0s"],
    [119.9 * s, "119s"],
    [2 * m, "2m"],
    [2 * m + 5 * s, "2m5s"],
    [10 * m + 5 * s, "10m"],
    [179 * m, "179m"],
    [3 * h, "3h"],
    [3 * h + 7 * m, "3h7m"],
    [8 * h + 7 * m, "8h"],
    [47 * h, "47h"],
    [2 * d, "2d"],
    [2 * d + 3 * h, "2d3h"],
    [8 * d + 3 * h, "8d"],
    [729 * d, "729d"],
    [2 * y + 3 * d, "2y3d"],
    [3 * y, "3y"],
    [9 * y + 3 * d, "9y"],
  ])("%d ms is %s", (milliseconds, text) => expect(humanDuration(milliseconds)).toBe(text));
});

describe("humanAge", () => {
  it.each([
    ["2026-01-01T00:00:00Z", "30s"],
    [undefined, "<unknown>"],
    ["", "<unknown>"],
    ["yesterday", "<invalid>"],
  ])("%s is %s", (time, text) => expect(humanAge(time, Date.parse("2026-01-01T00:00:30Z"))).toBe(text));
});
