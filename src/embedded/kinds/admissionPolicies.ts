import { CelError, compileCel } from "../schema/compileCel.ts";
import { invalid, notSupported, required } from "../schema/fieldErrors.ts";
import type { FieldError } from "../wire/apiError.ts";
import type { ResourceDefinition, Strategy } from "../wire/resource.ts";
import { builtIn } from "./definition.ts";
import { type Fields, fields, oneOf, rows, textOf } from "./rules/fields.ts";
import {
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicyBinding,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
} from "./schemas/admission.ts";

const variables = ["object", "oldObject", "request", "params", "namespaceObject", "authorizer", "variables"];

const validatingPolicyStrategy: Strategy = {
  prepareForCreate(object) {
    object["status"] = {};
  },
  validate(object) {
    const spec = fields(object["spec"]);
    const validations = rows(spec["validations"]);
    const audits = rows(spec["auditAnnotations"]);
    const errors = validatePolicy(spec);
    if (validations.length === 0 && audits.length === 0)
      errors.push(required("spec.validations", "validations or auditAnnotations must be non-empty"));
    for (const [index, validation] of validations.entries()) {
      const at = `spec.validations[${index}]`;
      errors.push(...validateExpression(validation["expression"], `${at}.expression`, true));
      errors.push(...validateExpression(validation["messageExpression"], `${at}.messageExpression`, false));
    }
    return errors;
  },
};

const mutatingPolicyStrategy: Strategy = {
  validate(object) {
    const spec = fields(object["spec"]);
    const mutations = rows(spec["mutations"]);
    const errors = validatePolicy(spec);
    if (mutations.length === 0) errors.push(required("spec.mutations", "mutations must contain at least one item"));
    if (textOf(spec["reinvocationPolicy"]) === "") errors.push(required("spec.reinvocationPolicy"));
    errors.push(...oneOf("spec.reinvocationPolicy", spec["reinvocationPolicy"], ["IfNeeded", "Never"]));
    for (const [index, mutation] of mutations.entries())
      errors.push(...validateMutation(mutation, `spec.mutations[${index}]`));
    return errors;
  },
};

function validateMutation(mutation: Fields, path: string): FieldError[] {
  switch (mutation["patchType"]) {
    case "ApplyConfiguration":
      return validateExpression(
        fields(mutation["applyConfiguration"])["expression"],
        `${path}.applyConfiguration.expression`,
        true,
      );
    case "JSONPatch":
      return validateExpression(fields(mutation["jsonPatch"])["expression"], `${path}.jsonPatch.expression`, true);
    case undefined:
      return [required(`${path}.patchType`)];
    default:
      return [notSupported(`${path}.patchType`, mutation["patchType"], ["ApplyConfiguration", "JSONPatch"])];
  }
}

function validatePolicy(spec: Fields): FieldError[] {
  const rules = fields(spec["matchConstraints"])["resourceRules"];
  const errors = oneOf("spec.failurePolicy", spec["failurePolicy"], ["Fail", "Ignore"]);
  if (spec["matchConstraints"] === undefined) errors.push(required("spec.matchConstraints"));
  else if (!Array.isArray(rules) || rules.length === 0) errors.push(required("spec.matchConstraints.resourceRules"));
  for (const [index, variable] of rows(spec["variables"]).entries()) {
    const at = `spec.variables[${index}]`;
    if (textOf(variable["name"]) === "") errors.push(required(`${at}.name`));
    errors.push(...validateExpression(variable["expression"], `${at}.expression`, true));
  }
  for (const [index, condition] of rows(spec["matchConditions"]).entries()) {
    const at = `spec.matchConditions[${index}]`;
    if (textOf(condition["name"]) === "") errors.push(required(`${at}.name`));
    errors.push(...validateExpression(condition["expression"], `${at}.expression`, true));
  }
  return errors;
}

function validateExpression(value: unknown, path: string, needed: boolean): FieldError[] {
  const expression = textOf(value).trim();
  if (expression === "") return needed ? [required(path)] : [];
  try {
    compileCel(expression, { variables });
    return [];
  } catch (error) {
    if (error instanceof CelError) return [invalid(path, expression, `compilation failed: ${error.message}`)];
    throw error;
  }
}

function bindingStrategy(actions: boolean): Strategy {
  return {
    validate(object) {
      const spec = fields(object["spec"]);
      const errors = textOf(spec["policyName"]) === "" ? [required("spec.policyName")] : [];
      return actions ? [...errors, ...validateActions(spec["validationActions"])] : errors;
    },
  };
}

function validateActions(actions: unknown): FieldError[] {
  const path = "spec.validationActions";
  if (!Array.isArray(actions) || actions.length === 0) return [required(path)];
  const errors = actions.flatMap((action, index) => oneOf(`${path}[${index}]`, action, ["Audit", "Deny", "Warn"]));
  if (actions.includes("Deny") && actions.includes("Warn"))
    errors.push(
      invalid(
        path,
        actions,
        "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
      ),
    );
  return errors;
}

const group = { group: "admissionregistration.k8s.io", version: "v1", namespaced: false, hasGeneration: true };

export const admissionDefinitions: readonly ResourceDefinition[] = [
  builtIn({
    ...group,
    kind: "ValidatingAdmissionPolicy",
    categories: ["api-extensions"],
    schema: validatingAdmissionPolicy,
    hasStatus: true,
    strategy: validatingPolicyStrategy,
  }),
  builtIn({
    ...group,
    kind: "ValidatingAdmissionPolicyBinding",
    categories: ["api-extensions"],
    schema: validatingAdmissionPolicyBinding,
    hasGeneration: false,
    strategy: bindingStrategy(true),
  }),
  builtIn({
    ...group,
    kind: "MutatingAdmissionPolicy",
    categories: ["api-extensions"],
    schema: mutatingAdmissionPolicy,
    strategy: mutatingPolicyStrategy,
  }),
  builtIn({
    ...group,
    kind: "MutatingAdmissionPolicyBinding",
    categories: ["api-extensions"],
    schema: mutatingAdmissionPolicyBinding,
    hasGeneration: false,
    strategy: bindingStrategy(false),
  }),
];
