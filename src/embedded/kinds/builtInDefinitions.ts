import type { AnyObject } from "../../api/object.ts";
import { deployment, replicaSet } from "./schemas/apps.ts";
import { horizontalPodAutoscaler } from "./schemas/autoscaling.ts";
import { lease } from "./schemas/coordination.ts";
import { configMap, event, namespace, secret, serviceAccount } from "./schemas/core.ts";
import { endpointSlice } from "./schemas/discovery.ts";
import { node } from "./schemas/node.ts";
import { pod } from "./schemas/pod.ts";
import { podDisruptionBudget } from "./schemas/policy.ts";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./schemas/rbac.ts";
import { endpoints, service } from "./schemas/service.ts";
import { customResourceDefinition } from "./schemas/customResourceDefinition.ts";
import { admissionDefinitions } from "./admissionPolicies.ts";
import {
  endpointSliceStrategy,
  eventStrategy,
  leaseStrategy,
  namespaceStrategy,
  roleBindingStrategy,
} from "./clusterKinds.ts";
import { configMapStrategy, secretStrategy } from "./configData.ts";
import { customResourceDefinitionStrategy } from "./customResourceDefinitions.ts";
import { builtIn } from "./definition.ts";
import { deploymentStrategy } from "./deployments.ts";
import { podStrategy } from "./pods.ts";
import { replicaSetStrategy } from "./replicaSets.ts";
import { allocatorByName, serviceStrategy } from "./services.ts";
import type { ResourceDefinition } from "../wire/resource.ts";

export type BuiltInOptions = {
  /** Picks a free address of 10.96.0.0/12; the default takes one by the Service's namespace and name. */
  readonly allocateClusterIP?: (object: AnyObject) => string;
  /** Picks a free node port; the default as above. */
  readonly allocateNodePort?: (object: AnyObject, index: number) => number;
};

/** All kinds that the embedded server serves without any CustomResourceDefinition. */
export function createBuiltInDefinitions(options: BuiltInOptions = {}): readonly ResourceDefinition[] {
  const byName = allocatorByName();
  const services = serviceStrategy({
    clusterIP: options.allocateClusterIP ?? ((object) => byName.clusterIP(object)),
    nodePort: options.allocateNodePort ?? ((object, index) => byName.nodePort(object, index)),
  });
  return [
    ...coreDefinitions(),
    serviceDefinition(services),
    ...workloadDefinitions(),
    ...otherDefinitions(),
    ...roleDefinitions(),
    ...admissionDefinitions,
  ];
}

const podFields = [
  "spec.nodeName",
  "spec.restartPolicy",
  "spec.schedulerName",
  "spec.serviceAccountName",
  "spec.hostNetwork",
  "status.phase",
  "status.podIP",
  "status.nominatedNodeName",
];
const involved = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];
const eventFields = [
  ...involved.map((name) => `involvedObject.${name}`),
  "reason",
  "reportingComponent",
  "source",
  "type",
];

function coreDefinitions(): ResourceDefinition[] {
  const group = { group: "", version: "v1" };
  return [
    builtIn({
      ...group,
      kind: "Namespace",
      shortNames: ["ns"],
      namespaced: false,
      nameRule: "label",
      schema: namespace,
      hasStatus: true,
      selectableFields: ["status.phase"],
      strategy: namespaceStrategy,
    }),
    builtIn({
      ...group,
      kind: "Node",
      shortNames: ["no"],
      namespaced: false,
      schema: node,
      hasStatus: true,
      selectableFields: ["spec.unschedulable"],
    }),
    builtIn({
      ...group,
      kind: "Pod",
      shortNames: ["po"],
      categories: ["all"],
      schema: pod,
      hasStatus: true,
      hasGeneration: true,
      selectableFields: podFields,
      strategy: podStrategy,
    }),
    builtIn({ ...group, kind: "ConfigMap", shortNames: ["cm"], schema: configMap, strategy: configMapStrategy }),
    builtIn({ ...group, kind: "Secret", schema: secret, selectableFields: ["type"], strategy: secretStrategy }),
    builtIn({
      ...group,
      kind: "Event",
      shortNames: ["ev"],
      schema: event,
      selectableFields: eventFields,
      strategy: eventStrategy,
    }),
    builtIn({ ...group, kind: "ServiceAccount", shortNames: ["sa"], schema: serviceAccount }),
    builtIn({ ...group, kind: "Endpoints", plural: "endpoints", shortNames: ["ep"], schema: endpoints }),
  ];
}

