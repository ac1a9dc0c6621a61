import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorCodes } from "./errorCodes.ts";
import { reasons } from "./reasons.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.endsWith(".testing.ts"))
    .map((name) => `${folder}/${name}`);
}

const sections = [...read("docs/errors.md").matchAll(/^## ([A-Z_]+)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm)];
const documented = sections.map(([, code = ""]) => code);

describe("docs/errors.md", () => {
  it("has an entry for every code, and none for a code that is not", () => {
    expect(documented.toSorted()).toEqual(Object.keys(errorCodes).toSorted());
  });

  it.each(sections.map(([, code = "", text = ""]) => [code, text]))(
    "says of %s what it means, why and what to do",
    (_code, text) => {
      expect(text).toMatch(/\*\*Means\*\*.+\n/);
      expect(text).toMatch(/\*\*Why\*\*.+\n/);
      expect(text).toMatch(/\*\*What to do\*\*.+/);
    },
  );
});

describe("the reasons", () => {
  const used = sourcesUnder("src/core/release").flatMap((path) =>
    [...read(path).matchAll(/\breason: "(\w+)"/g)].map(([, reason = ""]) => reason),
  );

  it("are in the catalogue wherever the engine names one", () => {
    expect([...new Set(used)].filter((reason) => !(reason in reasons))).toEqual([]);
    expect(used.length).toBeGreaterThan(40);
  });

  it("are words of the form that conditions and events ask for", () => {
    expect(Object.keys(reasons).filter((reason) => !/^[A-Z][A-Za-z]{2,}$/.test(reason))).toEqual([]);
  });
});
