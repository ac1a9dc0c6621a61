import { describe, expect, expectTypeOf, it } from "vitest";
import { resources } from "./resources.ts";
import * as s from "./schema.ts";

const about = { description: "What it is." };

const step = s.object(
  {
    name: s.optional(s.string({ ...about, maxLength: 63 })),
    for: s.withDefault(s.duration(about), "1m"),
    weight: s.number({ ...about, minimum: 0, maximum: 100 }),
    kind: s.oneOf(["a", "b"], about),
    tags: s.optional(s.map(s.string({ ...about, maxLength: 10 }), { ...about, maxProperties: 4 })),
  },
  { ...about, rules: [{ rule: "self.weight > 0", message: "some weight" }] },
);

describe("a field", () => {
  it("carries the type of what is stored, in which defaults are filled in", () => {
    type Step = s.Infer<typeof step>;
    type Expected = { for: string; weight: number; kind: "a" | "b"; name?: string; tags?: Record<string, string> };
    expectTypeOf<Step>().toExtend<Expected>();
    expectTypeOf<Expected>().toExtend<Step>();
  });

  it("requires what has neither a default nor may be absent", () => {
    expect(step.schema["required"]).toEqual(["weight", "kind"]);
  });

  it("carries default, bounds, values and rules into the schema", () => {
    expect(step.schema).toMatchObject({
      type: "object",
      description: "What it is.",
      "x-kubernetes-validations": [{ rule: "self.weight > 0", message: "some weight" }],
      properties: {
        name: { type: "string", maxLength: 63 },
        for: { default: "1m" },
        weight: { type: "number", minimum: 0, maximum: 100 },
        kind: { enum: ["a", "b"] },
        tags: { additionalProperties: { type: "string" }, maxProperties: 4 },
      },
    });
  });

  it("keeps its own options out of the schema", () => {
    expect(JSON.stringify(step.schema)).not.toContain('"rules"');
  });

  it("says how a list is merged: by its keys, or as a whole", () => {
    const byName = s.list(step, { ...about, maxItems: 4, keys: ["name"] });
    expect(byName.schema).toMatchObject({ "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] });
    expect(s.list(step, { ...about, maxItems: 4 }).schema).toMatchObject({ "x-kubernetes-list-type": "atomic" });
  });

  it("takes numbers and texts where both are usual", () => {
    const port = s.intOrString({ ...about, pattern: "^[a-z]+$", maxLength: 15 });
    expect(port.schema).toMatchObject({ "x-kubernetes-int-or-string": true, pattern: "^[a-z]+$" });
    expect(port.schema).not.toHaveProperty("type");
  });
});

describe("the collections that are read and written", () => {
  it("have one address each", () => {
    const addresses = Object.values(resources).map(({ group, version, plural }) => `${group}/${version}/${plural}`);
    expect(new Set(addresses).size).toBe(addresses.length);
  });
});
