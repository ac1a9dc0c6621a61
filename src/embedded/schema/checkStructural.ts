import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { checkListType } from "./checkListType.ts";
import { checkLogic } from "./checkLogic.ts";
import { forbidden, invalid, required } from "./fieldErrors.ts";
import { pruneUnknown } from "./pruneUnknown.ts";
import { patternOf } from "./scalars.ts";
import { validateValue } from "./validateValue.ts";

/** What makes a CustomResourceDefinition's schema not structural; `path` is where the schema stands. */
export function checkStructural(schema: Schema, path = "spec.validation.openAPIV3Schema"): FieldError[] {
  return [...checkRoot(schema, path), ...checkNode(schema, path, "root")];
}

function checkRoot(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type !== undefined && schema.type !== "object")
    errors.push(invalid(`${path}.type`, schema.type, "must be object at the root"));
  if (schema.nullable === true) errors.push(forbidden(`${path}.nullable`, "nullable cannot be true at the root"));
  const metadata = schema.properties?.["metadata"];
  if (metadata === undefined) return errors;
  const { type, description: _description, properties = {}, ...more } = metadata;
  const foreign = Object.keys(properties).some((name) => name !== "name" && name !== "generateName");
  if (type !== "object") errors.push(invalid(`${path}.properties[metadata].type`, type ?? "", "must be object"));
  if (foreign || Object.keys(more).length > 0) {
    errors.push(
      forbidden(
        `${path}.properties[metadata]`,
        "must not specify anything other than name and generateName, but metadata is implicitly specified",
      ),
    );
  }
  return errors;
}

type Role = "root" | "field" | "item";

const typeMissing: Readonly<Record<Role, string>> = {
  root: "must not be empty at the root",
  field: "must not be empty for specified object fields",
  item: "must not be empty for specified array items",
};

function checkNode(schema: Schema, path: string, role: Role): FieldError[] {
  const free = schema["x-kubernetes-int-or-string"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  const errors: FieldError[] = [];
  if (schema.type === undefined && !(free && role !== "root")) errors.push(required(`${path}.type`, typeMissing[role]));
  if (schema.type !== undefined && schema["x-kubernetes-int-or-string"] === true) {
    errors.push(invalid(`${path}.type`, schema.type, "must be empty if x-kubernetes-int-or-string is true"));
  }
  return [
    ...errors,
    ...checkShape(schema, path),
    ...checkPattern(schema, path),
    ...checkListType(schema, path),
    ...checkDefault(schema, path),
    ...checkLogic(schema, path),
    ...checkChildren(schema, path),
  ];
}

function checkShape(schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.properties !== undefined && schema.additionalProperties !== undefined) {
    errors.push(forbidden(`${path}.additionalProperties`, "additionalProperties and properties are mutual exclusive"));
  }
  if (schema.additionalProperties === false)
    errors.push(forbidden(`${path}.additionalProperties`, "additionalProperties cannot be set to false"));
  if (schema.uniqueItems === true) {
    errors.push(
      forbidden(
        `${path}.uniqueItems`,
        "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
      ),
    );
  }
  if (schema.type === "array" && schema.items === undefined)
    errors.push(required(`${path}.items`, "must be specified"));
  if ("$ref" in schema) errors.push(forbidden(`${path}.$ref`, "$ref is not supported"));
  if (
    schema["x-kubernetes-embedded-resource"] === true &&
    schema["x-kubernetes-preserve-unknown-fields"] !== true &&
    schema.properties === undefined
  ) {
    errors.push(
      required(
        `${path}.properties`,
        "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
      ),
    );
  }
  return errors;
}

function checkPattern(schema: Schema, path: string): FieldError[] {
  if (schema.pattern === undefined) return [];
  try {
    patternOf(schema.pattern);
    return [];
  } catch (error) {
    return [
      invalid(
        `${path}.pattern`,
        schema.pattern,
        `must be a valid regular expression, but isn't: ${error instanceof Error ? error.message : String(error)}`,
      ),
    ];
  }
}

function checkDefault(schema: Schema, path: string): FieldError[] {
  if (schema.default === undefined) return [];
  const wrong = validateValue({ ...schema, default: undefined }, schema.default, "").map((error) => ({
    ...error,
    field: error.field === "<nil>" ? `${path}.default` : `${path}.default.${error.field}`,
  }));
  const pruned = schema.type === "object" ? pruneUnknown(schema, schema.default).unknown : [];
  return [
    ...wrong,
    ...pruned.map((name) => invalid(`${path}.default`, schema.default, `must not have unknown fields: ${name}`)),
  ];
}

function checkChildren(schema: Schema, path: string): FieldError[] {
  const fields = Object.entries(schema.properties ?? {})
    .filter(([name]) => !(path.endsWith("openAPIV3Schema") && name === "metadata"))
    .flatMap(([name, child]) => checkNode(child, `${path}.properties[${name}]`, "field"));
  const { items, additionalProperties } = schema;
  const inside = items === undefined ? [] : checkNode(items, `${path}.items`, "item");
  const values =
    typeof additionalProperties === "object"
      ? checkNode(additionalProperties, `${path}.additionalProperties`, "field")
      : [];
  return [...fields, ...inside, ...values];
}
