import { describe, expect, it } from "vitest";
import type { Schema, ValidationRule } from "../wire/resource.ts";
import { validateRules } from "./validateRules.ts";

const integer: Schema = { type: "integer" };

function ruled(rule: ValidationRule, more: Schema = {}): Schema {
  return {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: { n: integer, list: { type: "array", items: integer } },
        "x-kubernetes-validations": [rule],
        ...more,
      },
    },
  };
}

const told = (schema: Schema, now: unknown, old?: unknown): string[] =>
  validateRules(schema, now, old).map(({ reason, field, message }) => `${reason} ${field} ${message}`);

describe("validateRules", () => {
  it("runs transition rules only where there is something to compare with", () => {
    const schema = ruled({ rule: "self == oldSelf", message: "spec stays" });
    expect(told(schema, { spec: { n: 1 } })).toEqual([]);
    expect(told(schema, { spec: { n: 1 } }, { spec: { n: 1 } })).toEqual([]);
    expect(told(schema, { spec: { n: 2 } }, { spec: { n: 1 } })).toEqual([
      "FieldValueInvalid spec Invalid value: spec stays",
    ]);
    expect(told(schema, { spec: { n: 2 } }, {})).toEqual([]);
  });

  it("runs transition rules on create where oldSelf is optional", () => {
    const schema = ruled({ rule: "oldSelf.hasValue() || self.n == 0", optionalOldSelf: true });
    expect(told(schema, { spec: { n: 1 } })).toEqual([
      "FieldValueInvalid spec Invalid value: failed rule: oldSelf.hasValue() || self.n == 0",
    ]);
    expect(told(schema, { spec: { n: 1 } }, { spec: { n: 3 } })).toEqual([]);
  });

  it("finds the stored item of a map list by its keys", () => {
    const item: Schema = {
      type: "object",
      properties: { id: { type: "string" }, n: integer },
      "x-kubernetes-validations": [{ rule: "self.n >= oldSelf.n", message: "only up" }],
    };
    const schema: Schema = {
      type: "object",
      properties: {
        items: { type: "array", items: item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"] },
      },
    };
    const old = {
      items: [
        { id: "a", n: 5 },
        { id: "b", n: 1 },
      ],
    };
    expect(
      told(
        schema,
        {
          items: [
            { id: "b", n: 2 },
            { id: "new", n: 0 },
            { id: "a", n: 4 },
          ],
        },
        old,
      ),
    ).toEqual(["FieldValueInvalid items[2] Invalid value: only up"]);
  });

  it("finds the stored value of a map by its key and shows the key in brackets", () => {
    const schema: Schema = {
      type: "object",
      properties: {
        m: {
          type: "object",
          additionalProperties: { type: "integer", "x-kubernetes-validations": [{ rule: "self == oldSelf" }] },
        },
      },
    };
    expect(told(schema, { m: { x: 2, y: 1 } }, { m: { x: 1 } })).toEqual([
      "FieldValueInvalid m[x] Invalid value: failed rule: self == oldSelf",
    ]);
  });

  it("leaves a broken rule in peace while nothing changes", () => {
    const schema = ruled({ rule: "self.n > 10" });
    expect(told(schema, { spec: { n: 1 } }, { spec: { n: 1 } })).toEqual([]);
    expect(told(schema, { spec: { n: 2 } }, { spec: { n: 1 } })).toHaveLength(1);
  });

  it.each<[string, ValidationRule, string]>([
    [
      "an own reason and place",
      { rule: "false", message: "no", reason: "FieldValueForbidden", fieldPath: ".n" },
      "FieldValueForbidden spec.n Forbidden: no",
    ],
    [
      "a required field",
      { rule: "false", message: "give n", reason: "FieldValueRequired", fieldPath: ".n" },
      "FieldValueRequired spec.n Required value: give n",
    ],
    [
      "a computed message",
      { rule: "self.n > 5", messageExpression: "'got ' + string(self.n)" },
      "FieldValueInvalid spec Invalid value: got 1",
    ],
    [
      "the fixed message where the computed one fails",
      { rule: "self.n > 5", messageExpression: "string(self.gone)", message: "too small" },
      "FieldValueInvalid spec Invalid value: too small",
    ],
    [
      "an evaluation that fails",
      { rule: "self.gone > 5" },
      "FieldValueInvalid spec Invalid value: no such key: gone evaluating rule: failed rule: self.gone > 5",
    ],
  ])("reports %s", (_name, rule, expected) => {
    expect(told(ruled(rule), { spec: { n: 1 } })).toEqual([expected]);
  });
});
