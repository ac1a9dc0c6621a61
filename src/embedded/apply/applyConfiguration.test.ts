import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { ApiError } from "../wire/apiError.ts";
import type { ApplyRequest } from "./applyConfiguration.ts";
import { applyConfiguration } from "./applyConfiguration.ts";
import { configMap, configMapSchema, deployment, deploymentSchema, widget, widgetSchema } from "./schemas.testing.ts";
import { trackUpdate } from "./trackUpdate.ts";

const start = Date.parse("2026-01-02T03:04:05.678Z");
const time = "2026-01-02T03:04:05Z";
const later = "2026-01-02T03:05:05Z";

const schemas: Record<string, ApplyRequest["schema"]> = {
  ConfigMap: configMapSchema,
  Widget: widgetSchema,
  Deployment: deploymentSchema,
};

function apply(
  live: AnyObject | undefined,
  applied: AnyObject,
  by: string,
  more: Partial<ApplyRequest> = {},
): AnyObject {
  const schema = schemas[applied.kind] ?? {};
  return applyConfiguration({
    live,
    applied,
    schema,
    manager: by,
    force: false,
    apiVersion: applied.apiVersion,
    now: start,
    ...more,
  });
}

function refusal(run: () => unknown): ApiError {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

function entry(manager: string, fieldsV1: object, more: object = { time }): object {
  return { manager, operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1, ...more };
}

describe("applying a ConfigMap", () => {
  const one = apply(undefined, configMap({ x: "1", y: "2" }), "one");
  const shared = apply(apply(undefined, configMap({ x: "1" }), "one"), configMap({ x: "1", z: "9" }), "two");
  const taken = apply(shared, configMap({ x: "2", z: "9" }), "two", { force: true });

  it("creates it and owns what was said", () => {
    expect(one).toEqual({
      ...configMap({ x: "1", y: "2" }),
      metadata: { name: "a", managedFields: [entry("one", { "f:data": { "f:x": {}, "f:y": {} } })] },
    });
  });

  it("removes what is not said any more", () => {
    const next = apply(one, configMap({ x: "1" }), "one");
    expect(next["data"]).toEqual({ x: "1" });
    expect(next.metadata.managedFields).toEqual([entry("one", { "f:data": { "f:x": {} } })]);
  });

  it("removes the container with its last field", () => {
    expect(apply(one, configMap(undefined), "one")).toEqual(configMap(undefined));
  });

  it("refuses to change what somebody else applied, and names it", () => {
    const error = refusal(() => apply(one, configMap({ x: "2" }), "two"));
    expect(error.toStatus()).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: 'Apply failed with 1 conflict: conflict with "one": .data.x',
      reason: "Conflict",
      details: { causes: [{ reason: "FieldManagerConflict", message: 'conflict with "one"', field: ".data.x" }] },
      code: 409,
    });
  });

  it("lists several conflicts by manager", () => {
    const error = refusal(() => apply(one, configMap({ x: "2", y: "3" }), "two"));
    expect(error.message).toBe('Apply failed with 2 conflicts: conflicts with "one":\n- .data.x\n- .data.y');
    expect(error.details?.causes?.map((cause) => cause.field)).toEqual([".data.x", ".data.y"]);
  });

  it("shares a field that both say is the same", () => {
    expect(shared["data"]).toEqual({ x: "1", z: "9" });
    expect(shared.metadata.managedFields).toEqual([
      entry("one", { "f:data": { "f:x": {} } }),
      entry("two", { "f:data": { "f:x": {}, "f:z": {} } }),
    ]);
  });

  it("takes the field over with force, and forgets who owns nothing any more", () => {
    expect(taken["data"]).toEqual({ x: "2", z: "9" });
    expect(taken.metadata.managedFields).toEqual([entry("two", { "f:data": { "f:x": {}, "f:z": {} } })]);
  });

  it("owns an empty container, without a time when nothing was changed", () => {
    const next = apply(taken, configMap({}), "one", { now: start + 60_000 });
    expect(next["data"]).toEqual({ x: "2", z: "9" });
    expect(next.metadata.managedFields).toEqual([
      entry("one", { "f:data": {} }, {}),
      entry("two", { "f:data": { "f:x": {}, "f:z": {} } }),
    ]);
    const last = apply(next, configMap({ z: "9" }), "two");
    expect(last["data"]).toEqual({ z: "9" });
    expect(last.metadata.managedFields).toEqual([
      entry("one", { "f:data": {} }, {}),
      entry("two", { "f:data": { "f:z": {} } }),
    ]);
  });

  it("keeps the time when nothing changes, so that nothing need be written", () => {
    expect(apply(one, configMap({ x: "1", y: "2" }), "one", { now: start + 60_000 })).toEqual(one);
  });

  it("moves the time when something changes", () => {
    const next = apply(one, configMap({ x: "5" }), "one", { now: start + 60_000 });
    expect(next.metadata.managedFields?.map((own) => own.time)).toEqual([later]);
  });

  it.each([[[]], [[{}]]])("refuses managed fields in the configuration: %j", (managedFields) => {
    expect(refusal(() => apply(one, configMap({}, { managedFields }), "one"))).toMatchObject({
      code: 400,
      reason: "BadRequest",
    });
  });

  it("refuses another version than that of the request", () => {
    expect(refusal(() => apply(one, configMap({}), "one", { apiVersion: "v2" }))).toMatchObject({ code: 400 });
  });

  it("takes no creation time or generation from the configuration", () => {
    const live = { ...one, metadata: { ...one.metadata, creationTimestamp: time, generation: 3 } };
    const applied = configMap({ x: "1", y: "2" }, { creationTimestamp: null, generation: 1 });
    expect(apply(live, applied, "one", { now: start + 60_000 })).toEqual(live);
  });

  it("changes neither input", () => {
    const live = structuredClone(shared);
    const applied = configMap({ x: "2" });
    apply(live, applied, "two", { force: true });
    expect([live, applied]).toEqual([shared, configMap({ x: "2" })]);
  });
});

