import { invalid, required } from "../schema/fieldErrors.ts";
import type { Strategy } from "../wire/resource.ts";
import { fields, positive, rows, same, textOf } from "./rules/fields.ts";

const nameLabel = "kubernetes.io/metadata.name";

export const namespaceStrategy: Strategy = {
  prepareForCreate(object) {
    object["spec"] = { finalizers: ["kubernetes"] };
    object["status"] = { phase: "Active" };
  },
  prepareForUpdate(object, old) {
    object["spec"] = fields(old["spec"]);
  },
  applyDefaults(object) {
    const { name } = object.metadata;
    if (textOf(name) !== "") object.metadata.labels = { ...object.metadata.labels, [nameLabel]: name };
  },
};

export const eventStrategy: Strategy = {
  validate(object) {
    const about = textOf(fields(object["involvedObject"])["namespace"]);
    const { namespace } = object.metadata;
    const fits = about === namespace || (about === "" && namespace === "default");
    return fits ? [] : [invalid("involvedObject.namespace", about, "does not match event.namespace")];
  },
};

export const leaseStrategy: Strategy = {
  validate(object) {
    const spec = fields(object["spec"]);
    const transitions = spec["leaseTransitions"];
    const errors = positive("spec.leaseDurationSeconds", spec["leaseDurationSeconds"]);
    if (typeof transitions === "number" && transitions < 0) {
      errors.push(invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
    }
    return errors;
  },
};

export const endpointSliceStrategy: Strategy = {
  prepareForUpdate(object, old) {
    object["addressType"] ??= old["addressType"];
  },
  validate(object) {
    const errors = textOf(object["addressType"]) === "" ? [required("addressType")] : [];
    for (const [index, endpoint] of rows(object["endpoints"]).entries()) {
      const { addresses } = endpoint;
      if (!Array.isArray(addresses) || addresses.length === 0)
        errors.push(required(`endpoints[${index}].addresses`, "must contain at least 1 address"));
    }
    return errors;
  },
  validateUpdate(object, old) {
    const type = object["addressType"];
    return same(type, old["addressType"]) ? [] : [invalid("addressType", type, "field is immutable")];
  },
};

/** A binding says once and for all which role it grants. */
export const roleBindingStrategy: Strategy = {
  validate(object) {
    const { name, kind } = fields(object["roleRef"]);
    const errors = textOf(name) === "" ? [required("roleRef.name")] : [];
    if (textOf(kind) === "") errors.push(required("roleRef.kind"));
    return errors;
  },
  validateUpdate(object, old) {
    return same(object["roleRef"], old["roleRef"])
      ? []
      : [invalid("roleRef", object["roleRef"], "cannot change roleRef")];
  },
  applyDefaults(object) {
    for (const subject of Array.isArray(object["subjects"]) ? object["subjects"] : []) {
      const group = fields(subject)["kind"] === "ServiceAccount" ? "" : "rbac.authorization.k8s.io";
      if (group !== "") fields(subject)["apiGroup"] ??= group;
    }
  },
};
