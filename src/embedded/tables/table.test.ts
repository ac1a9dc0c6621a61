import { describe, expect, it } from "vitest";
import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../wire/resource.ts";
import type { Table } from "./table.ts";
import { tableOf } from "./table.ts";

const now = Date.parse("2026-01-01T00:01:00Z");
const creationTimestamp = "2026-01-01T00:00:00Z";

function definition(group: string, kind: string, more: Partial<ResourceDefinition> = {}): ResourceDefinition {
  const plural = `${kind.toLowerCase()}s`;
  return {
    group,
    version: "v1",
    kind,
    listKind: `${kind}List`,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    schema: {},
    builtIn: true,
    hasStatus: false,
    hasGeneration: false,
    strategy: {},
    ...more,
  };
}

function object(fields: Record<string, unknown>, metadata: object = {}): AnyObject {
  return { apiVersion: "v1", kind: "Any", metadata: { name: "a", creationTimestamp, ...metadata }, ...fields };
}

function table(
  kind: ResourceDefinition,
  objects: AnyObject[],
  includeObject: "Metadata" | "Object" | "None" = "Metadata",
): Table {
  return tableOf(kind, objects, { includeObject, now });
}

/** Column and cell, as they stand above each other. */
function shown(
  group: string,
  kind: string,
  fields: Record<string, unknown>,
  metadata: object = {},
): Record<string, unknown> {
  const { columnDefinitions, rows } = table(definition(group, kind), [object(fields, metadata)]);
  expect(rows[0]?.cells).toHaveLength(columnDefinitions.length);
  return Object.fromEntries(
    columnDefinitions.map((column, index) => [
      `${column.name}${column.priority > 0 ? "+" : ""}`,
      rows[0]?.cells[index],
    ]),
  );
}

const template = {
  spec: {
    containers: [
      { name: "c", image: "web:v1" },
      { name: "d", image: "side:1" },
    ],
  },
};
const selector = {
  matchLabels: { app: "web" },
  matchExpressions: [{ key: "tier", operator: "In", values: ["b", "a"] }],
};