describe("applying lists", () => {
  const first = apply(undefined, widget({ size: 2, items: [{ id: "a", n: 1 }, { id: "b" }], tags: ["x"] }), "one");
  // What the server makes of it: the default of the second item belongs to nobody.
  const stored = {
    ...first,
    spec: {
      size: 2,
      mode: "a",
      items: [
        { id: "a", n: 1 },
        { id: "b", n: 7 },
      ],
      tags: ["x"],
    },
  };
  const both = apply(stored, widget({ items: [{ id: "c", n: 3 }], tags: ["y"] }), "two");

  it("owns items by key and by value", () => {
    expect(first.metadata.managedFields?.[0]?.fieldsV1).toEqual({
      "f:spec": {
        "f:items": { 'k:{"id":"a"}': { ".": {}, "f:id": {}, "f:n": {} }, 'k:{"id":"b"}': { ".": {}, "f:id": {} } },
        "f:size": {},
        "f:tags": { 'v:"x"': {} },
      },
    });
  });

  it("puts the items of several managers together", () => {
    expect(both["spec"]).toEqual({
      size: 2,
      mode: "a",
      items: [
        { id: "a", n: 1 },
        { id: "b", n: 7 },
        { id: "c", n: 3 },
      ],
      tags: ["x", "y"],
    });
  });

  it("names the item in a conflict", () => {
    const error = refusal(() => apply(both, widget({ items: [{ id: "a", n: 9 }] }), "two"));
    expect(error.message).toBe('Apply failed with 1 conflict: conflict with "one": .spec.items[id="a"].n');
  });

  it("removes an item and a value that are not said any more, and keeps the defaults of the others", () => {
    const next = apply(both, widget({ size: 2, items: [{ id: "b" }] }), "one");
    expect(next["spec"]).toEqual({
      size: 2,
      mode: "a",
      items: [
        { id: "b", n: 7 },
        { id: "c", n: 3 },
      ],
      tags: ["y"],
    });
  });

  it.each([
    ["the applied order wins among shared items", ["a", "b"], ["b", "a"], ["b", "a"]],
    [
      "own items of the live side stay before what follows them",
      ["x", "a", "y", "b"],
      ["b", "a"],
      ["x", "y", "b", "a"],
    ],
    ["new items stand where they are applied", ["a", "b"], ["a", "n", "b"], ["a", "n", "b"]],
    ["a wholly new list comes after", ["a"], ["n", "m"], ["a", "n", "m"]],
  ])("%s", (_name, live, applied, expected) => {
    const before = apply(undefined, widget({ tags: live }), "one");
    expect(apply(before, widget({ tags: applied }), "two")["spec"]).toEqual({ tags: expected });
  });

  it("replaces an atomic list as a whole and owns it as one field", () => {
    const live = apply(undefined, widget({ steps: [{ weight: 5 }, { weight: 50 }] }), "one");
    const next = apply(live, widget({ steps: [{ weight: 10 }] }), "one");
    expect(next["spec"]).toEqual({ steps: [{ weight: 10 }] });
    expect(next.metadata.managedFields?.[0]?.fieldsV1).toEqual({ "f:spec": { "f:steps": {} } });
  });

  it("replaces an atomic map as a whole, so that a part of it conflicts", () => {
    const live = trackUpdate({
      before: undefined,
      after: widget({ selector: { app: "web" } }),
      schema: widgetSchema,
      manager: "urllib",
      apiVersion: "example.com/v1",
      now: start,
    });
    const error = refusal(() => apply(live, widget({ selector: { only: "this" } }), "a"));
    expect(error.message).toBe(
      'Apply failed with 1 conflict: conflict with "urllib" using example.com/v1: .spec.selector',
    );
  });

  it("keys ports by port and protocol, the protocol by default", () => {
    const applied = deployment({ template: { spec: { containers: [{ name: "c", ports: [{ containerPort: 80 }] }] } } });
    const fields = apply(undefined, applied, "one").metadata.managedFields?.[0]?.fieldsV1;
    expect(JSON.stringify(fields)).toContain(String.raw`k:{\"containerPort\":80,\"protocol\":\"TCP\"}`);
  });

  it("refuses an item without its key, and a field that is not declared", () => {
    const keyless = refusal(() => apply(undefined, widget({ items: [{ n: 1 }] }), "one"));
    expect(keyless).toMatchObject({ code: 500, reason: "" });
    expect(keyless.message).toContain(
      '.spec.items: element 0: associative list with keys has an element that omits key field "id"',
    );
    expect(refusal(() => apply(undefined, widget({ sise: 1 }), "one")).message).toBe(
      "failed to create typed patch object (w; example.com/v1, Kind=Widget): .spec.sise: field not declared in schema",
    );
  });
});

