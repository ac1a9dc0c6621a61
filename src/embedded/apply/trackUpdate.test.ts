import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { configMap, configMapSchema, deployment, deploymentSchema, widget, widgetSchema } from "./schemas.testing.ts";
import { trackUpdate } from "./trackUpdate.ts";

const start = Date.parse("2026-01-02T03:04:05Z");

function track(before: AnyObject | undefined, after: AnyObject, manager = "edit", now = start): AnyObject {
  return trackUpdate({ before, after, schema: configMapSchema, manager, apiVersion: "v1", now });
}

function owners(object: AnyObject): Record<string, unknown> {
  return Object.fromEntries((object.metadata.managedFields ?? []).map((entry) => [entry.manager, entry.fieldsV1]));
}

describe("trackUpdate", () => {
  const created = track(undefined, configMap({ x: "1", y: "2" }, { labels: { app: "web" }, uid: "u" }));

  it("gives a created object to its creator, containers included, identity not", () => {
    expect(created.metadata.managedFields).toEqual([
      {
        manager: "edit",
        operation: "Update",
        apiVersion: "v1",
        time: "2026-01-02T03:04:05Z",
        fieldsType: "FieldsV1",
        fieldsV1: {
          "f:data": { ".": {}, "f:x": {}, "f:y": {} },
          "f:metadata": { "f:labels": { ".": {}, "f:app": {} } },
        },
      },
    ]);
  });

  it("moves a changed field to the one who changed it, and only that", () => {
    const after = { ...created, data: { x: "9", y: "2" } };
    expect(owners(track(created, after, "other"))).toMatchObject({
      edit: { "f:data": { ".": {}, "f:y": {} } },
      other: { "f:data": { "f:x": {} } },
    });
    expect(owners(track(created, after, "other"))["edit"]).not.toHaveProperty(["f:data", "f:x"]);
  });

  it("takes a removed field from everybody and keeps the time of who gained nothing", () => {
    const next = track(created, { ...created, data: { y: "2" } }, "other", start + 60_000);
    expect(owners(next)).toEqual({
      edit: { "f:data": { ".": {}, "f:y": {} }, "f:metadata": { "f:labels": { ".": {}, "f:app": {} } } },
    });
    expect(next.metadata.managedFields?.[0]?.time).toBe("2026-01-02T03:04:05Z");
  });

  it("changes nothing when nothing changes", () => {
    expect(track(created, structuredClone(created), "other", start + 60_000)).toEqual(created);
  });

  it("keeps the ownership when the writer sends none", () => {
    const { managedFields: _none, ...metadata } = created.metadata;
    expect(track(created, { ...created, metadata }, "other")).toEqual(created);
  });

  it.each([
    ["an empty list", []],
    ["a list of one empty entry", [{}]],
  ])("forgets all ownership at %s", (_name, managedFields) => {
    const after = configMap({ x: "1", y: "2" }, { ...created.metadata, managedFields });
    expect(track(created, after).metadata).not.toHaveProperty("managedFields");
  });

  it("leaves an untracked object untracked", () => {
    const before = configMap({ x: "1" }, { uid: "u" });
    expect(track(before, configMap({ x: "2" }, { uid: "u" }))).toEqual(configMap({ x: "2" }, { uid: "u" }));
  });

  it("takes over the entries that the writer sends", () => {
    const entries = created.metadata.managedFields?.map((entry) => ({ ...entry, manager: "renamed" })) ?? [];
    const after = { ...created, metadata: { ...created.metadata, managedFields: entries } };
    expect(Object.keys(owners(track(created, after)))).toEqual(["renamed"]);
  });

  it("falls back to the stored entries when those sent cannot be understood", () => {
    const odd = [{ manager: "x", operation: "Odd" }];
    const after = configMap({ x: "1", y: "2" }, { ...created.metadata, managedFields: odd });
    expect(track(created, after)).toEqual(created);
  });

  it("sorts by operation, time and manager", () => {
    const second = track(created, { ...created, data: { x: "9", y: "2" } }, "b", start + 5000);
    const third = track(second, { ...second, data: { x: "9", y: "8" } }, "a", start + 5000);
    expect(third.metadata.managedFields?.map((entry) => entry.manager)).toEqual(["edit", "a", "b"]);
  });

  it("keeps entries of subresources apart", () => {
    const schema = deploymentSchema;
    const before = trackUpdate({
      before: undefined,
      after: deployment({ replicas: 1 }),
      schema,
      manager: "m",
      apiVersion: "apps/v1",
      hasStatus: true,
      now: start,
    });
    const after = { ...before, status: { replicas: 1, conditions: [{ type: "Available", status: "True" }] } };
    const next = trackUpdate({
      before,
      after,
      schema,
      manager: "m",
      apiVersion: "apps/v1",
      subresource: "status",
      hasStatus: true,
      now: start,
    });
    expect(next.metadata.managedFields).toMatchObject([
      { manager: "m", fieldsV1: { "f:spec": { ".": {}, "f:replicas": {} } } },
      {
        manager: "m",
        subresource: "status",
        fieldsV1: {
          "f:status": {
            ".": {},
            "f:replicas": {},
            "f:conditions": { ".": {}, 'k:{"type":"Available"}': { ".": {}, "f:type": {}, "f:status": {} } },
          },
        },
      },
    ]);
  });

  it("owns empty objects, and tells an absent from an empty map", () => {
    const update = { schema: widgetSchema, manager: "m", apiVersion: "example.com/v1", now: start };
    const before = trackUpdate({ ...update, before: undefined, after: widget({ size: 1, map: {} }) });
    expect(owners(before)).toEqual({ m: { "f:spec": { ".": {}, "f:size": {}, "f:map": {} } } });
  });

  it("owns list items that cannot be told apart as one, and never throws over lists without keys", () => {
    const update = { schema: widgetSchema, manager: "m", apiVersion: "example.com/v1", now: start };
    const twice = trackUpdate({ ...update, before: undefined, after: widget({ tags: ["x", "x"] }) });
    expect(owners(twice)).toEqual({ m: { "f:spec": { ".": {}, "f:tags": { ".": {}, 'v:"x"': {} } } } });
    const keyless = widget({ items: [{ n: 1 }] });
    expect(trackUpdate({ ...update, before: undefined, after: keyless })).toEqual(keyless);
  });

  it("throws the oldest updaters together when there are more than ten", () => {
    let object = created;
    let data: Record<string, string> = { x: "1", y: "2" };
    for (let index = 0; index < 12; index += 1) {
      data = { ...data, [`k${index}`]: "v" };
      object = track(object, { ...object, data }, `m${index}`, start + (index + 1) * 1000);
    }
    const names = object.metadata.managedFields?.map((entry) => entry.manager);
    expect(names).toHaveLength(10);
    expect(names?.[0]).toBe("ancient-changes");
    expect(owners(object)["ancient-changes"]).toMatchObject({
      "f:data": { "f:x": {}, "f:k0": {}, "f:k1": {}, "f:k2": {} },
    });
  });
});

describe("the time it takes", () => {
  it("tracks a status change of an object of 10 KB in less than a millisecond", () => {
    const containers = Array.from({ length: 20 }, (_, index) => ({
      name: `c${index}`,
      image: `registry.example.com/team/service-with-a-long-name:${index}`,
      env: Array.from({ length: 8 }, (_item, number) => ({ name: `VARIABLE_${number}`, value: `value of ${number}` })),
      ports: [{ containerPort: 8080 + index, protocol: "TCP" }],
    }));
    const update = { schema: deploymentSchema, manager: "m", apiVersion: "apps/v1", hasStatus: true, now: start };
    const before = trackUpdate({
      ...update,
      before: undefined,
      after: deployment({ template: { spec: { containers } } }),
    });
    expect(JSON.stringify(before).length).toBeGreaterThan(10_000);
    const runs = Array.from({ length: 40 }, (_, index) => {
      const after = { ...structuredClone(before), status: { replicas: index } };
      const from = performance.now();
      trackUpdate({ ...update, before, after, subresource: "status" });
      return performance.now() - from;
    });
    // The quickest run is what the code takes; the others are what the machine adds.
    expect(Math.min(...runs)).toBeLessThan(1);
  });
});
