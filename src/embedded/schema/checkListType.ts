import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { invalid, notSupported, required } from "./fieldErrors.ts";

const scalars = ["string", "integer", "number", "boolean"];

/** Judges what a schema says about the kind of its list or map. */
export function checkListType(schema: Schema, path: string): FieldError[] {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"];
  const errors: FieldError[] = [];
  if (listType !== undefined && schema.type !== "array")
    errors.push(invalid(`${path}.type`, schema.type ?? "", "must be array if x-kubernetes-list-type is specified"));
  if (listType !== undefined && !["atomic", "set", "map"].includes(listType))
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ["atomic", "map", "set"]));
  if (keys !== undefined && listType !== "map")
    errors.push(
      invalid(
        `${path}.x-kubernetes-list-type`,
        listType ?? null,
        "must be map if x-kubernetes-list-map-keys is non-empty",
      ),
    );
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType !== undefined && schema.type !== "object")
    errors.push(invalid(`${path}.type`, schema.type ?? "", "must be object if x-kubernetes-map-type is specified"));
  if (listType === "map" && schema.type === "array") errors.push(...checkMapList(schema, path));
  if (listType === "set" && schema.items !== undefined && !isAtomicItem(schema.items)) {
    errors.push(
      invalid(`${path}.items`, null, "must be a scalar, or an atomic list or map, as items of a list of type set"),
    );
  }
  return errors;
}

function isAtomicItem(items: Schema): boolean {
  if (items["x-kubernetes-list-type"] === "atomic" || items["x-kubernetes-map-type"] === "atomic") return true;
  return (
    items["x-kubernetes-int-or-string"] === true ||
    scalars.includes(items.type ?? "") ||
    (items["x-kubernetes-list-type"] === undefined && items.type === "array")
  );
}

function checkMapList(schema: Schema, path: string): FieldError[] {
  const { items } = schema;
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const errors: FieldError[] = [];
  if (keys.length === 0)
    errors.push(required(`${path}.x-kubernetes-list-map-keys`, "must not be empty if x-kubernetes-list-type is map"));
  if (items?.type !== "object")
    return [
      ...errors,
      invalid(
        `${path}.items.type`,
        items?.type ?? "",
        "must be object if parent array's x-kubernetes-list-type is map",
      ),
    ];
  for (const [index, key] of keys.entries()) {
    const field = items.properties?.[key];
    const at = `${path}.items.properties[${key}]`;
    if (field === undefined)
      errors.push(
        invalid(`${path}.x-kubernetes-list-map-keys[${index}]`, key, "entries must all be names of item properties"),
      );
    else if (!scalars.includes(field.type ?? ""))
      errors.push(
        invalid(
          `${at}.type`,
          field.type ?? "",
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        ),
      );
    else if (field.default === undefined && items.required?.includes(key) !== true) {
      errors.push(
        required(
          `${at}.default`,
          "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
        ),
      );
    }
  }
  return errors;
}
