import type { Schema } from "../wire/resource.ts";

const text: Schema = { type: "string" };
const textMap: Schema = { type: "object", additionalProperties: text };

/** ObjectMeta, which is the same for all kinds. */
const metadataSchema: Schema = {
  type: "object",
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: { type: "integer" },
    creationTimestamp: text,
    deletionTimestamp: text,
    deletionGracePeriodSeconds: { type: "integer" },
    labels: textMap,
    annotations: textMap,
    finalizers: {
      type: "array",
      items: text,
      "x-kubernetes-list-type": "set",
      "x-kubernetes-patch-strategy": "merge",
    },
    ownerReferences: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["uid"],
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "uid",
      items: {
        type: "object",
        "x-kubernetes-map-type": "atomic",
        properties: {
          apiVersion: text,
          kind: text,
          name: text,
          uid: text,
          controller: { type: "boolean" },
          blockOwnerDeletion: { type: "boolean" },
        },
      },
    },
    managedFields: { type: "array", items: { type: "object" }, "x-kubernetes-list-type": "atomic" },
  },
};

const completed = new WeakMap<Schema, Schema>();

/** The schema of a whole object with `apiVersion`, `kind` and `metadata` spelled out. */
export function objectSchema(schema: Schema): Schema {
  let complete = completed.get(schema);
  if (complete === undefined) {
    complete = {
      ...schema,
      type: "object",
      properties: { ...schema.properties, apiVersion: text, kind: text, metadata: metadataSchema },
    };
    completed.set(schema, complete);
  }
  return complete;
}
