import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { generatedFiles } from "./files.ts";
import { findDrift } from "./write.ts";

const files = generatedFiles();

describe("the generated files", () => {
  it("are on disk as their source says; npm run generate writes them", () => {
    expect(findDrift(files)).toEqual([]);
  });

  it("are YAML with nothing but named objects, and pages", () => {
    for (const { path, content } of files.filter((file) => file.path.endsWith(".yaml"))) {
      const objects = parseAllDocuments(content).map((document) => document.toJS() as { metadata?: { name?: string } });
      expect(objects.length, path).toBeGreaterThan(0);
      for (const object of objects) expect(object.metadata?.name, path).toMatch(/tidegate/);
    }
  });

  it("notices a file that was changed by hand", () => {
    const [first] = files;
    expect(findDrift([{ path: first!.path, content: `${first!.content}# by hand\n` }])).toEqual([first!.path]);
  });
});