function serviceDefinition(strategy: ResourceDefinition["strategy"]): ResourceDefinition {
  const names = { kind: "Service", shortNames: ["svc"], categories: ["all"], nameRule: "label" } as const;
  return builtIn({
    group: "",
    version: "v1",
    ...names,
    schema: service,
    hasStatus: true,
    selectableFields: ["spec.clusterIP", "spec.type"],
    strategy,
  });
}

const scale = {
  specReplicasPath: ".spec.replicas",
  statusReplicasPath: ".status.replicas",
  labelSelectorPath: ".spec.selector",
};

function workloadDefinitions(): ResourceDefinition[] {
  const all = { group: "apps", version: "v1", categories: ["all"], hasStatus: true, hasGeneration: true, scale };
  return [
    builtIn({ ...all, kind: "Deployment", shortNames: ["deploy"], schema: deployment, strategy: deploymentStrategy }),
    builtIn({
      ...all,
      kind: "ReplicaSet",
      shortNames: ["rs"],
      schema: replicaSet,
      selectableFields: ["status.replicas"],
      strategy: replicaSetStrategy,
    }),
  ];
}

function otherDefinitions(): ResourceDefinition[] {
  const crd = {
    kind: "CustomResourceDefinition",
    shortNames: ["crd", "crds"],
    categories: ["api-extensions"],
    namespaced: false,
  };
  const hpa = { kind: "HorizontalPodAutoscaler", shortNames: ["hpa"], categories: ["all"] };
  return [
    builtIn({
      group: "discovery.k8s.io",
      version: "v1",
      kind: "EndpointSlice",
      schema: endpointSlice,
      hasGeneration: true,
      strategy: endpointSliceStrategy,
    }),
    builtIn({ group: "coordination.k8s.io", version: "v1", kind: "Lease", schema: lease, strategy: leaseStrategy }),
    builtIn({
      group: "apiextensions.k8s.io",
      version: "v1",
      ...crd,
      schema: customResourceDefinition,
      hasStatus: true,
      hasGeneration: true,
      strategy: customResourceDefinitionStrategy,
    }),
    builtIn({
      group: "policy",
      version: "v1",
      kind: "PodDisruptionBudget",
      shortNames: ["pdb"],
      schema: podDisruptionBudget,
      hasStatus: true,
      hasGeneration: true,
    }),
    builtIn({ group: "autoscaling", version: "v2", ...hpa, schema: horizontalPodAutoscaler, hasStatus: true }),
  ];
}

function roleDefinitions(): ResourceDefinition[] {
  const group = { group: "rbac.authorization.k8s.io", version: "v1", nameRule: "path" } as const;
  return [
    builtIn({ ...group, kind: "Role", schema: role }),
    builtIn({ ...group, kind: "RoleBinding", schema: roleBinding, strategy: roleBindingStrategy }),
    builtIn({ ...group, kind: "ClusterRole", namespaced: false, schema: clusterRole }),
    builtIn({
      ...group,
      kind: "ClusterRoleBinding",
      namespaced: false,
      schema: clusterRoleBinding,
      strategy: roleBindingStrategy,
    }),
  ];
}

/** As `createBuiltInDefinitions` without any allocator of its own. */
export const builtInDefinitions: readonly ResourceDefinition[] = createBuiltInDefinitions();