describe("the columns of each kind", () => {
  it.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ["", "Namespace", { status: { phase: "Active" } }, { Name: "a", Status: "Active", Age: "60s" }],
    ["", "ConfigMap", { data: { k: "v" }, binaryData: { b: "" } }, { Name: "a", Data: 2, Age: "60s" }],
    ["", "Secret", { type: "Opaque", data: { k: "v" } }, { Name: "a", Type: "Opaque", Data: 1, Age: "60s" }],
    ["", "ServiceAccount", {}, { Name: "a", Secrets: 0, Age: "60s" }],
    ["coordination.k8s.io", "Lease", { spec: { holderIdentity: "me" } }, { Name: "a", Holder: "me", Age: "60s" }],
    [
      "",
      "Pod",
      {
        spec: {
          nodeName: "n",
          containers: [{ name: "c" }],
          readinessGates: [{ conditionType: "x" }, { conditionType: "y" }],
        },
        status: {
          phase: "Running",
          podIPs: [{ ip: "127.1.0.2" }],
          conditions: [{ type: "x", status: "True" }],
          containerStatuses: [
            {
              ready: true,
              restartCount: 2,
              state: { running: {} },
              lastState: { terminated: { finishedAt: "2026-01-01T00:00:57Z" } },
            },
          ],
        },
      },
      {
        Name: "a",
        Ready: "1/1",
        Status: "Running",
        Restarts: "2 (3s ago)",
        Age: "60s",
        "IP+": "127.1.0.2",
        "Node+": "n",
        "Nominated Node+": "<none>",
        "Readiness Gates+": "1/2",
      },
    ],
    [
      "",
      "Service",
      {
        spec: {
          type: "ClusterIP",
          clusterIP: "10.0.0.1",
          ports: [
            { port: 80, protocol: "TCP" },
            { port: 53, nodePort: 30053, protocol: "UDP" },
          ],
          selector: { b: "2", a: "1" },
        },
      },
      {
        Name: "a",
        Type: "ClusterIP",
        "Cluster-IP": "10.0.0.1",
        "External-IP": "<none>",
        "Port(s)": "80/TCP,53:30053/UDP",
        Age: "60s",
        "Selector+": "a=1,b=2",
      },
    ],
    [
      "",
      "Endpoints",
      { subsets: [{ addresses: [{ ip: "1" }, { ip: "2" }], ports: [{ port: 80 }, { port: 81 }] }] },
      { Name: "a", Endpoints: "1:80,2:80,1:81 + 1 more...", Age: "60s" },
    ],
    [
      "discovery.k8s.io",
      "EndpointSlice",
      {
        addressType: "IPv4",
        ports: [{ port: 80 }, { name: "any" }],
        endpoints: [{ addresses: ["1"] }, { addresses: ["2"] }],
      },
      { Name: "a", AddressType: "IPv4", Ports: "80,any", Endpoints: "1,2", Age: "60s" },
    ],
    [
      "discovery.k8s.io",
      "EndpointSlice",
      { addressType: "IPv4" },
      { Name: "a", AddressType: "IPv4", Ports: "<unset>", Endpoints: "<unset>", Age: "60s" },
    ],
    [
      "apps",
      "Deployment",
      {
        spec: { replicas: 3, selector, template },
        status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 },
      },
      {
        Name: "a",
        Ready: "2/3",
        "Up-to-date": 3,
        Available: 1,
        Age: "60s",
        "Containers+": "c,d",
        "Images+": "web:v1,side:1",
        "Selector+": "app=web,tier in (a,b)",
      },
    ],
    [
      "apps",
      "ReplicaSet",
      { spec: { replicas: 3, selector: {}, template }, status: { replicas: 2 } },
      {
        Name: "a",
        Desired: 3,
        Current: 2,
        Ready: 0,
        Age: "60s",
        "Containers+": "c,d",
        "Images+": "web:v1,side:1",
        "Selector+": "<none>",
      },
    ],
    [
      "",
      "Node",
      {
        spec: { unschedulable: true },
        status: {
          conditions: [{ type: "Ready", status: "True" }],
          nodeInfo: { kubeletVersion: "v1" },
          addresses: [{ type: "InternalIP", address: "1" }],
        },
      },
      {
        Name: "a",
        Status: "Ready,SchedulingDisabled",
        Roles: "<none>",
        Age: "60s",
        Version: "v1",
        "Internal-IP+": "1",
        "External-IP+": "<none>",
        "OS-Image+": "<unknown>",
        "Kernel-Version+": "<unknown>",
        "Container-Runtime+": "<unknown>",
      },
    ],
    [
      "",
      "Event",
      {
        type: "Normal",
        reason: "Done",
        involvedObject: { kind: "Pod", name: "p" },
        source: { component: "node", host: "h" },
        message: " ok\n",
        lastTimestamp: "2026-01-01T00:00:50Z",
        firstTimestamp: creationTimestamp,
        count: 4,
      },
      {
        "Last Seen": "10s",
        Type: "Normal",
        Reason: "Done",
        Object: "pod/p",
        "Subobject+": "",
        "Source+": "node, h",
        Message: "ok",
        "First Seen+": "60s",
        "Count+": 4,
        "Name+": "a",
      },
    ],
    [
      "",
      "Event",
      {
        eventTime: "2026-01-01T00:00:30.123456Z",
        involvedObject: { kind: "Pod", name: "p" },
        reportingComponent: "me",
        series: { count: 9, lastObservedTime: "2026-01-01T00:00:58.000000Z" },
      },
      {
        "Last Seen": "2s",
        Type: "",
        Reason: "",
        Object: "pod/p",
        "Subobject+": "",
        "Source+": "me",
        Message: "",
        "First Seen+": "29s",
        "Count+": 9,
        "Name+": "a",
      },
    ],
    ["apiextensions.k8s.io", "CustomResourceDefinition", {}, { Name: "a", "Created At": creationTimestamp }],
    [
      "admissionregistration.k8s.io",
      "MutatingAdmissionPolicy",
      { spec: { mutations: [{}] } },
      { Name: "a", Mutations: 1, ParamKind: "<unset>", Age: "60s" },
    ],
    [
      "admissionregistration.k8s.io",
      "ValidatingAdmissionPolicyBinding",
      { spec: { policyName: "p" } },
      { Name: "a", PolicyName: "p", ParamRef: "<unset>", Age: "60s" },
    ],
    ["example.com", "Widget", { spec: {} }, { Name: "a", Age: "60s" }],
  ])("%s/%s %#", (group, kind, fields, expected) => expect(shown(group, kind, fields)).toEqual(expected));

  it.each(["Pod", "Service", "Event", "Node", "Endpoints", "Namespace"])(
    "shows a %s that holds nothing at all",
    (kind) => {
      expect(shown("", kind, {})).toHaveProperty(kind === "Event" ? "Name+" : "Name", "a");
    },
  );

  it.each([
    [{ type: "LoadBalancer" }, {}, "<pending>"],
    [
      { type: "LoadBalancer", externalIPs: ["9"] },
      { loadBalancer: { ingress: [{ ip: "1" }, { hostname: "h" }] } },
      "1,h,9",
    ],
    [{ type: "NodePort", externalIPs: ["9"] }, {}, "9"],
    [{ type: "ExternalName", externalName: "x.example.com" }, {}, "x.example.com"],
  ])("names the outside address of a Service %j", (spec, status, expected) => {
    expect(shown("", "Service", { spec, status })["External-IP"]).toBe(expected);
  });
});

