import type { AnyObject } from "../../api/object.ts";
import type { PrinterColumn, Schema } from "../wire/resource.ts";
import { gatewayClassSchema, gatewaySchema, referenceGrantSchema } from "./gateway/gateway.ts";
import { httpRouteSchema } from "./gateway/httpRoute.ts";
import { group } from "./gateway/parts.ts";

type Kind = {
  readonly kind: string;
  readonly plural: string;
  readonly version: string;
  readonly scope: "Cluster" | "Namespaced";
  readonly shortNames: readonly string[];
  readonly schema: Schema;
  readonly columns: readonly PrinterColumn[];
  readonly hasStatus: boolean;
};

const age: PrinterColumn = { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" };
const column = (name: string, jsonPath: string, priority?: number): PrinterColumn => ({
  name,
  type: "string",
  jsonPath,
  ...(priority === undefined ? {} : { priority }),
});
const holds = (type: string): string => `.status.conditions[?(@.type=="${type}")].status`;

const kinds: readonly Kind[] = [
  {
    kind: "GatewayClass",
    plural: "gatewayclasses",
    version: "v1",
    scope: "Cluster",
    shortNames: ["gc"],
    schema: gatewayClassSchema,
    columns: [
      column("Controller", ".spec.controllerName"),
      column("Accepted", holds("Accepted")),
      age,
      column("Description", ".spec.description", 1),
    ],
    hasStatus: true,
  },
  {
    kind: "Gateway",
    plural: "gateways",
    version: "v1",
    scope: "Namespaced",
    shortNames: ["gtw"],
    schema: gatewaySchema,
    columns: [
      column("Class", ".spec.gatewayClassName"),
      column("Address", ".status.addresses[*].value"),
      column("Programmed", holds("Programmed")),
      age,
    ],
    hasStatus: true,
  },
  {
    kind: "HTTPRoute",
    plural: "httproutes",
    version: "v1",
    scope: "Namespaced",
    shortNames: [],
    schema: httpRouteSchema,
    columns: [column("Hostnames", ".spec.hostnames"), age],
    hasStatus: true,
  },
  {
    kind: "ReferenceGrant",
    plural: "referencegrants",
    version: "v1beta1",
    scope: "Namespaced",
    shortNames: ["refgrant"],
    schema: referenceGrantSchema,
    columns: [age],
    hasStatus: false,
  },
];

const typeFields: Readonly<Record<string, Schema>> = {
  apiVersion: { type: "string", description: "Group and version of this form of the object." },
  kind: { type: "string", description: "Kind of the object." },
  metadata: { type: "object" },
};

function customResourceDefinition({
  kind,
  plural,
  version,
  scope,
  shortNames,
  schema,
  columns,
  hasStatus,
}: Kind): AnyObject {
  const openAPIV3Schema = { ...schema, properties: { ...typeFields, ...schema.properties } };
  const served = {
    name: version,
    served: true,
    storage: true,
    schema: { openAPIV3Schema },
    additionalPrinterColumns: columns,
  };
  const singular = kind.toLowerCase();
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      annotations: {
        "api-approved.kubernetes.io": "unapproved, the standard channel's fields for the embedded cluster",
      },
    },
    spec: {
      group,
      scope,
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames, categories: ["gateway-api"] },
      versions: [{ ...served, ...(hasStatus ? { subresources: { status: {} } } : {}) }],
    },
  };
}

/** The Gateway API kinds that the embedded gateway serves, as CustomResourceDefinitions: the fields of the standard channel. */
export const gatewayApiCustomResourceDefinitions: readonly AnyObject[] = kinds.map(customResourceDefinition);
