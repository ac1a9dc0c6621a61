import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition, UserInfo } from "../wire/resource.ts";
import type { Admission, AdmissionOptions, AdmissionRequest } from "./admission.ts";
import { createAdmission } from "./admission.ts";

export const user: UserInfo = { username: "ann", groups: ["dev", "system:authenticated"] };

export function definition(
  group: string,
  version: string,
  kind: string,
  plural: string,
  more: Partial<ResourceDefinition> = {},
): ResourceDefinition {
  return {
    group,
    version,
    kind,
    listKind: `${kind}List`,
    plural,
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    namespaced: true,
    schema: {},
    builtIn: true,
    hasStatus: true,
    hasGeneration: true,
    strategy: {},
    ...more,
  };
}

export const deployments = definition("apps", "v1", "Deployment", "deployments");
export const interventions = definition("tidegate.dev", "v1alpha1", "Intervention", "interventions");

type DeploymentFacts = {
  readonly image?: string;
  readonly paused?: boolean;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
};

export function deployment({ image = "web:v1", paused, labels, annotations }: DeploymentFacts = {}): AnyObject {
  const metadata = {
    name: "web",
    namespace: "shop",
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image }] } };
  const spec = { replicas: 3, template, ...(paused === undefined ? {} : { paused }) };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
}

export function update(
  oldObject: AnyObject,
  object: AnyObject,
  more: Partial<AdmissionRequest> = {},
): AdmissionRequest {
  return {
    operation: "UPDATE",
    definition: deployments,
    namespace: "shop",
    name: object.metadata.name,
    object,
    oldObject,
    user,
    dryRun: false,
    namespaceObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "a" } } },
    ...more,
  };
}

export function create(object: AnyObject, more: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return { ...update(object, object, more), operation: "CREATE", oldObject: undefined };
}

/** Admission by these documents alone. */
export function admissionOf(
  documents: readonly AnyObject[],
  authorize: AdmissionOptions["authorize"] = () => true,
): Admission {
  const of = (kind: string): AnyObject[] => documents.filter((each) => each.kind === kind);
  const stored = {
    mutatingPolicies: of("MutatingAdmissionPolicy"),
    mutatingBindings: of("MutatingAdmissionPolicyBinding"),
    validatingPolicies: of("ValidatingAdmissionPolicy"),
    validatingBindings: of("ValidatingAdmissionPolicyBinding"),
  };
  return createAdmission({ read: () => stored, authorize });
}