describe("the columns of a custom kind", () => {
  const kind = definition("example.com", "Widget", {
    builtIn: false,
    printerColumns: [
      { name: "Size", type: "integer", jsonPath: ".spec.size" },
      { name: "Phase", type: "string", jsonPath: ".status.phase", description: "Where it is.", priority: 1 },
      { name: "Hosts", type: "string", jsonPath: ".spec.hosts" },
      { name: "On", type: "boolean", jsonPath: ".spec.on" },
      { name: "Share", type: "number", jsonPath: ".spec.share" },
      { name: "Broken", type: "string", jsonPath: ".spec[" },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ],
  });

  it("are those that it declares, after the name", () => {
    const { columnDefinitions } = table(kind, []);
    expect(columnDefinitions.map(({ name, type, priority }) => [name, type, priority])).toEqual([
      ["Name", "string", 0],
      ["Size", "integer", 0],
      ["Phase", "string", 1],
      ["Hosts", "string", 0],
      ["On", "boolean", 0],
      ["Share", "number", 0],
      ["Broken", "string", 0],
      ["Age", "date", 0],
    ]);
    expect(columnDefinitions[1]?.description).toBe(
      "Custom resource definition column (in JSONPath format): .spec.size",
    );
    expect(columnDefinitions[2]?.description).toBe("Where it is.");
  });

  it("hold values of the declared type", () => {
    const spec = { size: 3, hosts: ["a", "b"], on: true, share: 0.5 };
    expect(table(kind, [object({ spec, status: { phase: "Ready" } })]).rows[0]?.cells).toEqual([
      "a",
      3,
      "Ready",
      '["a","b"]',
      true,
      0.5,
      null,
      "60s",
    ]);
  });

  it("are empty where there is nothing, or something of another type", () => {
    expect(table(kind, [object({ spec: { size: "x", on: "yes", share: null } })]).rows[0]?.cells).toEqual([
      "a",
      null,
      null,
      null,
      null,
      null,
      null,
      "60s",
    ]);
  });
});

describe("a table", () => {
  const kind = definition("", "ConfigMap");
  const one = object({ data: { k: "v" } }, { resourceVersion: "5", labels: { l: "1" } });

  it("is a Table of meta.k8s.io/v1 with the columns' wire form", () => {
    expect(table(kind, [one])).toMatchObject({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      metadata: { resourceVersion: "5" },
    });
    expect(table(kind, []).columnDefinitions[0]).toEqual({
      name: "Name",
      type: "string",
      format: "name",
      description: expect.any(String),
      priority: 0,
    });
    expect(table(kind, []).rows).toEqual([]);
  });

  it.each([
    ["Metadata", { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: one.metadata }],
    ["Object", one],
    ["None", null],
  ] as const)("includes of each object what is asked for: %s", (include, expected) => {
    expect(table(kind, [one], include).rows[0]?.object).toEqual(expected);
  });

  it("takes the metadata of the list", () => {
    const listMeta = { resourceVersion: "9", continue: "c" };
    expect(tableOf(kind, [one], { includeObject: "None", now, listMeta })).toMatchObject({ metadata: listMeta });
  });

  it.each([["Succeeded"], ["Failed"]])("marks the row of a pod that is %s", (phase) => {
    const row = table(definition("", "Pod"), [object({ status: { phase } })]).rows[0];
    expect(row?.conditions).toMatchObject([{ type: "Completed", status: "True", reason: phase }]);
  });
});
