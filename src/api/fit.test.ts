import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateObject } from "../embedded/schema/validateObject.ts";
import { fit } from "./fit.ts";
import { interventionStatus } from "./intervention.ts";
import { releaseStatus, type ReleaseStatus } from "./release.ts";
import * as s from "./schema.ts";

const about = { description: "" };

describe("a value that has to fit its schema", () => {
  it.each([
    ["a long text is cut", s.string({ ...about, maxLength: 8 }), "a long text", "a lon..."],
    ["a text of just that length stays", s.string({ ...about, maxLength: 4 }), "1234", "1234"],
    ["characters outside the basic plane count once", s.string({ ...about, maxLength: 4 }), "🌊🌊🌊🌊", "🌊🌊🌊🌊"],
    ["a fraction in an integer is rounded", s.integer(about), 2.6, 3],
    ["a number that is too great becomes the greatest", s.number({ ...about, maximum: 100 }), 100.4, 100],
    ["infinity becomes the greatest", s.number({ ...about, maximum: 100 }), Infinity, 100],
    ["a number that is too small becomes the smallest", s.integer({ ...about, minimum: 0 }), -1, 0],
    ["the newest entries of a list stay", s.list(s.integer(about), { ...about, maxItems: 2 }), [1, 2, 3], [2, 3]],
    ["what is opaque stays as it is", s.anything(about), { a: { b: 1.5 } }, { a: { b: 1.5 } }],
  ] as [string, s.Field<unknown>, unknown, unknown][])("%s", (_name, field, value, fitted) => {
    expect(fit(field, value)).toEqual(fitted);
  });

  it("leaves out what is no number where it may be absent, and takes the least where it may not", () => {
    const field = s.object({ may: s.optional(s.number(about)), must: s.integer({ ...about, minimum: 1 }) }, about);
    expect(fit(field, { may: Number.NaN, must: Number.NaN })).toEqual({ must: 1 });
  });

  it("does not change the value that it is given", () => {
    const value = { phase: "Done" as const, message: "x".repeat(5_000) };
    expect(fit(interventionStatus, value).message).toHaveLength(2_048);
    expect(value.message).toHaveLength(5_000);
  });

  it("makes any release status one that the API server takes", () => {
    const number = fc.double();
    const text = fc.string({ maxLength: 6_000, unit: "grapheme" });
    const statuses = fc.record({
      phase: fc.constant("Progressing"),
      intent: fc.constant("advance"),
      message: text,
      weight: fc.record({ desired: number, written: number, observed: number }),
      contender: fc.record({ replicaSet: fc.constant("shop-a"), replicas: number, ready: number }),
      totals: fc.record({
        stable: fc.record({ requests: number, errors: number }),
        contender: fc.record({ requests: number, errors: number }),
      }),
      interventions: fc.array(fc.string(), { maxLength: 300 }),
    }) as fc.Arbitrary<ReleaseStatus>;
    fc.assert(
      fc.property(statuses, (status) => {
        const stored: unknown = JSON.parse(JSON.stringify(fit(releaseStatus, status)));
        expect(validateObject(releaseStatus.schema, stored, undefined)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
