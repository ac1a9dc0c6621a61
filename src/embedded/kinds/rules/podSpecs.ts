import { duplicate, invalid, notSupported, required } from "../../schema/fieldErrors.ts";
import type { FieldError } from "../../wire/apiError.ts";
import { validateContainers } from "./containers.ts";
import { type Fields, fields, notNegative, oneOf, problems, rows, textOf } from "./fields.ts";
import { labelProblems, subdomainProblems } from "./names.ts";

/** Fills in what depends on other fields of a pod's spec. Idempotent. */
export function defaultPodSpec(spec: Fields): void {
  for (const field of ["initContainers", "containers", "ephemeralContainers"]) {
    for (const container of listed(spec[field]))
      container["imagePullPolicy"] ??= pullPolicy(textOf(container["image"]));
  }
  for (const volume of listed(spec["volumes"])) {
    if (Object.keys(volume).length === 1) volume["emptyDir"] = {};
  }
  if (spec["hostNetwork"] === true) defaultHostPorts(spec);
  // The older name of the field is kept in step for those who still read it.
  if (spec["serviceAccountName"] !== undefined) spec["serviceAccount"] = spec["serviceAccountName"];
  else if (spec["serviceAccount"] !== undefined) spec["serviceAccountName"] = spec["serviceAccount"];
}

/** The members of a list that are objects, to be changed in place. */
export function listed(value: unknown): Fields[] {
  return Array.isArray(value)
    ? value.filter((item): item is Fields => typeof item === "object" && item !== null && !Array.isArray(item))
    : [];
}

function pullPolicy(image: string): string {
  const name = image.slice(image.lastIndexOf("/") + 1);
  if (name.includes("@")) return "IfNotPresent";
  const tag = name.includes(":") ? name.slice(name.indexOf(":") + 1) : "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultHostPorts(spec: Fields): void {
  for (const container of listed(spec["containers"])) {
    for (const port of listed(container["ports"])) port["hostPort"] ??= port["containerPort"];
  }
}

/** Judges a pod's spec. */
export function validatePodSpec(spec: Fields, path: string): FieldError[] {
  const { volumes, errors } = validateVolumes(spec["volumes"], `${path}.volumes`);
  const around = { volumes };
  const containers = rows(spec["containers"]);
  return [
    ...errors,
    ...(containers.length === 0
      ? [required(`${path}.containers`)]
      : validateContainers(containers, `${path}.containers`, around)),
    ...validateContainers(spec["initContainers"], `${path}.initContainers`, around),
    ...validateInitNames(spec, path),
    ...validatePolicies(spec, path),
    ...validateTimes(spec, path),
    ...(textOf(spec["nodeName"]) === ""
      ? []
      : problems(`${path}.nodeName`, spec["nodeName"], subdomainProblems(textOf(spec["nodeName"])))),
    ...(textOf(spec["hostname"]) === ""
      ? []
      : problems(`${path}.hostname`, spec["hostname"], labelProblems(textOf(spec["hostname"])))),
  ];
}

function validateVolumes(value: unknown, path: string): { volumes: Set<string>; errors: FieldError[] } {
  const volumes = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, volume] of rows(value).entries()) {
    const at = `${path}[${index}].name`;
    const name = textOf(volume["name"]);
    if (name === "") errors.push(required(at));
    else if (volumes.has(name)) errors.push(duplicate(at, name));
    else errors.push(...problems(at, name, labelProblems(name)));
    volumes.add(name);
  }
  return { volumes, errors };
}

function validateInitNames(spec: Fields, path: string): FieldError[] {
  const names = new Set(rows(spec["containers"]).map((container) => container["name"]));
  return rows(spec["initContainers"]).flatMap((container, index) =>
    names.has(container["name"]) ? [duplicate(`${path}.initContainers[${index}].name`, container["name"])] : [],
  );
}

function validatePolicies(spec: Fields, path: string): FieldError[] {
  return [
    ...oneOf(`${path}.restartPolicy`, spec["restartPolicy"], ["Always", "OnFailure", "Never"]),
    ...oneOf(`${path}.dnsPolicy`, spec["dnsPolicy"], ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]),
    ...rows(spec["tolerations"]).flatMap((row, index) => [
      ...oneOf(`${path}.tolerations[${index}].operator`, row["operator"], ["Equal", "Exists"]),
      ...oneOf(`${path}.tolerations[${index}].effect`, row["effect"], ["NoExecute", "NoSchedule", "PreferNoSchedule"]),
    ]),
  ];
}

function validateTimes(spec: Fields, path: string): FieldError[] {
  const deadline = spec["activeDeadlineSeconds"];
  const tooShort = typeof deadline === "number" && (deadline < 1 || deadline > 2_147_483_647);
  return [
    ...(tooShort
      ? [invalid(`${path}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive")]
      : []),
    ...notNegative(`${path}.terminationGracePeriodSeconds`, spec["terminationGracePeriodSeconds"]),
  ];
}

/** Judges the pods of a workload's template, which must be restarted whenever they end. */
export function validateTemplateSpec(template: Fields, path: string): FieldError[] {
  const spec = fields(template["spec"]);
  const errors = validatePodSpec(spec, `${path}.spec`);
  const policy = spec["restartPolicy"];
  if (policy === "Never" || policy === "OnFailure")
    errors.push(notSupported(`${path}.spec.restartPolicy`, policy, ["Always"]));
  if (typeof spec["activeDeadlineSeconds"] === "number") {
    errors.push({
      reason: "FieldValueForbidden",
      field: `${path}.spec.activeDeadlineSeconds`,
      message: "Forbidden: activeDeadlineSeconds in a workload is not Supported",
    });
  }
  return errors;
}
