import { described, text } from "../schema/shape.ts";
import type { ResourceDefinition, Schema } from "../wire/resource.ts";

type Given = Pick<ResourceDefinition, "group" | "version" | "kind" | "schema"> & Partial<ResourceDefinition>;

const typeFields = {
  apiVersion: described("Group and version of this form of the object.", text),
  kind: described("Kind of the object.", text),
};

/** A built-in kind: namespaced, without subresources and rules unless it says otherwise. */
export function builtIn(given: Given): ResourceDefinition {
  const singular = given.kind.toLowerCase();
  return {
    listKind: `${given.kind}List`,
    plural: pluralOf(singular),
    singular,
    shortNames: [],
    categories: [],
    namespaced: true,
    builtIn: true,
    hasStatus: false,
    hasGeneration: false,
    strategy: {},
    ...given,
    schema: withTypeFields(given.schema),
  };
}

function withTypeFields(schema: Schema): Schema {
  return { ...schema, properties: { ...typeFields, ...schema.properties } };
}

function pluralOf(singular: string): string {
  return singular.endsWith("y") ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
