import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { applyDefaults } from "../schema/applyDefaults.ts";
import { decodeError } from "../schema/decodeError.ts";
import { pruneUnknown } from "../schema/pruneUnknown.ts";
import type { FieldError } from "../wire/apiError.ts";
import type { ResourceDefinition } from "../wire/resource.ts";
import { builtInDefinitions, createBuiltInDefinitions } from "./builtInDefinitions.ts";
import { type RecordedStep, recordedCase } from "./vectors.testing.ts";

function definition(kind: string): ResourceDefinition {
  const found = builtInDefinitions.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
}

function decoded(kind: string, object: unknown): AnyObject {
  const { schema, strategy } = definition(kind);
  const result = applyDefaults(schema, pruneUnknown(schema, object).value) as AnyObject;
  strategy.applyDefaults?.(result);
  return result;
}

function created(kind: string, body: unknown): AnyObject {
  const object = decoded(kind, body);
  definition(kind).strategy.prepareForCreate?.(object);
  return object;
}

function updated(kind: string, old: AnyObject, change: (object: AnyObject) => void): FieldError[] {
  const { strategy } = definition(kind);
  const draft = structuredClone(old);
  change(draft);
  const object = decoded(kind, draft);
  strategy.prepareForUpdate?.(object, old);
  return [...(strategy.validate?.(object) ?? []), ...(strategy.validateUpdate?.(object, old) ?? [])];
}

function validated(kind: string, body: unknown): FieldError[] {
  return definition(kind).strategy.validate?.(created(kind, body)) ?? [];
}

/** What a server adds to every object, and what is not fixed. */
function bare(object: AnyObject | undefined): unknown {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _time,
    generation: _generation,
    namespace: _namespace,
    ...metadata
  } = object?.metadata ?? { name: "" };
  return JSON.parse(JSON.stringify({ ...object, metadata }).replaceAll(/"10\.\d+\.\d+\.\d+"/g, '"<ip>"'));
}

const creations = [
  recordedCase("workloads", "a Deployment is defaulted and numbered")[0],
  recordedCase("workloads", "a Pod is defaulted, and most of it cannot be changed")[0],
  recordedCase("services", "addresses and ports")[0],
  recordedCase("services", "addresses and ports")[2],
  recordedCase("server", "leases and events")[0],
  recordedCase("server", "leases and events")[3],
  recordedCase("objects", "create, read, replace, delete")[0],
].filter((step) => step !== undefined);

const refusals = [
  ...recordedCase("workloads", "what a Deployment may not be"),
  ...recordedCase("workloads", "a Pod is defaulted, and most of it cannot be changed"),
  ...recordedCase("services", "addresses and ports"),
].filter(({ method, response }) => method === "POST" && response?.status === 422);

function causesOf(step: RecordedStep): unknown {
  return step.response?.body?.details?.causes?.filter(({ field }) => field !== "metadata.name");
}

