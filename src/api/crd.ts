import { deliverySpec, deliveryStatus } from "./delivery.ts";
import { interventionSpec, interventionStatus } from "./intervention.ts";
import { group, version } from "./names.ts";
import type { AnyObject, ResourceType } from "./object.ts";
import { releaseSpec, releaseStatus } from "./release.ts";
import { resources } from "./resources.ts";
import type { Field, JsonSchema } from "./schema.ts";

type Column = { name: string; type: string; jsonPath: string; description: string; priority?: number };

type KindSource = {
  readonly resource: ResourceType;
  readonly description: string;
  readonly shortNames: readonly string[];
  readonly singular: string;
  readonly spec: Field<unknown>;
  readonly status: Field<unknown>;
  readonly columns: readonly Column[];
};

const age: Column = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  description: "Time since it was created.",
};

export const kinds: readonly KindSource[] = [
  {
    resource: resources.deliveries,
    description: "A Delivery says how one workload is delivered: by which traffic, in which steps, judged by what.",
    shortNames: ["dl"],
    singular: "delivery",
    spec: deliverySpec,
    status: deliveryStatus,
    columns: [
      { name: "Workload", type: "string", jsonPath: ".spec.workload.name", description: "What is delivered." },
      { name: "Phase", type: "string", jsonPath: ".status.phase", description: "The state in a word." },
      { name: "Release", type: "string", jsonPath: ".status.release", description: "The newest Release." },
      {
        name: "Stable",
        type: "string",
        jsonPath: ".status.stable.images[0]",
        description: "Image that serves.",
        priority: 1,
      },
      {
        name: "Ready",
        type: "string",
        jsonPath: '.status.conditions[?(@.type=="Ready")].status',
        description: "Whether all is well.",
      },
      {
        name: "Reason",
        type: "string",
        jsonPath: '.status.conditions[?(@.type=="Ready")].reason',
        description: "Why.",
      },
      age,
    ],
  },
  {
    resource: resources.releases,
    description:
      "A Release is the record of one revision's journey through a Delivery: what was seen, decided and done.",
    shortNames: ["rel"],
    singular: "release",
    spec: releaseSpec,
    status: releaseStatus,
    columns: [
      { name: "Phase", type: "string", jsonPath: ".status.phase", description: "The state in a word." },
      { name: "Step", type: "string", jsonPath: ".status.step.name", description: "Where in the plan it is." },
      {
        name: "Weight",
        type: "number",
        jsonPath: ".status.weight.accepted",
        description: "The contender's share in percent.",
      },
      {
        name: "Verdict",
        type: "string",
        jsonPath: ".status.verdict.outcome",
        description: "What the checks add up to.",
      },
      {
        name: "Image",
        type: "string",
        jsonPath: ".spec.revision.images[0]",
        description: "What is released.",
        priority: 1,
      },
      { name: "Message", type: "string", jsonPath: ".status.message", description: "What is going on.", priority: 1 },
      age,
    ],
  },
  {
    resource: resources.interventions,
    description: "An Intervention is somebody's order about a Release: promote, pause, resume, skip, roll back, retry.",
    shortNames: ["iv"],
    singular: "intervention",
    spec: interventionSpec,
    status: interventionStatus,
    columns: [
      { name: "Release", type: "string", jsonPath: ".spec.release", description: "What it is about." },
      { name: "Action", type: "string", jsonPath: ".spec.action", description: "What was ordered." },
      { name: "Actor", type: "string", jsonPath: ".spec.actor.username", description: "Who ordered it." },
      { name: "Phase", type: "string", jsonPath: ".status.phase", description: "What became of it." },
      age,
    ],
  },
];

function rootSchema(kind: KindSource): JsonSchema {
  return {
    type: "object",
    description: kind.description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string", description: "Version of this kind's schema." },
      kind: { type: "string", description: "Name of the kind." },
      metadata: { type: "object" },
      spec: kind.spec.schema,
      status: kind.status.schema,
    },
  };
}

function definitionOf(kind: KindSource): AnyObject {
  const { resource } = kind;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${resource.plural}.${group}`, labels: { "app.kubernetes.io/part-of": "tidegate" } },
    spec: {
      group,
      scope: "Namespaced",
      names: {
        kind: resource.kind,
        listKind: `${resource.kind}List`,
        plural: resource.plural,
        singular: kind.singular,
        shortNames: [...kind.shortNames],
        categories: ["tidegate"],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: rootSchema(kind) },
          subresources: { status: {} },
          additionalPrinterColumns: kind.columns.map((column) => ({ ...column })),
        },
      ],
    },
  };
}

/** The definitions of Tidegate's kinds, as both the embedded and a real cluster get them. */
export function customResourceDefinitions(): AnyObject[] {
  return kinds.map(definitionOf);
}
