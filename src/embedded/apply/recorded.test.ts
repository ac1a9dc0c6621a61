import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { ApiError } from "../wire/apiError.ts";
import { applyConfiguration } from "./applyConfiguration.ts";
import { configMapSchema, widgetSchema } from "./schemas.testing.ts";

type Answer = {
  status: number;
  body?: AnyObject & { message?: string; details?: unknown };
  fields?: Record<string, unknown>;
};
type Step = { path?: string; headers?: Record<string, string>; body?: AnyObject; response?: Answer };
type Recording = { cases: { name: string; steps: Step[] }[] };

const recording: Recording = JSON.parse(
  readFileSync(new URL("../../../testing/vectors/apiserver.json", import.meta.url), "utf8"),
);

const names = [
  "create, change and remove by applying",
  "conflict, force and shared ownership",
  "apply with lists by key",
];
const schemas: Record<string, typeof configMapSchema> = { ConfigMap: configMapSchema, Widget: widgetSchema };

type Outcome = { expected: Answer; object?: AnyObject; error?: ApiError };

/** Applies in turn what the recording sent, and gives what came of each step. */
function replay(steps: readonly Step[]): Outcome[] {
  let live: AnyObject | undefined;
  return steps.flatMap(({ path, headers, body, response }): Outcome[] => {
    const query = new URLSearchParams(path?.split("?")[1]);
    const manager = query.get("fieldManager");
    if (headers?.["Content-Type"] !== "application/apply-patch+yaml" || manager === null) return [];
    if (body === undefined || response === undefined) return [];
    const request = {
      live,
      applied: body,
      schema: schemas[body.kind] ?? {},
      manager,
      force: query.get("force") === "true",
    };
    try {
      live = applyConfiguration({ ...request, apiVersion: body.apiVersion, now: 0 });
      return [{ expected: response, object: live }];
    } catch (error) {
      if (error instanceof ApiError) return [{ expected: response, error }];
      throw error;
    }
  });
}

function withoutTimes(entries: readonly object[] | undefined): object[] {
  return (entries ?? []).map((entry) => ("time" in entry ? { ...entry, time: "<time>" } : entry));
}

/** What the recording says of it; a step may have been recorded by its status alone. */
function recorded({ body, status }: Answer): object {
  if (body === undefined) return {};
  if (status >= 300) return { error: body };
  const { managedFields } = body.metadata;
  return { data: body["data"], ...(managedFields === undefined ? {} : { managedFields }) };
}

describe("what a real API server answered to applying", () => {
  it.each(names)("is what we make of it: %s", (name) => {
    const steps = replay(recording.cases.find((each) => each.name === name)?.steps ?? []);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    for (const { expected, object, error } of steps) {
      expect(error?.code ?? 200).toBe(expected.status === 201 ? 200 : expected.status);
      const answer = {
        error: error?.toStatus(),
        data: object?.["data"],
        managedFields: withoutTimes(object?.metadata.managedFields),
      };
      expect(answer).toEqual({ ...answer, ...recorded(expected) });
    }
  });
});
