import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../wire/resource.ts";

export type TableOptions = {
  readonly includeObject: "Metadata" | "Object" | "None";
  /** Milliseconds since the epoch; ages count from it. */
  readonly now: number;
  /** `metadata` of the list, for a table of a list; for one object its resource version is taken. */
  readonly listMeta?: Readonly<Record<string, unknown>> | undefined;
};

/** The `meta.k8s.io/v1` Table that `kubectl get` prints: one row per object, in the order given. */
export function tableOf(definition: ResourceDefinition, objects: readonly AnyObject[], options: TableOptions): object {
  void definition;
  void objects;
  void options;
  return {};
}