describe("built-in kinds", () => {
  it.each(creations.map((step) => [step.body?.kind ?? "", step] as const))(
    "complete a new %s as the real server does",
    (kind, step) => {
      const inNamespace = { ...step.body, metadata: { ...step.body?.metadata, namespace: "{ns}" } };
      expect(bare(created(kind, inNamespace))).toEqual(bare(step.response?.body));
    },
  );

  it.each(refusals.map((step) => [step.body?.kind ?? "", step.body?.metadata.name ?? "", step] as const))(
    "refuse the %s %s as the real server does",
    (kind, _name, step) => {
      expect(validated(kind, step.body)).toEqual(causesOf(step));
    },
  );

  it.each(
    recordedCase("workloads", "what a Deployment may not be")
      .filter(({ method }) => method === "PATCH")
      .map((step) => [step.response?.body?.["message"], step] as const),
  )("refuse the change with %s", (_message, step) => {
    const recorded = recordedCase("workloads", "what a Deployment may not be")[3];
    const errors = updated("Deployment", created("Deployment", recorded?.body), (object) =>
      mergeInto(object, step.body),
    );
    expect(errors).toEqual(causesOf(step));
  });

  it("give a new namespace its label, finalizer and phase", () => {
    const step = recordedCase("deletion", "a namespace takes its content along")[0];
    expect(bare(created("Namespace", step?.body))).toEqual(bare(step?.response?.body));
  });

  it("keep the address of a Service, and take one from whoever gives them", () => {
    const definitions = createBuiltInDefinitions({ allocateClusterIP: () => "10.96.7.7" });
    const service = definitions.find(({ kind }) => kind === "Service");
    const object = decoded("Service", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s" },
      spec: { ports: [{ port: 80 }] },
    });
    service?.strategy.prepareForCreate?.(object);
    expect(object["spec"]).toMatchObject({ clusterIP: "10.96.7.7", clusterIPs: ["10.96.7.7"] });
    const replaced = decoded("Service", { ...object, spec: { ports: [{ port: 81 }] } });
    service?.strategy.prepareForUpdate?.(replaced, object);
    expect(replaced["spec"]).toMatchObject({ clusterIP: "10.96.7.7", ipFamilies: ["IPv4"] });
    expect(service?.strategy.validateUpdate?.(replaced, object)).toEqual([]);
  });

  it("refuse another address for a Service", () => {
    const old = created("Service", {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s" },
      spec: { ports: [{ port: 80 }] },
    });
    const errors = updated("Service", old, (object) => mergeInto(object, { spec: { clusterIP: "10.96.3.3" } }));
    expect(errors).toEqual([
      {
        reason: "FieldValueInvalid",
        field: "spec.clusterIPs[0]",
        message: 'Invalid value: ["10.96.3.3"]: may not change once set',
      },
    ]);
  });

  it("refuse to move a pod and let its image change", () => {
    const body = recordedCase("workloads", "a Pod is defaulted, and most of it cannot be changed")[0]?.body;
    const old = created("Pod", body);
    const [error] = updated("Pod", old, (object) => mergeInto(object, { spec: { nodeName: "other" } }));
    expect(error).toMatchObject({ reason: "FieldValueForbidden", field: "spec" });
    expect(error?.message).toMatch(
      /^Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/,
    );
    expect(
      updated("Pod", old, (object) =>
        mergeInto(object, { spec: { containers: [{ ...firstContainer(object), image: "i:2" }] } }),
      ),
    ).toEqual([]);
  });

  it("keep a pod's two forms of its address in step", () => {
    const pod = decoded("Pod", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p" },
      spec: { containers: [] },
      status: { podIP: "10.9.8.7" },
    });
    expect(pod["status"]).toMatchObject({ podIPs: [{ ip: "10.9.8.7" }] });
  });

  it.each<[string, string, object, object]>([
    ["ConfigMap", "data", { data: { a: "1" }, immutable: true }, { data: { a: "2" } }],
    ["Secret", "data", { stringData: { a: "1" }, immutable: true }, { stringData: { a: "2" } }],
  ])("hold an immutable %s to its word", (kind, field, body, change) => {
    const old = created(kind, { apiVersion: "v1", kind, metadata: { name: "x" }, ...body });
    const errors = updated(kind, old, (object) => mergeInto(object, change));
    expect(errors).toEqual([
      { reason: "FieldValueForbidden", field, message: "Forbidden: field is immutable when `immutable` is set" },
    ]);
  });

  it("encode a Secret's texts and forget them", () => {
    const secret = created("Secret", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "x" },
      data: { old: "b2xk" },
      stringData: { key: "v" },
    });
    expect(secret).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "x" },
      type: "Opaque",
      data: { old: "b2xk", key: "dg==" },
    });
  });

  it("refuse a lease that lasts no time", () => {
    const errors = validated("Lease", { metadata: { name: "l" }, spec: { leaseDurationSeconds: 0 } });
    expect(errors).toEqual([
      {
        reason: "FieldValueInvalid",
        field: "spec.leaseDurationSeconds",
        message: "Invalid value: 0: must be greater than 0",
      },
    ]);
  });

  it.each<[string, unknown, string]>([
    [
      "ConfigMap",
      { data: { x: 5 } },
      "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
    ],
    [
      "Lease",
      { spec: { renewTime: "2026-01-02T03:04:06Z" } },
      'parsing time "2026-01-02T03:04:06Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    ],
    [
      "Deployment",
      { spec: { replicas: "2" } },
      "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      "Pod",
      { spec: { containers: {} } },
      "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
    ],
    [
      "Pod",
      { spec: { containers: [{ resources: { limits: { cpu: "much" } } }] } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ])("say of a %s what Go's decoder says", (kind, value, message) => {
    expect(decodeError(definition(kind).schema, value)).toBe(message);
  });

  it("find unknown fields with their paths, and know those that users write", () => {
    const { schema } = definition("Deployment");
    const body = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "x", creationTimestamp: null, colour: 1 },
      spec: {
        foo: 1,
        template: {
          metadata: { creationTimestamp: null },
          spec: { containers: [{ name: "c", bar: 1, resources: {} }] },
        },
      },
      status: {},
    };
    const { value, unknown } = pruneUnknown(schema, body);
    expect(unknown).toEqual(["metadata.colour", "spec.foo", "spec.template.spec.containers[0].bar"]);
    expect(value).toMatchObject({
      metadata: { name: "x" },
      spec: { template: { spec: { containers: [{ name: "c", resources: {} }] } } },
    });
    expect(value).not.toHaveProperty("metadata.creationTimestamp");
  });

  it("drop what Go's omitempty drops, and keep what is set through a pointer", () => {
    const { schema } = definition("Deployment");
    const { value } = pruneUnknown(schema, {
      spec: { paused: false, replicas: 0, minReadySeconds: 0, template: { spec: { nodeName: "", volumes: [] } } },
    });
    expect(value).toEqual({ spec: { replicas: 0, template: { spec: {} } } });
  });

  it("have names of their own, each kind served once", () => {
    const names = builtInDefinitions.flatMap(({ group, plural, singular, shortNames }) =>
      [...new Set([plural, singular, ...shortNames])].map((name) => `${name}.${group}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });
});

function firstContainer(object: AnyObject): object {
  return (object["spec"] as { containers: object[] }).containers[0] ?? {};
}

function mergeInto(target: Record<string, unknown>, patch: unknown): void {
  for (const [key, value] of Object.entries(patch ?? {})) {
    const into = target[key];
    const nested =
      typeof value === "object" && value !== null && !Array.isArray(value) && typeof into === "object" && into !== null;
    if (nested) mergeInto(into as Record<string, unknown>, value);
    else target[key] = value;
  }
}
