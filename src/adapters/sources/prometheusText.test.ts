import { describe, expect, it } from "vitest";
import { parsePrometheusText } from "./prometheusText.ts";

function parsed(text: string): [string, Record<string, string>, number][] {
  return parsePrometheusText(text).map(({ name, labels, value }) => [name, { ...labels }, value]);
}

describe("the text format of Prometheus", () => {
  it.each([
    { name: "a plain sample", text: "up 1\n", expected: [["up", {}, 1]] },
    { name: "no newline at the end", text: "up 1", expected: [["up", {}, 1]] },
    {
      name: "carriage returns",
      text: "up 1\r\ndown 2\r\n",
      expected: [
        ["up", {}, 1],
        ["down", {}, 2],
      ],
    },
    { name: "labels", text: 'a{b="c",d="e"} 2', expected: [["a", { b: "c", d: "e" }, 2]] },
    { name: "a comma after the last label, and spaces", text: 'a { b = "c" , } 2', expected: [["a", { b: "c" }, 2]] },
    { name: "empty braces", text: "a{} 2", expected: [["a", {}, 2]] },
    { name: "escapes", text: 'a{b="x\\"y\\\\z\\n"} 2', expected: [["a", { b: 'x"y\\z\n' }, 2]] },
    {
      name: "braces, commas and hashes in a label",
      text: 'a{path="/{id},#"} 2',
      expected: [["a", { path: "/{id},#" }, 2]],
    },
    { name: "a time stamp", text: "a 2 1700000000000", expected: [["a", {}, 2]] },
    { name: "an exemplar", text: 'a_bucket{le="1"} 2 # {trace_id="x"} 0.5', expected: [["a_bucket", { le: "1" }, 2]] },
    {
      name: "comments and empty lines",
      text: "# HELP a b\n# TYPE a counter\n\na 1\n# EOF\n",
      expected: [["a", {}, 1]],
    },
    { name: "exponents", text: "a 1.5e+06", expected: [["a", {}, 1_500_000]] },
    {
      name: "infinities and NaN as they are",
      text: "a +Inf\nb -Inf\nc NaN",
      expected: [
        ["a", {}, Infinity],
        ["b", {}, -Infinity],
        ["c", {}, Number.NaN],
      ],
    },
    {
      name: "a label called __proto__",
      text: 'a{__proto__="x"} 1',
      expected: [["a", Object.fromEntries([["__proto__", "x"]]), 1]],
    },
    { name: "only comments", text: "# nothing yet\n", expected: [] },
  ])("reads $name", ({ text, expected }) => {
    expect(parsed(text)).toEqual(expected);
  });

  it.each([
    { name: "an empty answer", text: "  \n", message: "empty" },
    { name: "HTML", text: "<!doctype html><html><body>404</body></html>", message: "HTML" },
    { name: "JSON", text: '{"status":"ok"}', message: "JSON" },
    { name: "prose", text: "up 1\nHello, world!\n", message: "line 2" },
    { name: "a sample without value", text: "up\n", message: "line 1 has no number" },
    { name: "a value that is no number", text: "up one\n", message: "line 1 has no number" },
    { name: "a hexadecimal value", text: "up 0x10\n", message: "line 1 has no number" },
    { name: "an open label", text: 'up{a="b} 1\n', message: "malformed label" },
    { name: "open braces", text: 'up{a="b" 1\n', message: "malformed label" },
    { name: "a label twice", text: 'up{a="b",a="c"} 1\n', message: "label a twice" },
    {
      name: "a series twice, with its labels in another order",
      text: 'up{a="b",c="d"} 1\nup{c="d",a="b"} 2\n',
      message: "line 2 repeats a series of up",
    },
    { name: "a line that is too long", text: `up{a="${"x".repeat(20_000)}"} 1`, message: "longer than 16384" },
    {
      name: "too many labels",
      text: `up{${Array.from({ length: 65 }, (_, index) => `l${index}="x"`).join(",")}} 1`,
      message: "more than 64 labels",
    },
    {
      name: "too many series",
      text: Array.from({ length: 50_001 }, (_, index) => `a${index} 1`).join("\n"),
      message: "more than 50000 series",
    },
  ])("refuses $name", ({ text, message }) => {
    expect(() => parsePrometheusText(text)).toThrow(
      expect.objectContaining({ code: "SOURCE_BAD_ANSWER", message: expect.stringContaining(message) }),
    );
  });

  it("keeps only what is wanted, and does not count the rest against the limit", () => {
    const text = `${Array.from({ length: 50 }, (_, index) => `noise{i="${index}"} 1`).join("\n")}\nup 1\n`;
    expect(parsePrometheusText(text, { wanted: new Set(["up"]), maxSamples: 1 })).toEqual([
      { name: "up", labels: {}, value: 1 },
    ]);
  });

  it("takes a long hostile line in linear time", () => {
    const text = Array.from({ length: 200 }, () => `a{b="${"\\\\".repeat(8_000)}`).join("\n");
    const before = performance.now();
    expect(() => parsePrometheusText(text)).toThrow("malformed label");
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
