import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import { definitionsOf, establishedStatus } from "./customResources.ts";
import { customResourceDefinitionStrategy as strategy } from "./customResourceDefinitions.ts";

const now = "2026-01-02T03:04:05Z";

type Change = { readonly spec?: object; readonly version?: object; readonly name?: string };

function aDefinition({ spec = {}, version = {}, name = "widgets.shop.example" }: Change = {}): AnyObject {
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: { type: "object" } } } };
  const crd: AnyObject = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name },
    spec: {
      group: "shop.example",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget" },
      versions: [{ name: "v1", served: true, storage: true, schema, ...version }],
      ...spec,
    },
  };
  strategy.applyDefaults?.(crd);
  return crd;
}

const told = (crd: AnyObject): string[] =>
  (strategy.validate?.(crd) ?? []).map(({ field, message }) => `${field}: ${message}`);

describe("CustomResourceDefinitions", () => {
  it("get the names that are left out, and no conversion", () => {
    expect(aDefinition()["spec"]).toMatchObject({
      names: { singular: "widget", listKind: "WidgetList" },
      conversion: { strategy: "None" },
    });
    expect(told(aDefinition())).toEqual([]);
  });

  it.each<[string, Change, RegExp]>([
    [
      "another name than its kind's",
      { name: "gadgets.shop.example" },
      /metadata.name: .*must be spec.names.plural\+"\."\+spec.group/,
    ],
    [
      "an unknown scope",
      { spec: { scope: "World" } },
      /spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"/,
    ],
    ["no stored version", { version: { storage: false } }, /must have exactly one version marked as storage version/],
    [
      "no schema",
      { version: { schema: {} } },
      /spec.versions\[0\].schema.openAPIV3Schema: Required value: schemas are required/,
    ],
    [
      "a schema that is not structural",
      { version: { schema: { openAPIV3Schema: { type: "object", properties: { a: {} } } } } },
      /spec.validation.openAPIV3Schema.properties\[a\].type: Required value/,
    ],
    [
      "a rule that does not compile",
      {
        version: {
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-validations": [{ rule: "self.spec." }] } },
        },
      },
      /x-kubernetes-validations\[0\].rule: .*compilation failed/,
    ],
    [
      "a protected group without approval",
      { name: "widgets.x.k8s.io", spec: { group: "x.k8s.io" } },
      /api-approved.kubernetes.io/,
    ],
    [
      "a column of no type",
      { version: { additionalPrinterColumns: [{ name: "A", jsonPath: ".spec" }] } },
      /additionalPrinterColumns\[0\].type: Required value/,
    ],
  ])("are refused with %s", (_name, change, expected) => {
    expect(told(aDefinition(change)).join("\n")).toMatch(expected);
  });

  it("keep group, scope and names once they are served", () => {
    const old = { ...aDefinition(), status: establishedStatus(aDefinition(), now) };
    const changed = aDefinition({ spec: { scope: "Cluster" } });
    expect(strategy.validateUpdate?.(changed, old)).toEqual([
      { reason: "FieldValueInvalid", field: "spec.scope", message: 'Invalid value: "Cluster": field is immutable' },
    ]);
    expect(strategy.validateUpdate?.(changed, aDefinition())).toEqual([]);
  });

  it("are established with the names that were asked for, since when they first were", () => {
    const status = establishedStatus(aDefinition(), now);
    expect(status).toMatchObject({
      acceptedNames: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
      storedVersions: ["v1"],
      conditions: [
        { type: "NamesAccepted", status: "True" },
        { type: "Established", status: "True", lastTransitionTime: now },
      ],
    });
    expect(establishedStatus({ ...aDefinition(), status }, "2027-01-01T00:00:00Z")).toEqual(status);
  });

  it("make a kind of every served version", () => {
    const crd = aDefinition({
      version: {
        subresources: {
          status: {},
          scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
        },
        selectableFields: [{ jsonPath: ".spec.colour" }],
      },
    });
    expect(definitionsOf(crd)).toMatchObject([
      {
        group: "shop.example",
        version: "v1",
        kind: "Widget",
        plural: "widgets",
        namespaced: true,
        builtIn: false,
        hasStatus: true,
        hasGeneration: true,
        scale: { specReplicasPath: ".spec.replicas" },
        selectableFields: ["spec.colour"],
      },
    ]);
    expect(definitionsOf(aDefinition({ version: { served: false } }))).toEqual([]);
  });
});
