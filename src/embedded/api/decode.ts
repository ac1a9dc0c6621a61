import type { AnyObject, ObjectMeta } from "../../api/object.ts";
import { decodeError } from "../schema/decodeError.ts";
import { pruneUnknown } from "../schema/pruneUnknown.ts";
import type { ApiError } from "../wire/apiError.ts";
import type { ResourceDefinition, Schema } from "../wire/resource.ts";
import { badRequest } from "./errors.ts";
import { cloneJson, isRecord, textOf, type Json } from "./json.ts";
import { groupVersionOf } from "./registry.ts";

export type Decoded = {
  readonly object: AnyObject;
  /** Paths of fields that the kind does not have. */ readonly unknown: readonly string[];
};

/** Makes the error for a document that cannot be read as the kind; `why` is the decoder's complaint. */
export type Complaint = (why: string) => ApiError;

export function cannotBeHandled(definition: ResourceDefinition): Complaint {
  return (why) =>
    badRequest(
      `${definition.kind} in version "${definition.version}" cannot be handled as a ${definition.kind}: ${why}`,
    );
}

/**
 * Reads a document as an object of the kind: apiVersion and kind must fit or be absent, unknown fields are dropped and
 * named. Values of a wrong type are refused at once for built-in kinds; for custom ones that is validation's task.
 */
export function decodeObject(definition: ResourceDefinition, document: unknown, complain: Complaint): Decoded {
  if (!isRecord(document))
    throw complain(`json: cannot unmarshal ${typeName(document)} into Go value of type ${definition.kind}`);
  checkKind(definition, document);
  const meta = decodeMeta(document["metadata"], definition, complain);
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...fields } = cloneJson(document);
  const schema = contentSchema(definition.schema);
  const error = definition.builtIn ? decodeError(schema, fields) : undefined;
  if (error !== undefined) throw complain(error);
  const pruned = pruneUnknown(schema, fields);
  const object = {
    apiVersion: groupVersionOf(definition),
    kind: definition.kind,
    metadata: meta.metadata,
    ...(pruned.value as Json),
  };
  return { object, unknown: [...meta.unknown, ...pruned.unknown] };
}

const contentSchemas = new WeakMap<Schema, Schema>();

/** The schema without what every object has, which is decoded here. */
function contentSchema(schema: Schema): Schema {
  const known = contentSchemas.get(schema);
  if (known !== undefined) return known;
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...properties } = schema.properties ?? {};
  const required = (schema.required ?? []).filter((name) => !["apiVersion", "kind", "metadata"].includes(name));
  const content = { ...schema, properties, required };
  contentSchemas.set(schema, content);
  return content;
}

function checkKind(definition: ResourceDefinition, document: Json): void {
  const { apiVersion, kind } = document;
  if (kind !== undefined && kind !== "" && kind !== definition.kind) {
    throw badRequest(
      `${textOf(kind)} in version "${definition.version}" cannot be handled as a ${definition.kind}: the kind in the data (${textOf(kind)}) does not match the expected kind (${definition.kind})`,
    );
  }
  if (apiVersion !== undefined && apiVersion !== "" && apiVersion !== groupVersionOf(definition)) {
    throw badRequest(
      `the API version in the data (${textOf(apiVersion)}) does not match the expected API version (${groupVersionOf(definition)})`,
    );
  }
}

type MetaType = "string" | "number" | "boolean" | "strings" | "map" | "objects";

const metaFields: Readonly<Record<string, MetaType>> = {
  name: "string",
  generateName: "string",
  namespace: "string",
  selfLink: "string",
  uid: "string",
  resourceVersion: "string",
  generation: "number",
  creationTimestamp: "string",
  deletionTimestamp: "string",
  deletionGracePeriodSeconds: "number",
  labels: "map",
  annotations: "map",
  ownerReferences: "objects",
  finalizers: "strings",
  managedFields: "objects",
};

function decodeMeta(
  value: unknown,
  definition: ResourceDefinition,
  complain: Complaint,
): { metadata: ObjectMeta; unknown: string[] } {
  if (value === undefined || value === null) return { metadata: { name: "" }, unknown: [] };
  if (!isRecord(value))
    throw complain(
      `json: cannot unmarshal ${typeName(value)} into Go struct field ${definition.kind}.metadata of type v1.ObjectMeta`,
    );
  const metadata: Json = { name: "" };
  const unknown: string[] = [];
  for (const [key, field] of Object.entries(value)) {
    const type = metaFields[key];
    if (type === undefined) unknown.push(`metadata.${key}`);
    else if (field === null || isEmpty(field) || key === "selfLink") continue;
    else if (fits(type, field)) metadata[key] = cloneJson(field);
    else
      throw complain(
        `json: cannot unmarshal ${typeName(field)} into Go struct field ObjectMeta.metadata.${key} of type ${goType(type)}`,
      );
  }
  return { metadata: metadata as ObjectMeta, unknown };
}

function isEmpty(value: unknown): boolean {
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function fits(type: MetaType, value: unknown): boolean {
  switch (type) {
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "objects":
      return Array.isArray(value) && value.every(isRecord);
    case "map":
      return isRecord(value) && Object.values(value).every((item) => typeof item === "string");
    default:
      throw new Error(`unknown type ${String(type satisfies never)}`);
  }
}

function goType(type: MetaType): string {
  return type === "number"
    ? "int64"
    : type === "map"
      ? "map[string]string"
      : type === "strings"
        ? "[]string"
        : type === "objects"
          ? "[]object"
          : type;
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
