import type { ResourceDefinition } from "../wire/resource.ts";

/** What the real server decides by kind and not by schema. */

const is = (definition: ResourceDefinition, group: string, ...plurals: string[]): boolean =>
  definition.group === group && plurals.includes(definition.plural);

/** A PUT of an object that is not there makes it. */
export function createsOnUpdate(definition: ResourceDefinition): boolean {
  return is(definition, "", "events", "services") || is(definition, "coordination.k8s.io", "leases");
}

/** A PUT needs no resourceVersion. */
export function allowsUnconditionalUpdate(definition: ResourceDefinition): boolean {
  const optimistic = [
    "coordination.k8s.io",
    "apiextensions.k8s.io",
    "admissionregistration.k8s.io",
    "gateway.networking.k8s.io",
  ];
  return definition.builtIn && !optimistic.includes(definition.group);
}

/** A DELETE that takes effect at once answers with the object instead of a Status. */
export function returnsDeletedObject(definition: ResourceDefinition): boolean {
  return is(definition, "", "pods", "services", "serviceaccounts");
}

/** Their creators may set `status`. */
export function takesStatusOnCreate(definition: ResourceDefinition): boolean {
  return is(definition, "", "nodes");
}

export const isPod = (definition: ResourceDefinition): boolean => is(definition, "", "pods");
export const isNamespace = (definition: ResourceDefinition): boolean => is(definition, "", "namespaces");
export const isCustomResourceDefinition = (definition: ResourceDefinition): boolean =>
  is(definition, "apiextensions.k8s.io", "customresourcedefinitions");
