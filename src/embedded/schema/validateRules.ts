import type { FieldError } from "../wire/apiError.ts";
import type { Schema } from "../wire/resource.ts";
import { isObject, schemaOfKey } from "./applyDefaults.ts";
import { CelError } from "./compileCel.ts";
import { type CompiledRule, compileRule } from "./compileRule.ts";
import { duplicate, forbidden, refused, required } from "./fieldErrors.ts";
import { oldItemOf } from "./listTypes.ts";
import { same } from "./same.ts";

type Node = { readonly schema: Schema; readonly value: unknown; readonly old: unknown; readonly path: string };

/**
 * Runs every `x-kubernetes-validations` rule of the schema on the object. Rules that name `oldSelf` run where the stored
 * object has a corresponding value, and never on create (`old` undefined). What has not changed may break other rules.
 */
export function validateRules(schema: Schema, object: unknown, old: unknown): FieldError[] {
  return visit({ schema, value: object, old: old ?? undefined, path: "" });
}

const ruleHolders = new WeakMap<Schema, boolean>();

/** Whether the schema has rules anywhere. */
export function hasRules(schema: Schema): boolean {
  const known = ruleHolders.get(schema);
  if (known !== undefined) return known;
  const children = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  const found =
    (schema["x-kubernetes-validations"]?.length ?? 0) > 0 ||
    children.some((child) => typeof child === "object" && hasRules(child));
  ruleHolders.set(schema, found);
  return found;
}

function visit(node: Node): FieldError[] {
  const { schema, value, old, path } = node;
  if (value === undefined || value === null || !hasRules(schema)) return [];
  const errors = rulesOf(schema).flatMap((rule) => runRule(rule, node));
  if (Array.isArray(value) && schema.items !== undefined) {
    const { items } = schema;
    return [
      ...errors,
      ...value.flatMap((item, index) =>
        visit({ schema: items, value: item, old: oldItemOf(schema, item, old), path: `${path}[${index}]` }),
      ),
    ];
  }
  return isObject(value) ? [...errors, ...visitFields(node, value)] : errors;
}

function visitFields({ schema, old, path }: Node, value: Record<string, unknown>): FieldError[] {
  const before = isObject(old) ? old : {};
  const isMap = schema.properties === undefined;
  return Object.entries(value).flatMap(([key, child]) => {
    const known = schemaOfKey(schema, key);
    if (known === undefined) return [];
    return visit({
      schema: known,
      value: child,
      old: before[key],
      path: isMap ? `${path}[${key}]` : joined(path, key),
    });
  });
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

const compiled = new WeakMap<Schema, readonly CompiledRule[]>();

function rulesOf(schema: Schema): readonly CompiledRule[] {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const rules = (schema["x-kubernetes-validations"] ?? []).map((rule) => compileRule(rule, schema));
  compiled.set(schema, rules);
  return rules;
}

function runRule(rule: CompiledRule, node: Node): FieldError[] {
  const { old, value, path } = node;
  if (rule.isTransition && old === undefined && !rule.optionalOldSelf) return [];
  if (!rule.isTransition && old !== undefined && same(old, value)) return [];
  const values = { self: value, oldSelf: old };
  try {
    if (rule.program.evaluate(values) === true) return [];
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return [refused(path, `${error.message} evaluating rule: ${rule.message}`)];
  }
  return [failure(rule, `${path}${rule.fieldPath}`.replace(/^\./, ""), messageOf(rule, values), value)];
}

function messageOf(rule: CompiledRule, values: Record<string, unknown>): string {
  try {
    const message = rule.messageProgram?.evaluate(values);
    if (typeof message === "string" && message.trim() !== "" && !message.includes("\n")) return message.trim();
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
  }
  return rule.message;
}

function failure(rule: CompiledRule, path: string, message: string, value: unknown): FieldError {
  switch (rule.reason) {
    case "FieldValueForbidden":
      return forbidden(path, message);
    case "FieldValueRequired":
      return required(path, message);
    case "FieldValueDuplicate":
      return duplicate(path, value);
    default:
      return refused(path, message);
  }
}
