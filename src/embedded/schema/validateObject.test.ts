import { describe, expect, it } from "vitest";
import { definitionsOf } from "../kinds/customResources.ts";
import { recordedCase } from "../kinds/vectors.testing.ts";
import type { Schema } from "../wire/resource.ts";
import { applyDefaults } from "./applyDefaults.ts";
import { pruneUnknown } from "./pruneUnknown.ts";
import { validateObject } from "./validateObject.ts";

const steps = recordedCase("custom resources", "what the schema refuses");
const crd = steps[0]?.body;
const schema = (crd === undefined ? undefined : definitionsOf(crd)[0]?.schema) ?? {};
const refusals = steps.filter(({ response }) => response?.status === 422);

describe("validateObject", () => {
  it.each(refusals.map((step) => [step.body?.metadata.name ?? "", step] as const))(
    "refuses %s as the real server does",
    (_name, step) => {
      const object = applyDefaults(schema, pruneUnknown(schema, step.body).value);
      expect(validateObject(schema, object, undefined)).toEqual(step.response?.body?.["details"]?.causes);
    },
  );

  it("has found refusals to agree with", () => {
    expect(refusals.length).toBeGreaterThan(15);
  });

  it("does not judge again what has not changed", () => {
    const old = { spec: { size: 99, mode: "a" } };
    expect(validateObject(schema, { spec: { size: 99, mode: "b" } }, old)).toEqual([]);
    expect(validateObject(schema, { spec: { size: 98, mode: "b" } }, old)).toHaveLength(1);
  });

  it.each<[string, Schema, unknown, string[]]>([
    [
      "null where it is not allowed",
      { properties: { a: { type: "string" } } },
      { a: null },
      ['a: Invalid value: "null": a in body must be of type string: "null"'],
    ],
    ["null where it is", { properties: { a: { type: "string", nullable: true } } }, { a: null }, []],
    [
      "a short text",
      { properties: { a: { type: "string", minLength: 2 } } },
      { a: "x" },
      ['a: Invalid value: "x": a in body should be at least 2 chars long'],
    ],
    [
      "a short list",
      { properties: { a: { type: "array", minItems: 1, items: { type: "string" } } } },
      { a: [] },
      ["a: Invalid value: 0: a in body should have at least 1 items"],
    ],
    [
      "a bound that is excluded",
      { properties: { a: { type: "number", minimum: 0, exclusiveMinimum: true } } },
      { a: 0 },
      ["a: Invalid value: 0: a in body should be greater than 0"],
    ],
    [
      "no alternative that fits",
      {
        properties: {
          a: {
            type: "object",
            properties: { x: { type: "string" }, y: { type: "string" } },
            oneOf: [{ required: ["x"] }, { required: ["y"] }],
          },
        },
      },
      { a: {} },
      [
        "a.x: Required value",
        '<nil>: Invalid value: "": "a" must validate one and only one schema (oneOf). Found none valid',
      ],
    ],
    [
      "two alternatives that fit",
      { properties: { a: { type: "object", oneOf: [{ required: ["x"] }, { required: ["y"] }] } } },
      { a: { x: "", y: "" } },
      ['<nil>: Invalid value: "": "a" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      "what must not fit",
      { properties: { a: { type: "string", not: { enum: ["x"] } } } },
      { a: "x" },
      ['<nil>: Invalid value: "": "a" must not validate the schema (not)'],
    ],
    [
      "an int or a string",
      { properties: { a: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] } } },
      { a: "80%" },
      [],
    ],
  ])("judges %s", (_name, part, value, expected) => {
    const errors = validateObject({ type: "object", ...part }, value, undefined);
    expect(errors.map(({ field, message }) => `${field}: ${message}`)).toEqual(expected);
  });
});
