import { describe, expect, it } from "vitest";

import { sendSignal, startMarkIn, startMarkOf } from "./processTable.ts";

const rest = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20";

describe("startMarkIn", () => {
  it.each([
    ["a plain name", `42 (node) ${rest}`, "4711"],
    ["a name with blanks and parentheses", `42 (a) b (c)) ${rest}`, "4711"],
    ["a process that only waits to be collected", `42 (node) ${rest.replace("S", "Z")}`, undefined],
    ["nothing", "", undefined],
  ])("reads the start of %s", (_, stat, expected) => {
    expect(startMarkIn(stat)).toBe(expected);
  });
});

describe("the process table", () => {
  it("knows this process by one mark, and none that cannot be", () => {
    expect(startMarkOf(process.pid)).toBeDefined();
    expect(startMarkOf(process.pid)).toBe(startMarkOf(process.pid));
    expect(startMarkOf(2 ** 30)).toBeUndefined();
  });

  it.each([0, 1, -5, 1.5, Number.NaN])("never signals %d", (pid) => {
    expect(sendSignal(pid, "SIGCONT", false)).toBe(false);
    expect(sendSignal(pid, "SIGCONT", true)).toBe(false);
  });
});