function track(before: AnyObject | undefined, after: AnyObject, manager: string): AnyObject {
  return trackUpdate({ before, after, schema: configMapSchema, manager, apiVersion: "v1", now: start });
}

describe("applying to what others wrote", () => {
  it("conflicts with a manager that updated", () => {
    const live = track(undefined, configMap({ x: "1" }), "edit");
    expect(refusal(() => apply(live, configMap({ x: "2" }), "one")).message).toBe(
      'Apply failed with 1 conflict: conflict with "edit" using v1: .data.x',
    );
  });

  it("keeps what an updater wrote when an applier lets go of it", () => {
    const live = track(undefined, configMap({ x: "1", y: "2" }), "edit");
    const both = apply(live, configMap({ x: "1" }), "one");
    expect(apply(both, configMap(undefined), "one")["data"]).toEqual({ x: "1", y: "2" });
  });

  it("gives what was there before any ownership to before-first-apply", () => {
    const live = configMap({ x: "1" }, { uid: "u" });
    const next = apply(live, configMap({ y: "2" }), "one");
    expect(next.metadata.managedFields).toMatchObject([
      { manager: "one", operation: "Apply", fieldsV1: { "f:data": { "f:y": {} } } },
      { manager: "before-first-apply", operation: "Update", fieldsV1: { "f:data": { ".": {}, "f:x": {} } } },
    ]);
    expect(refusal(() => apply(live, configMap({ x: "2" }), "one")).code).toBe(409);
  });

  it("lets kubectl take over what its client side applied, and keeps the annotation true", () => {
    const annotation = "kubectl.kubernetes.io/last-applied-configuration";
    const written = configMap({ x: "1" });
    const annotations = { [annotation]: JSON.stringify(written) };
    const live = track(undefined, configMap({ x: "1" }, { annotations }), "kubectl-client-side-apply");
    expect(refusal(() => apply(live, configMap({ x: "2" }), "other")).code).toBe(409);
    const next = apply(live, configMap({ x: "2" }), "kubectl");
    expect(next["data"]).toEqual({ x: "2" });
    expect(JSON.parse(next.metadata.annotations?.[annotation] ?? "")).toEqual(configMap({ x: "2" }));
  });

  it("does not own status through the main endpoint, nor spec through that of status", () => {
    const applied = { ...deployment({ replicas: 1 }), status: { replicas: 3 } };
    const fields = (subresource: string): unknown =>
      apply(undefined, applied, "one", { hasStatus: true, subresource }).metadata.managedFields?.[0]?.fieldsV1;
    expect(fields("")).toEqual({ "f:spec": { "f:replicas": {} } });
    expect(fields("status")).toEqual({ "f:status": { "f:replicas": {} } });
  });
});
