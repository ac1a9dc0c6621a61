import { invalid, required } from "../../schema/fieldErrors.ts";
import type { FieldError } from "../../wire/apiError.ts";
import { type Fields, fields } from "./fields.ts";
import { isEmptySelector, selects, validateLabels, validateSelector } from "./labels.ts";
import { validateTemplateSpec } from "./podSpecs.ts";

/** Judges selector and template of a Deployment or ReplicaSet, which must fit each other. */
export function validateSelectorAndTemplate(spec: Fields): FieldError[] {
  return [...validateOwnSelector(spec), ...validateTemplate(spec)];
}

function validateOwnSelector(spec: Fields): FieldError[] {
  const { selector } = spec;
  if (selector === undefined) return [required("spec.selector")];
  if (isEmptySelector(selector))
    return [invalid("spec.selector", selector, "empty selector is invalid for deployment")];
  return validateSelector(selector, "spec.selector");
}

function validateTemplate(spec: Fields): FieldError[] {
  const template = fields(spec["template"]);
  const labels = fields(template["metadata"])["labels"];
  const errors: FieldError[] = [];
  if (!selects(spec["selector"], labels)) {
    errors.push(invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
  }
  errors.push(...validateLabels(labels, "spec.template.labels"));
  return [...errors, ...validateTemplateSpec(template, "spec.template")];
}
