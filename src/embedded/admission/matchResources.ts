import type { AnyObject, LabelSelector } from "../../api/object.ts";
import { matchesSelector } from "../../api/labelSelector.ts";
import type { AdmissionRequest } from "./request.ts";

/** `matchConstraints` of a policy or `matchResources` of a binding. */
export type MatchResources = {
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  readonly resourceRules?: readonly ResourceRule[];
  readonly excludeResourceRules?: readonly ResourceRule[];
};

export type ResourceRule = {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  // `deployments`, `deployments/scale`, `*`, `*/scale`, `deployments/*`; none: all.
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly scope?: string;
};

/** Whether the request is one that these rules and selectors look at. A part that is not there looks at everything. */
export function matchesResources(match: MatchResources | undefined, request: AdmissionRequest): boolean {
  if (match === undefined) return true;
  const { resourceRules = [], excludeResourceRules = [] } = match;
  if (excludeResourceRules.some((rule) => matchesRule(rule, request))) return false;
  if (resourceRules.length > 0 && !resourceRules.some((rule) => matchesRule(rule, request))) return false;
  return matchesNamespace(match.namespaceSelector, request) && matchesObject(match.objectSelector, request);
}

function matchesRule(rule: ResourceRule, request: AdmissionRequest): boolean {
  const { group, version, namespaced } = request.definition;
  const names = rule.resourceNames ?? [];
  const scope = rule.scope ?? "*";
  return (
    includes(rule.operations, request.operation) &&
    includes(rule.apiGroups, group) &&
    includes(rule.apiVersions, version) &&
    (scope === "*" || (scope === "Namespaced") === namespaced) &&
    (names.length === 0 || names.includes(request.name)) &&
    (rule.resources ?? ["*/*"]).some((resource) => matchesResource(resource, request))
  );
}

function includes(list: readonly string[] | undefined, value: string): boolean {
  return list === undefined || list.includes("*") || list.includes(value);
}

// `*` means every resource, but no subresource; `*/*` means both.
function matchesResource(pattern: string, request: AdmissionRequest): boolean {
  const { plural } = request.definition;
  const subresource = request.subresource ?? "";
  if (pattern === "*/*") return true;
  const [resource = "", sub = ""] = pattern.split("/");
  const sameResource = resource === "*" || resource === plural;
  if (!sameResource) return false;
  return sub === subresource || (sub === "*" && pattern.includes("/"));
}

function matchesNamespace(selector: LabelSelector | undefined, request: AdmissionRequest): boolean {
  if (selector === undefined) return true;
  const { group, kind, namespaced } = request.definition;
  if (group === "" && kind === "Namespace") {
    return matchesSelector(selector, labelsOf(request.object ?? request.oldObject));
  }
  return !namespaced || matchesSelector(selector, labelsOf(request.namespaceObject));
}

/** One of the two objects suffices: what loses a label is looked at once more. */
function matchesObject(selector: LabelSelector | undefined, { object, oldObject }: AdmissionRequest): boolean {
  if (selector === undefined) return true;
  return [object, oldObject].some((each) => each !== undefined && matchesSelector(selector, labelsOf(each)));
}

function labelsOf(object: AnyObject | undefined): Readonly<Record<string, string>> {
  return object?.metadata.labels ?? {};
}
