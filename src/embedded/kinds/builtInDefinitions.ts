import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../wire/resource.ts";

export type BuiltInOptions = {
  /** Picks a free address of the service range; the default takes one by the Service's namespace and name. */
  readonly allocateClusterIP?: (service: AnyObject) => string;
};

/** All kinds that the embedded server serves without any CustomResourceDefinition. */
export function createBuiltInDefinitions(_options: BuiltInOptions = {}): readonly ResourceDefinition[] {
  return [];
}

export const builtInDefinitions: readonly ResourceDefinition[] = createBuiltInDefinitions();
