import type { AnyObject } from "../../api/object.ts";
import { forbidden, invalid, notSupported, required } from "../schema/fieldErrors.ts";
import type { FieldError } from "../wire/apiError.ts";
import type { Strategy } from "../wire/resource.ts";
import { type Fields, fields, notNegative, numberOf, same, textOf } from "./rules/fields.ts";
import { defaultPodSpec } from "./rules/podSpecs.ts";
import { validateSelectorAndTemplate } from "./rules/templates.ts";

export const deploymentStrategy: Strategy = {
  prepareForCreate(object) {
    object["status"] = {};
  },
  applyDefaults(object) {
    const spec = fields(object["spec"]);
    const strategy = fields(spec["strategy"]);
    if (strategy["type"] === "RollingUpdate") {
      strategy["rollingUpdate"] = { maxUnavailable: "25%", maxSurge: "25%", ...fields(strategy["rollingUpdate"]) };
    }
    defaultPodSpec(fields(fields(spec["template"])["spec"]));
  },
  validate(object) {
    const spec = fields(object["spec"]);
    return [
      ...notNegative("spec.replicas", spec["replicas"]),
      ...validateSelectorAndTemplate(spec),
      ...validateUpdateStrategy(fields(spec["strategy"]), "spec.strategy"),
      ...validateTimes(spec),
    ];
  },
  validateUpdate: selectorUnchanged,
};

/** The selector of a workload is chosen once. */
export function selectorUnchanged(object: AnyObject, old: AnyObject): FieldError[] {
  const selector = fields(object["spec"])["selector"];
  return same(selector, fields(old["spec"])["selector"])
    ? []
    : [invalid("spec.selector", selector, "field is immutable")];
}

function validateTimes(spec: Fields): FieldError[] {
  const ready = numberOf(spec["minReadySeconds"]) ?? 0;
  const deadline = numberOf(spec["progressDeadlineSeconds"]);
  const errors = [
    ...notNegative("spec.minReadySeconds", spec["minReadySeconds"]),
    ...notNegative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"]),
    ...notNegative("spec.progressDeadlineSeconds", deadline),
  ];
  if (deadline !== undefined && deadline <= ready) {
    errors.push(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  }
  return errors;
}

function validateUpdateStrategy(strategy: Fields, path: string): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === "Recreate") {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === undefined ? [] : [forbidden(`${path}.rollingUpdate`, why)];
  }
  if (type !== "RollingUpdate") return [notSupported(`${path}.type`, type, ["Recreate", "RollingUpdate"])];
  if (rollingUpdate === undefined)
    return [required(`${path}.rollingUpdate`, "this should be defaulted and never be nil")];
  return validateRollingUpdate(fields(rollingUpdate), `${path}.rollingUpdate`);
}

function validateRollingUpdate({ maxUnavailable, maxSurge }: Fields, path: string): FieldError[] {
  const errors = [
    ...validateShare(maxUnavailable, `${path}.maxUnavailable`),
    ...validateShare(maxSurge, `${path}.maxSurge`),
  ];
  if (isZero(maxUnavailable) && isZero(maxSurge)) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0"));
  }
  if (typeof maxUnavailable === "string" && Number.parseInt(maxUnavailable, 10) > 100) {
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable, "must not be greater than 100%"));
  }
  return errors;
}

function validateShare(value: unknown, path: string): FieldError[] {
  if (typeof value === "number") return notNegative(path, value);
  const isPercent = /^\d+%$/.test(textOf(value));
  const text =
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
  return isPercent ? [] : [invalid(path, value, text)];
}

function isZero(value: unknown): boolean {
  return value === 0 || value === "0%" || value === undefined;
}
