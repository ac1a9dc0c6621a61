import type { AnyObject, ObjectMeta } from "../../api/object.ts";
import { pruneUnknown } from "../schema/pruneUnknown.ts";
import { validateValue } from "../schema/validateValue.ts";
import type { ApiError } from "../wire/apiError.ts";
import type { ResourceDefinition, Schema } from "../wire/resource.ts";
import { badRequest } from "./errors.ts";
import { cloneJson, isRecord, type Json } from "./json.ts";
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
  const content = definition.builtIn ? canonical(contentSchema(definition.schema), fields) : fields;
  const pruned = pruneUnknown(contentSchema(definition.schema), content);
  if (definition.builtIn) checkTypes(definition, pruned.value, complain);
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
      `${String(kind)} in version "${definition.version}" cannot be handled as a ${definition.kind}: the kind in the data (${String(kind)}) does not match the expected kind (${definition.kind})`,
    );
  }
  if (apiVersion !== undefined && apiVersion !== "" && apiVersion !== groupVersionOf(definition)) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${groupVersionOf(definition)})`,
    );
  }
}

function checkTypes(definition: ResourceDefinition, value: unknown, complain: Complaint): void {
  const error = validateValue(contentSchema(definition.schema), value).find(
    ({ reason }) => reason === "FieldValueTypeInvalid",
  );
  if (error === undefined) return;
  const [, found = "value", wanted = "object"] =
    /^Invalid value: "(\w+)".*must be of type ([^:]+)/s.exec(error.message) ?? [];
  if (wanted === "date-time") throw complain(`parsing time in ${error.field}: ${error.message}`);
  throw complain(
    `json: cannot unmarshal ${found === "integer" ? "number" : found} into Go struct field ${definition.kind}.${error.field} of type ${wanted}`,
  );
}

/** The form in which the typed server gives objects back: no nulls, no empty lists, no empty maps. */
function canonical(schema: Schema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => canonical(schema?.items, item));
  if (!isRecord(value)) return value;
  const result: Json = {};
  for (const [key, field] of Object.entries(value)) {
    const of =
      schema?.properties?.[key] ?? (isSchema(schema?.additionalProperties) ? schema.additionalProperties : undefined);
    if (field === null || (Array.isArray(field) && field.length === 0)) continue;
    if (isEmptyMap(of, field)) continue;
    result[key] = canonical(of, field);
  }
  return result;
}

function isSchema(schema: Schema | boolean | undefined): schema is Schema {
  return typeof schema === "object";
}

function isEmptyMap(schema: Schema | undefined, value: unknown): boolean {
  return schema?.additionalProperties !== undefined && isRecord(value) && Object.keys(value).length === 0;
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
