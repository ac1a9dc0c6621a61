import type { ResourceType } from "./object.ts";

const core = (kind: string, plural: string, namespaced = true): ResourceType => ({
  group: "",
  version: "v1",
  kind,
  plural,
  namespaced,
});
const of = (group: string, version: string, kind: string, plural: string, namespaced = true): ResourceType => ({
  group,
  version,
  kind,
  plural,
  namespaced,
});

/** The collections that Tidegate itself reads or writes. */
export const resources = {
  namespaces: core("Namespace", "namespaces", false),
  nodes: core("Node", "nodes", false),
  pods: core("Pod", "pods"),
  services: core("Service", "services"),
  endpoints: core("Endpoints", "endpoints"),
  configMaps: core("ConfigMap", "configmaps"),
  secrets: core("Secret", "secrets"),
  serviceAccounts: core("ServiceAccount", "serviceaccounts"),
  events: core("Event", "events"),
  deployments: of("apps", "v1", "Deployment", "deployments"),
  replicaSets: of("apps", "v1", "ReplicaSet", "replicasets"),
  endpointSlices: of("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"),
  leases: of("coordination.k8s.io", "v1", "Lease", "leases"),
  customResourceDefinitions: of(
    "apiextensions.k8s.io",
    "v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    false,
  ),
  mutatingAdmissionPolicies: of(
    "admissionregistration.k8s.io",
    "v1",
    "MutatingAdmissionPolicy",
    "mutatingadmissionpolicies",
    false,
  ),
  mutatingAdmissionPolicyBindings: of(
    "admissionregistration.k8s.io",
    "v1",
    "MutatingAdmissionPolicyBinding",
    "mutatingadmissionpolicybindings",
    false,
  ),
  validatingAdmissionPolicies: of(
    "admissionregistration.k8s.io",
    "v1",
    "ValidatingAdmissionPolicy",
    "validatingadmissionpolicies",
    false,
  ),
  validatingAdmissionPolicyBindings: of(
    "admissionregistration.k8s.io",
    "v1",
    "ValidatingAdmissionPolicyBinding",
    "validatingadmissionpolicybindings",
    false,
  ),
  gatewayClasses: of("gateway.networking.k8s.io", "v1", "GatewayClass", "gatewayclasses", false),
  gateways: of("gateway.networking.k8s.io", "v1", "Gateway", "gateways"),
  httpRoutes: of("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes"),
  referenceGrants: of("gateway.networking.k8s.io", "v1beta1", "ReferenceGrant", "referencegrants"),
  deliveries: of("tidegate.dev", "v1alpha1", "Delivery", "deliveries"),
  releases: of("tidegate.dev", "v1alpha1", "Release", "releases"),
  interventions: of("tidegate.dev", "v1alpha1", "Intervention", "interventions"),
} as const satisfies Record<string, ResourceType>;
