import type { AnyObject } from "../../api/object.ts";

/** A Pod of namespace `prod`. */
export function pod(name: string, resourceVersion: string, more: Partial<AnyObject["metadata"]> = {}): AnyObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "prod", uid: `uid-${name}`, resourceVersion, ...more },
  };
}

export function listOf(resourceVersion: string, items: readonly AnyObject[], continueToken?: string): object {
  return {
    apiVersion: "v1",
    kind: "PodList",
    metadata: { resourceVersion, ...(continueToken === undefined ? {} : { continue: continueToken }) },
    items,
  };
}
