import type { AnyObject } from "../../api/object.ts";
import { forbidden, invalid } from "../schema/fieldErrors.ts";
import type { FieldError } from "../wire/apiError.ts";
import type { Strategy } from "../wire/resource.ts";
import { fields, same, textOf } from "./rules/fields.ts";
import { configKeyProblems } from "./rules/names.ts";

const mostBytes = 1_048_576;

export const configMapStrategy: Strategy = {
  validate(object) {
    const data = fields(object["data"]);
    const binary = fields(object["binaryData"]);
    const errors = [...validateKeys(data, "data"), ...validateKeys(binary, "binaryData")];
    for (const key of Object.keys(data)) {
      if (key in binary) errors.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
    }
    return [...errors, ...validateSize({ ...data, ...binary }, "")];
  },
  validateUpdate: (object, old) => immutableFields(object, old, ["data", "binaryData"]),
};

export const secretStrategy: Strategy = {
  applyDefaults(object) {
    const texts = Object.entries(fields(object["stringData"]));
    delete object["stringData"];
    if (texts.length === 0) return;
    const encoded = texts.map(([key, text]) => [key, Buffer.from(textOf(text)).toString("base64")]);
    object["data"] = { ...fields(object["data"]), ...Object.fromEntries(encoded) };
  },
  validate(object) {
    const data = fields(object["data"]);
    return [...validateKeys(data, "data"), ...validateSize(data, "data")];
  },
  validateUpdate(object, old) {
    const errors = immutableFields(object, old, ["data"]);
    if (object["type"] !== old["type"]) errors.unshift(invalid("type", object["type"], "field is immutable"));
    return errors;
  },
};

function validateKeys(data: Record<string, unknown>, path: string): FieldError[] {
  return Object.keys(data).flatMap((key) =>
    configKeyProblems(key).map((problem) => invalid(`${path}[${key}]`, key, problem)),
  );
}

function validateSize(data: Record<string, unknown>, path: string): FieldError[] {
  const size = Object.values(data).reduce<number>((sum, value) => sum + Buffer.byteLength(textOf(value)), 0);
  if (size <= mostBytes) return [];
  return [{ reason: "FieldValueTooLong", field: path, message: `Too long: may not be more than ${mostBytes} bytes` }];
}

function immutableFields(object: AnyObject, old: AnyObject, names: readonly string[]): FieldError[] {
  if (old["immutable"] !== true) return [];
  const why = "field is immutable when `immutable` is set";
  const unset = object["immutable"] === true ? [] : [forbidden("immutable", why)];
  return [...unset, ...names.filter((name) => !same(object[name], old[name])).map((name) => forbidden(name, why))];
}
