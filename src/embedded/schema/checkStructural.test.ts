import { describe, expect, it } from "vitest";
import { recordedCase } from "../kinds/vectors.testing.ts";
import type { Schema } from "../wire/resource.ts";
import { checkRules } from "./checkRules.ts";
import { checkStructural } from "./checkStructural.ts";

const at = "spec.validation.openAPIV3Schema";

function findings(schema: Schema): string[] {
  return checkStructural(schema).map(({ field, message }) => `${field.slice(at.length)} ${message}`);
}

const root = (properties: Record<string, Schema>): Schema => ({ type: "object", properties });

describe("checkStructural", () => {
  it("accepts the schema that a real server accepted", () => {
    const crd = recordedCase("custom resources", "what the schema refuses")[0]?.body as unknown as {
      spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
    };
    const schema = crd.spec.versions[0]?.schema.openAPIV3Schema ?? {};
    expect([...checkStructural(schema), ...checkRules(schema, at)]).toEqual([]);
  });

  it.each<[string, Schema, string[]]>([
    [
      "a field without type",
      root({ a: {} }),
      [".properties[a].type Required value: must not be empty for specified object fields"],
    ],
    ["a root that is no object", { type: "string" }, ['.type Invalid value: "string": must be object at the root']],
    [
      "a list without items",
      root({ a: { type: "array" } }),
      [".properties[a].items Required value: must be specified"],
    ],
    [
      "fields beside values of any key",
      root({ a: { type: "object", properties: { x: { type: "string" } }, additionalProperties: { type: "string" } } }),
      [".properties[a].additionalProperties Forbidden: additionalProperties and properties are mutual exclusive"],
    ],
    [
      "a type within anyOf",
      root({ a: { type: "string", anyOf: [{ type: "string" }] } }),
      [".properties[a].anyOf[0].type Forbidden: must be empty to be structural"],
    ],
    [
      "a field that only oneOf knows",
      root({ a: { type: "object", oneOf: [{ properties: { x: {} } }] } }),
      [
        `.properties[a].properties[x] Required value: because it is defined in ${at}.properties[a].oneOf[0].properties[x]`,
      ],
    ],
    [
      "a map list whose key is optional",
      root({
        a: {
          type: "array",
          items: { type: "object", properties: { k: { type: "string" } } },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["k"],
        },
      }),
      [
        ".properties[a].items.properties[k].default Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
      ],
    ],
    [
      "a default of another type",
      root({ a: { type: "string", default: 1 } }),
      ['.properties[a].default Invalid value: "integer":  in body must be of type string: "integer"'],
    ],
    [
      "restrictions of metadata",
      root({ metadata: { type: "object", properties: { labels: { type: "object" } } } }),
      [
        ".properties[metadata] Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
      ],
    ],
    [
      "a pattern that is none",
      root({ a: { type: "string", pattern: "(" } }),
      [
        '.properties[a].pattern Invalid value: "(": must be a valid regular expression, but isn\'t: Invalid regular expression: /(/: Unterminated group',
      ],
    ],
  ])("refuses %s", (_name, schema, expected) => {
    expect(findings(schema)).toEqual(expected);
  });

  it("accepts what an int-or-string looks like elsewhere", () => {
    expect(
      findings(root({ a: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] } })),
    ).toEqual([]);
  });
});

const spec = (rule: string): Schema =>
  root({
    spec: {
      type: "object",
      properties: {
        n: { type: "integer" },
        tags: { type: "array", items: { type: "string", "x-kubernetes-validations": [{ rule: "oldSelf == self" }] } },
      },
      "x-kubernetes-validations": [{ rule }],
    },
  });

describe("checkRules", () => {
  it.each<[string, RegExp]>([
    ["self.n >", /compilation failed: ERROR/],
    ["self.missing > 1", /compilation failed: ERROR: <input>:1:5: undefined field 'missing'/],
    ["nobody.n > 1", /undeclared reference to 'nobody'/],
  ])("refuses %s", (rule, message) => {
    const [error] = checkRules(spec(rule), at);
    expect(error?.message).toMatch(message);
    expect(error?.field).toBe(`${at}.properties[spec].x-kubernetes-validations[0].rule`);
  });

  it("refuses to compare what cannot be found in the stored object", () => {
    const errors = checkRules(spec("self.n > 1"), at);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain("oldSelf cannot be used on the uncorrelatable portion of the schema");
  });
});
