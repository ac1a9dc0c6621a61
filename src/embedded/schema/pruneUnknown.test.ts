import { describe, expect, it } from "vitest";
import { definitionsOf } from "../kinds/customResources.ts";
import { recordedCase } from "../kinds/vectors.testing.ts";
import type { Schema } from "../wire/resource.ts";
import { applyDefaults } from "./applyDefaults.ts";
import { pruneUnknown } from "./pruneUnknown.ts";

const steps = recordedCase("custom resources", "defaults, pruning and unknown fields");
const crd = steps[0]?.body;
const schema = (crd === undefined ? undefined : definitionsOf(crd)[0]?.schema) ?? {};
const creations = steps.filter(({ method, response }) => method === "POST" && response?.body?.["spec"] !== undefined);

describe("pruning and defaulting", () => {
  it.each(creations.map((step) => [step.body?.metadata.name ?? "", step] as const))(
    "leave of %s what the real server leaves",
    (_name, step) => {
      const { value, unknown } = pruneUnknown(schema, step.body);
      expect(unknown).toEqual(["spec.unknown"]);
      expect(applyDefaults(schema, value)).toMatchObject({ spec: step.response?.body?.["spec"] });
      expect(applyDefaults(schema, value)).not.toHaveProperty("spec.unknown");
    },
  );

  const open: Schema = {
    type: "object",
    "x-kubernetes-preserve-unknown-fields": true,
    properties: { known: { type: "object", properties: { a: { type: "string" } } } },
  };

  it("keep unknown fields where that is asked for, but not below known ones", () => {
    const { value, unknown } = pruneUnknown(
      { type: "object", properties: { spec: open } },
      { spec: { any: { thing: 1 }, known: { a: "x", b: 1 } } },
    );
    expect(value).toEqual({ spec: { any: { thing: 1 }, known: { a: "x" } } });
    expect(unknown).toEqual(["spec.known.b"]);
  });

  it("know type and metadata of embedded objects", () => {
    const embedded: Schema = {
      type: "object",
      "x-kubernetes-embedded-resource": true,
      properties: { spec: { type: "object" } },
    };
    const { unknown } = pruneUnknown(
      { type: "object", properties: { template: embedded } },
      { template: { apiVersion: "v1", kind: "Pod", metadata: { name: "a", odd: 1 }, other: 1 } },
    );
    expect(unknown).toEqual(["template.metadata.odd", "template.other"]);
  });

  it("fill defaults into what a default made, and into items and values", () => {
    const leaf: Schema = { type: "object", properties: { n: { type: "integer", default: 7 } } };
    const whole: Schema = {
      type: "object",
      properties: {
        made: { ...leaf, default: {} },
        list: { type: "array", items: leaf },
        map: { type: "object", additionalProperties: leaf },
      },
    };
    expect(applyDefaults(whole, { list: [{}], map: { a: {} } })).toEqual({
      made: { n: 7 },
      list: [{ n: 7 }],
      map: { a: { n: 7 } },
    });
  });

  it("leave what they were given as it was", () => {
    const given = { spec: { size: 1 } };
    const result = applyDefaults(schema, given);
    expect(given).toEqual({ spec: { size: 1 } });
    expect(result).not.toBe(given);
  });
});
