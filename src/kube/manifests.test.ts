import { describe, expect, it } from "vitest";
import { parseManifests } from "./manifests.ts";

const names = (text: string) =>
  parseManifests(text, "shop.yaml").map(({ kind, metadata }) => `${kind} ${metadata.name}`);

const service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n";

describe("parseManifests", () => {
  const good: [string, string, string[]][] = [
    ["one document", service, ["Service shop"]],
    ["several documents", `${service}---\n${service.replace("shop", "cart")}`, ["Service shop", "Service cart"]],
    ["empty documents and comments between", `# start\n---\n${service}---\n---\n# end\n`, ["Service shop"]],
    ["nothing", "", []],
    ["JSON", '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}', ["Pod a"]],
    [
      "the items of a list",
      `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n`,
      ["Pod a", "Pod b"],
    ],
  ];
  it.each(good)("takes %s", (_name, text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it("keeps every field as it is written", () => {
    const [object] = parseManifests(
      `${service}  labels: {app: shop}\nspec:\n  ports: [{port: 80}]\n  note: "080"\n`,
      "shop.yaml",
    );
    expect(object).toEqual({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "shop", labels: { app: "shop" } },
      spec: { ports: [{ port: 80 }], note: "080" },
    });
  });

  const bad: [string, string, RegExp][] = [
    [
      "what is not YAML",
      `${service}---\n${service}spec: [1, 2\nx: }\n`,
      /^shop\.yaml, document 2, line 1[01]: it is not YAML: /,
    ],
    ["a key that is there twice", `${service}kind: Pod\n`, /^shop\.yaml, document 1, line 5: it is not YAML: .*unique/],
    ["text", "hello", /^shop\.yaml, document 1, line 1: it is no object/],
    ["a list at the top", `${service}---\n- a\n`, /document 2, line 6: it is no object/],
    ["no apiVersion", "kind: Pod\nmetadata: {name: a}\n", /line 1: apiVersion is missing/],
    ["no kind", "\n\napiVersion: v1\nmetadata: {name: a}\n", /line 3: kind is missing/],
    ["no name", "apiVersion: v1\nkind: Pod\n", /line 1: metadata\.name of the Pod is missing/],
    [
      "a name that is a number",
      "apiVersion: v1\nkind: Pod\nmetadata: {name: 5}\n",
      /metadata\.name of the Pod is missing/,
    ],
    [
      "an alias without its anchor",
      "apiVersion: v1\nkind: Pod\nmetadata: *x\n",
      /^shop\.yaml, document 1, line \d: it /,
    ],
    [
      "a bad item of a list",
      "apiVersion: v1\nkind: List\nitems:\n- {kind: Pod}\n",
      /^shop\.yaml \(items\[0\]\), document 1, line 1: apiVersion is missing/,
    ],
  ];
  it.each(bad)("refuses %s with its place", (_name, text, message) => {
    expect(() => parseManifests(text, "shop.yaml")).toThrow(
      expect.objectContaining({ code: "MANIFEST_INVALID", message: expect.stringMatching(message) }),
    );
  });
});
