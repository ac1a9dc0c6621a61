import type { AnyObject } from "../../api/object.ts";
import { checkRules } from "../schema/checkRules.ts";
import { checkStructural } from "../schema/checkStructural.ts";
import { invalid, notSupported, required } from "../schema/fieldErrors.ts";
import type { FieldError } from "../wire/apiError.ts";
import type { Strategy } from "../wire/resource.ts";
import { type Fields, fields, rows, same, textOf } from "./rules/fields.ts";
import { labelProblems, subdomainProblems } from "./rules/names.ts";

export const customResourceDefinitionStrategy: Strategy = {
  prepareForCreate(object) {
    object["status"] = { storedVersions: storageVersions(object), acceptedNames: { plural: "", kind: "" } };
  },
  prepareForUpdate(object, old) {
    const stored = fields(object["status"] ?? old["status"]);
    const versions = new Set([
      ...(Array.isArray(stored["storedVersions"]) ? stored["storedVersions"] : []),
      ...storageVersions(object),
    ]);
    object["status"] = { ...stored, storedVersions: [...versions] };
  },
  applyDefaults(object) {
    const spec = fields(object["spec"]);
    const names = fields(spec["names"]);
    const kind = textOf(names["kind"]);
    if (kind !== "") {
      names["singular"] ??= kind.toLowerCase();
      names["listKind"] ??= `${kind}List`;
    }
    spec["conversion"] ??= { strategy: "None" };
  },
  validate(object) {
    const spec = fields(object["spec"]);
    return [
      ...validateName(object, spec),
      ...validateNames(spec),
      ...validateVersions(spec),
      ...validateApproval(object, spec),
    ];
  },
  validateUpdate(object, old) {
    if (!isEstablished(old)) return [];
    const now = fields(object["spec"]);
    const before = fields(old["spec"]);
    const names = fields(now["names"]);
    const oldNames = fields(before["names"]);
    return [
      ...unchanged("spec.group", now["group"], before["group"]),
      ...unchanged("spec.scope", now["scope"], before["scope"]),
      ...unchanged("spec.names.kind", names["kind"], oldNames["kind"]),
      ...unchanged("spec.names.plural", names["plural"], oldNames["plural"]),
    ];
  },
};

/** Whether the API serves the kind of this definition. */
function isEstablished(crd: AnyObject): boolean {
  return rows(fields(crd["status"])["conditions"]).some(
    ({ type, status }) => type === "Established" && status === "True",
  );
}

function storageVersions(object: AnyObject): string[] {
  const versions = rows(fields(object["spec"])["versions"]);
  return versions.filter(({ storage }) => storage === true).map(({ name }) => textOf(name));
}

function unchanged(path: string, now: unknown, before: unknown): FieldError[] {
  return same(now, before) ? [] : [invalid(path, now, "field is immutable")];
}

function validateName(object: AnyObject, spec: Fields): FieldError[] {
  const wanted = `${textOf(fields(spec["names"])["plural"])}.${textOf(spec["group"])}`;
  const { name } = object.metadata;
  return name === wanted ? [] : [invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')];
}

function validateNames(spec: Fields): FieldError[] {
  const group = textOf(spec["group"]);
  const errors: FieldError[] = [];
  if (group === "") errors.push(required("spec.group"));
  else if (subdomainProblems(group).length > 0)
    errors.push(...subdomainProblems(group).map((problem) => invalid("spec.group", group, problem)));
  else if (!group.includes(".")) errors.push(invalid("spec.group", group, "should be a domain with at least one dot"));
  const scope = spec["scope"];
  if (textOf(scope) === "") errors.push(required("spec.scope"));
  else if (scope !== "Cluster" && scope !== "Namespaced")
    errors.push(notSupported("spec.scope", scope, ["Cluster", "Namespaced"]));
  return [...errors, ...validateOwnNames(fields(spec["names"]))];
}

function validateOwnNames(names: Fields): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["plural", "singular"]) {
    const name = textOf(names[field]);
    if (name === "" && field === "plural") errors.push(required("spec.names.plural"));
    else errors.push(...labelProblems(name).map((problem) => invalid(`spec.names.${field}`, name, problem)));
  }
  for (const field of ["kind", "listKind"]) {
    const name = textOf(names[field]);
    if (name === "") errors.push(required(`spec.names.${field}`));
    else
      errors.push(
        ...labelProblems(name.toLowerCase()).map(() =>
          invalid(
            `spec.names.${field}`,
            name,
            `may have mixed case, but should otherwise match: ${labelProblems("-")[0] ?? ""}`,
          ),
        ),
      );
  }
  if (names["kind"] !== undefined && names["kind"] === names["listKind"])
    errors.push(invalid("spec.names.listKind", names["listKind"], "kind and listKind may not be the same"));
  return errors;
}

function validateVersions(spec: Fields): FieldError[] {
  const versions = rows(spec["versions"]);
  const errors: FieldError[] = [];
  if (versions.length === 0) return [required("spec.versions", "must have at least one version")];
  const storage = versions.filter((version) => version["storage"] === true).length;
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    const name = textOf(version["name"]);
    if (seen.has(name)) errors.push(invalid("spec.versions", name, "must contain unique version names"));
    seen.add(name);
    errors.push(...labelProblems(name).map((problem) => invalid(`spec.versions[${index}].name`, name, problem)));
    errors.push(...validateVersion(version, `spec.versions[${index}]`, versions));
  }
  if (storage !== 1)
    errors.push(invalid("spec.versions", versions, "must have exactly one version marked as storage version"));
  return errors;
}

function validateVersion(version: Fields, path: string, all: readonly Fields[]): FieldError[] {
  const schema = fields(version["schema"])["openAPIV3Schema"];
  const columns = rows(version["additionalPrinterColumns"]).flatMap((column, index) =>
    validateColumn(column, `${path}.additionalPrinterColumns[${index}]`),
  );
  if (schema === undefined) return [required(`${path}.schema.openAPIV3Schema`, "schemas are required"), ...columns];
  // One schema for all versions is held, and complained about, in one place.
  const shared = all.every((other) => same(fields(other["schema"])["openAPIV3Schema"], schema));
  if (shared && version !== all[0]) return columns;
  const at = shared ? "spec.validation.openAPIV3Schema" : `${path}.schema.openAPIV3Schema`;
  const structural = checkStructural(fields(schema), at);
  return [...structural, ...(structural.length === 0 ? checkRules(fields(schema), at) : []), ...columns];
}

const columnTypes = ["boolean", "date", "integer", "number", "string"];

function validateColumn(column: Fields, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (textOf(column["name"]) === "") errors.push(required(`${path}.name`));
  if (textOf(column["type"]) === "") errors.push(required(`${path}.type`, `must be one of ${columnTypes.join(",")}`));
  else if (!columnTypes.includes(textOf(column["type"])))
    errors.push(invalid(`${path}.type`, column["type"], `must be one of ${columnTypes.join(",")}`));
  if (textOf(column["jsonPath"]) === "") errors.push(required(`${path}.JSONPath`));
  return errors;
}

const approval = "api-approved.kubernetes.io";

function validateApproval(object: AnyObject, spec: Fields): FieldError[] {
  const group = textOf(spec["group"]);
  const protectedGroup = /(^|\.)(k8s|kubernetes)\.io$/.test(group);
  if (!protectedGroup || textOf(object.metadata.annotations?.[approval]) !== "") return [];
  const why = `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`;
  return [required(`metadata.annotations[${approval}]`, why)];
}
