import type { AnyObject } from "../../api/object.ts";
import { forbidden, invalid } from "../schema/fieldErrors.ts";
import type { FieldError } from "../wire/apiError.ts";
import type { Strategy } from "../wire/resource.ts";
import { type Fields, fields, numberOf, rows, same } from "./rules/fields.ts";
import { defaultPodSpec, listed, validatePodSpec } from "./rules/podSpecs.ts";

const patience = 300;

export const podStrategy: Strategy = {
  prepareForCreate(object) {
    const spec = fields(object["spec"]);
    object["status"] = { phase: "Pending", qosClass: qosClass(spec) };
    spec["priority"] ??= 0;
    spec["preemptionPolicy"] ??= "PreemptLowerPriority";
    tolerateLostNodes(spec);
  },
  applyDefaults(object) {
    const spec = fields(object["spec"]);
    defaultPodSpec(spec);
    spec["enableServiceLinks"] ??= true;
    for (const field of ["initContainers", "containers"]) listed(spec[field]).forEach(requestWhatIsLimited);
    const status = fields(object["status"]);
    keepInStep(status, "podIP", "podIPs");
    keepInStep(status, "hostIP", "hostIPs");
  },
  validate(object) {
    return validatePodSpec(fields(object["spec"]), "spec");
  },
  validateUpdate(object, old) {
    return [...validateImages(object), ...validateUnchanged(object, old)];
  },
};

/** As the default admission plugin: pods outlast five minutes of a node that is not ready or not reachable. */
function tolerateLostNodes(spec: Fields): void {
  const given = listed(spec["tolerations"]);
  const missing = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].filter(
    (key) => !given.some((row) => (row["key"] === key || row["key"] === undefined) && row["effect"] !== "NoSchedule"),
  );
  const added = missing.map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: patience }));
  if (added.length > 0) spec["tolerations"] = [...given, ...added];
}

function requestWhatIsLimited(container: Fields): void {
  const resources = fields(container["resources"]);
  if (resources["limits"] === undefined) return;
  resources["requests"] = { ...fields(resources["limits"]), ...fields(resources["requests"]) };
}

function keepInStep(status: Fields, one: string, many: string): void {
  const first = rows(status[many])[0]?.["ip"];
  const ip = status[one];
  if (ip === undefined && first !== undefined) status[one] = first;
  else if (ip !== undefined && ip !== first) status[many] = [{ ip }];
}

/** How a pod's resources class it: BestEffort without any, Guaranteed where every limit equals its request. */
function qosClass(spec: Fields): "BestEffort" | "Burstable" | "Guaranteed" {
  const all = [...rows(spec["initContainers"]), ...rows(spec["containers"])].map((container) =>
    fields(container["resources"]),
  );
  const none = all.every(({ limits, requests }) => countComputed(limits) === 0 && countComputed(requests) === 0);
  if (none) return "BestEffort";
  const guaranteed = all.every(
    ({ limits, requests }) =>
      countComputed(limits) === 2 && same(fields(limits), { ...fields(limits), ...fields(requests) }),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}

function countComputed(amounts: unknown): number {
  return ["cpu", "memory"].filter((name) => fields(amounts)[name] !== undefined).length;
}

function validateImages(object: AnyObject): FieldError[] {
  const spec = fields(object["spec"]);
  return ["containers", "initContainers"].flatMap((field) =>
    rows(spec[field]).flatMap(({ image }, index) =>
      typeof image === "string" && image !== image.trim()
        ? [invalid(`spec.${field}[${index}].image`, image, "must not have leading or trailing whitespace")]
        : [],
    ),
  );
}

const changeable =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function validateUnchanged(object: AnyObject, old: AnyObject): FieldError[] {
  const before = fields(old["spec"]);
  const now = fields(object["spec"]);
  const errors = [...validateDeadline(now, before), ...validateTolerations(now, before)];
  const blurred = withoutChangeable(now);
  const expected = withoutChangeable(before);
  if (!same(blurred, expected)) errors.push(forbidden("spec", `${changeable}\n${difference(expected, blurred)}`));
  return errors;
}

function withoutChangeable(spec: Fields): Fields {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ephemeralContainers: _added, ...rest } = spec;
  return {
    ...rest,
    containers: withoutImages(spec["containers"]),
    initContainers: withoutImages(spec["initContainers"]),
  };
}

function withoutImages(containers: unknown): unknown {
  return containers === undefined
    ? undefined
    : rows(containers).map((container) => ({ ...container, image: "", imagePullPolicy: "" }));
}

function validateDeadline(now: Fields, before: Fields): FieldError[] {
  const after = numberOf(now["activeDeadlineSeconds"]);
  const was = numberOf(before["activeDeadlineSeconds"]);
  if (was === undefined || after === was) return [];
  const path = "spec.activeDeadlineSeconds";
  if (after === undefined) return [invalid(path, null, "must not update from a positive integer to nil value")];
  return after > was ? [invalid(path, after, "must be less than or equal to previous value")] : [];
}

function validateTolerations(now: Fields, before: Fields): FieldError[] {
  const kept = rows(now["tolerations"]);
  const lost = rows(before["tolerations"]).some(
    (row) => !kept.some((other) => same({ ...row, tolerationSeconds: 0 }, { ...other, tolerationSeconds: 0 })),
  );
  return lost
    ? [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]
    : [];
}

function difference(before: Fields, after: Fields): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !same(before[name], after[name]),
  );
  return names.map((name) => differenceLine("-", name, before[name]) + differenceLine("+", name, after[name])).join("");
}

function differenceLine(mark: string, name: string, value: unknown): string {
  return value === undefined ? "" : `${mark} ${JSON.stringify(name)}: ${JSON.stringify(value)}\n`;
}
