import { describe, expect, it } from "vitest";
import { checkStructural } from "../embedded/schema/checkStructural.ts";
import { customResourceDefinitions, kinds } from "./crd.ts";

type Node = Record<string, unknown> & { properties?: Record<string, Node>; items?: Node; additionalProperties?: Node };
type Definition = {
  spec: {
    names: Record<string, unknown>;
    versions: { schema: { openAPIV3Schema: Node }; subresources: object; additionalPrinterColumns: object[] }[];
  };
};

const definitions = customResourceDefinitions().map((object) => object as unknown as Definition);
const schemas = definitions.map(({ spec }) => spec.versions[0]!.schema.openAPIV3Schema);

/** Every schema node below `spec` and `status`, with its path. */
function nodesOf(node: Node, path: string): [string, Node][] {
  const below = Object.entries(node.properties ?? {}).flatMap(([name, child]) => nodesOf(child, `${path}.${name}`));
  const items = node.items === undefined ? [] : nodesOf(node.items, `${path}[]`);
  const values = node.additionalProperties === undefined ? [] : nodesOf(node.additionalProperties, `${path}{}`);
  return [[path, node], ...below, ...items, ...values];
}

const allNodes = schemas.flatMap((schema, index) =>
  ["spec", "status"].flatMap((part) => nodesOf(schema.properties?.[part] ?? {}, `${kinds[index]!.singular}.${part}`)),
);
const pathsOf = (wrong: (node: Node) => boolean): string[] =>
  allNodes.flatMap(([path, node]) => (wrong(node) ? [path] : []));

describe("the definitions of the kinds", () => {
  it("are structural", () => {
    expect(schemas.flatMap((schema) => checkStructural(schema))).toEqual([]);
  });

  it("describe every field", () => {
    expect(pathsOf(({ description }) => typeof description !== "string" || description === "")).toEqual([]);
  });

  it("bound every string, unless its format or values do", () => {
    expect(
      pathsOf((node) => node["type"] === "string" && !("maxLength" in node || "enum" in node || "format" in node)),
    ).toEqual([]);
  });

  it("bound every list and map", () => {
    expect(pathsOf((node) => node["type"] === "array" && !("maxItems" in node))).toEqual([]);
    expect(pathsOf((node) => node.additionalProperties !== undefined && !("maxProperties" in node))).toEqual([]);
  });

  it("say of every list how it is merged", () => {
    expect(pathsOf((node) => node["type"] === "array" && !("x-kubernetes-list-type" in node))).toEqual([]);
  });

  it("have a status subresource and columns that kubectl shows", () => {
    for (const { spec } of definitions) {
      expect(spec.versions[0]).toMatchObject({ subresources: { status: {} } });
      expect(spec.versions[0]!.additionalPrinterColumns.length).toBeGreaterThan(2);
    }
  });

  it("have the short names that the documentation uses", () => {
    expect(definitions.map(({ spec }) => spec.names["shortNames"])).toEqual([["dl"], ["rel"], ["iv"]]);
  });

  it.each(["release.spec", "intervention.spec"])("keep %s from being changed", (path) => {
    const rules = allNodes.find(([at]) => at === path)?.[1]["x-kubernetes-validations"];
    expect(rules).toEqual([expect.objectContaining({ rule: "self == oldSelf" })]);
  });
});
