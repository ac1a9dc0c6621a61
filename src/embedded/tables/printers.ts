import type { ResourceDefinition } from "../wire/resource.ts";
import {
  customResourceDefinitionPrinter,
  genericPrinter,
  mutatingPolicyPrinter,
  policyBindingPrinter,
  validatingPolicyPrinter,
} from "./clusterPrinters.ts";
import {
  configMapPrinter,
  eventPrinter,
  leasePrinter,
  namespacePrinter,
  nodePrinter,
  secretPrinter,
  serviceAccountPrinter,
} from "./corePrinters.ts";
import { customPrinter } from "./customPrinter.ts";
import { podPrinter } from "./podPrinter.ts";
import type { Printer } from "./printer.ts";
import { endpointSlicePrinter, endpointsPrinter, servicePrinter } from "./servicePrinters.ts";
import { deploymentPrinter, replicaSetPrinter, scalePrinter } from "./workloadPrinters.ts";

/** By group and kind; a kind looks the same in all its versions. */
const builtIn: Readonly<Record<string, Printer>> = {
  "/Namespace": namespacePrinter,
  "/Pod": podPrinter,
  "/Service": servicePrinter,
  "/ConfigMap": configMapPrinter,
  "/Secret": secretPrinter,
  "/Event": eventPrinter,
  "/Node": nodePrinter,
  "/ServiceAccount": serviceAccountPrinter,
  "/Endpoints": endpointsPrinter,
  "apps/Deployment": deploymentPrinter,
  "apps/ReplicaSet": replicaSetPrinter,
  "autoscaling/Scale": scalePrinter,
  "discovery.k8s.io/EndpointSlice": endpointSlicePrinter,
  "coordination.k8s.io/Lease": leasePrinter,
  "apiextensions.k8s.io/CustomResourceDefinition": customResourceDefinitionPrinter,
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy": validatingPolicyPrinter,
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": policyBindingPrinter,
  "admissionregistration.k8s.io/MutatingAdmissionPolicy": mutatingPolicyPrinter,
  "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding": policyBindingPrinter,
};

export function printerOf(definition: Pick<ResourceDefinition, "group" | "kind" | "printerColumns">): Printer {
  const { group, kind, printerColumns } = definition;
  if (printerColumns !== undefined && printerColumns.length > 0) return customPrinter(printerColumns);
  return builtIn[`${group}/${kind}`] ?? genericPrinter;
}
