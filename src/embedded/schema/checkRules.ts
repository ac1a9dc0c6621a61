import type { FieldError } from "../wire/apiError.ts";
import type { Schema, ValidationRule } from "../wire/resource.ts";
import { celPaths } from "./celPaths.ts";
import { CelError, compileCel } from "./compileCel.ts";
import { compileRule } from "./compileRule.ts";
import { invalid, notSupported, required } from "./fieldErrors.ts";

const reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/**
 * What is wrong with the rules of a CustomResourceDefinition's schema: those that do not compile, that read fields which
 * the schema does not have, that compare with the stored value where none can be found.
 */
export function checkRules(schema: Schema, path: string): FieldError[] {
  return checkNode(withTypeFields(schema), path, true);
}

const text: Schema = { type: "string" };

/** Rules at the root see type and name of the object, nothing else of its metadata. */
function withTypeFields(schema: Schema): Schema {
  const metadata: Schema = { type: "object", properties: { name: text, generateName: text } };
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata } };
}

function checkNode(schema: Schema, path: string, correlatable: boolean): FieldError[] {
  const rules = schema["x-kubernetes-validations"] ?? [];
  const own = rules.flatMap((rule, index) =>
    checkRule(rule, schema, `${path}.x-kubernetes-validations[${index}]`, correlatable),
  );
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
    checkNode(child, `${path}.properties[${name}]`, correlatable),
  );
  const { items, additionalProperties } = schema;
  const keyed = schema["x-kubernetes-list-type"] === "map";
  const inside = items === undefined ? [] : checkNode(items, `${path}.items`, correlatable && keyed);
  const values =
    typeof additionalProperties === "object"
      ? checkNode(additionalProperties, `${path}.additionalProperties`, correlatable)
      : [];
  return [...own, ...fields, ...inside, ...values];
}

function checkRule(rule: ValidationRule, schema: Schema, path: string, correlatable: boolean): FieldError[] {
  if ((rule.rule ?? "").trim() === "") return [required(`${path}.rule`, "rule is not specified")];
  const errors = [...checkMessage(rule, path), ...checkReason(rule, path)];
  try {
    const compiled = compileRule(rule, schema);
    if (compiled.isTransition && !correlatable) {
      errors.push(
        invalid(
          `${path}.rule`,
          rule,
          "oldSelf cannot be used on the uncorrelatable portion of the schema within " +
            path.replace(/\.x-kubernetes-validations.*$/, ""),
        ),
      );
    }
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return [...errors, uncompiled(rule, path, error.message)];
  }
  const [missing] = celPaths(rule.rule, schema);
  return missing === undefined
    ? errors
    : [...errors, uncompiled(rule, path, `ERROR: <input>:1:${missing.column}: undefined field '${missing.field}'`)];
}

function uncompiled(rule: ValidationRule, path: string, message: string): FieldError {
  return invalid(`${path}.rule`, rule, `compilation failed: ${message}`);
}

function checkMessage(rule: ValidationRule, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (rule.message !== undefined && rule.message.trim() === "")
    errors.push(invalid(`${path}.message`, rule.message, "message must be non-empty if specified"));
  if (rule.message?.trim().includes("\n") === true)
    errors.push(invalid(`${path}.message`, rule.message, "message must not contain line breaks"));
  if (rule.rule.includes("\n") && rule.message === undefined)
    errors.push(required(`${path}.message`, "message must be specified if rule contains line breaks"));
  if (rule.messageExpression !== undefined)
    errors.push(...checkExpression(rule, rule.messageExpression, `${path}.messageExpression`));
  return errors;
}

function checkExpression(rule: ValidationRule, expression: string, path: string): FieldError[] {
  if (expression.trim() === "") return [required(path, "must be non-empty if specified")];
  try {
    compileCel(expression, {
      variables: ["self", "oldSelf"],
      optional: rule.optionalOldSelf === true ? ["oldSelf"] : [],
    });
    return [];
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return [invalid(path, rule, `messageExpression compilation failed: ${error.message}`)];
  }
}

function checkReason(rule: ValidationRule, path: string): FieldError[] {
  return rule.reason === undefined || reasons.includes(rule.reason)
    ? []
    : [notSupported(`${path}.reason`, rule.reason, reasons)];
}
