import type { AnyObject } from "./object.ts";

/** The user names of Tidegate's controller: in a real cluster, and in the embedded one. */
export const controllerUsernames = [
  "system:serviceaccount:tidegate-system:tidegate-controller",
  "tidegate:controller",
] as const;

/** The policies, with their bindings, that keep a managed Deployment from rolling out by itself. */
export function interlockPolicies(): AnyObject[] {
  return [];
}

/** The policies, with their bindings, that stamp who ordered an Intervention and ask whether that user may. */
export function interventionPolicies(): AnyObject[] {
  return [];
}
