import type { Strategy } from "../wire/resource.ts";
import { selectorUnchanged } from "./deployments.ts";
import { fields, notNegative } from "./rules/fields.ts";
import { defaultPodSpec } from "./rules/podSpecs.ts";
import { validateSelectorAndTemplate } from "./rules/templates.ts";

export const replicaSetStrategy: Strategy = {
  prepareForCreate(object) {
    object["status"] = { replicas: 0 };
  },
  applyDefaults(object) {
    defaultPodSpec(fields(fields(fields(object["spec"])["template"])["spec"]));
  },
  validate(object) {
    const spec = fields(object["spec"]);
    return [
      ...notNegative("spec.replicas", spec["replicas"]),
      ...notNegative("spec.minReadySeconds", spec["minReadySeconds"]),
      ...validateSelectorAndTemplate(spec),
    ];
  },
  validateUpdate: selectorUnchanged,
};
