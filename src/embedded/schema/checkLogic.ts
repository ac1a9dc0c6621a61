import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { forbidden, required } from "./fieldErrors.ts";

const outside = [
  "description",
  "type",
  "default",
  "nullable",
  "additionalProperties",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-map-type",
  "x-kubernetes-validations",
] as const;

/** Judges `allOf`, `anyOf`, `oneOf` and `not`, which may only narrow what the schema around them describes. */
export function checkLogic(schema: Schema, path: string): FieldError[] {
  const parts: [Schema, string][] = [
    ...(schema.allOf ?? []).map((part, index): [Schema, string] => [part, `${path}.allOf[${index}]`]),
    ...(schema.anyOf ?? []).map((part, index): [Schema, string] => [part, `${path}.anyOf[${index}]`]),
    ...(schema.oneOf ?? []).map((part, index): [Schema, string] => [part, `${path}.oneOf[${index}]`]),
    ...(schema.not === undefined ? [] : [[schema.not, `${path}.not`] satisfies [Schema, string]]),
  ];
  // The one form that may name types: what an int-or-string looks like elsewhere.
  const mayType = schema["x-kubernetes-int-or-string"] === true;
  return parts.flatMap(([part, at]) => checkPart(part, schema, at, path, mayType));
}

function checkPart(part: Schema, around: Schema, at: string, path: string, mayType: boolean): FieldError[] {
  const wrong = outside.filter((name) => part[name] !== undefined && !(mayType && name === "type"));
  const errors = wrong.map((name) => forbidden(`${at}.${name}`, "must be empty to be structural"));
  for (const [name, child] of Object.entries(part.properties ?? {})) {
    const known = around.properties?.[name];
    if (known !== undefined)
      errors.push(...checkPart(child, known, `${at}.properties[${name}]`, `${path}.properties[${name}]`, false));
    else errors.push(required(`${path}.properties[${name}]`, `because it is defined in ${at}.properties[${name}]`));
  }
  if (part.items !== undefined && around.items !== undefined)
    errors.push(...checkPart(part.items, around.items, `${at}.items`, `${path}.items`, false));
  if (part.items !== undefined && around.items === undefined)
    errors.push(required(`${path}.items`, `because it is defined in ${at}.items`));
  return [...errors, ...checkNested(part, around, at, path)];
}

function checkNested(part: Schema, around: Schema, at: string, path: string): FieldError[] {
  const lists = (["allOf", "anyOf", "oneOf"] as const).flatMap((name) =>
    (part[name] ?? []).flatMap((inner, index) => checkPart(inner, around, `${at}.${name}[${index}]`, path, false)),
  );
  return part.not === undefined ? lists : [...lists, ...checkPart(part.not, around, `${at}.not`, path, false)];
}
