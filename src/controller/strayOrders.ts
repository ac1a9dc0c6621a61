import { isTidegateError } from "../api/error.ts";
import { fieldManager } from "../api/names.ts";
import { fit } from "../api/fit.ts";
import { interventionStatus, type Intervention } from "../api/intervention.ts";
import type { ResourceType } from "../api/object.ts";
import type { Release } from "../api/release.ts";
import { resources } from "../api/resources.ts";
import type { KubeClient, ObjectRef } from "../kube/types.ts";
import type { Caches } from "./caches.ts";

export type StrayDeps = { readonly client: KubeClient; readonly caches: Caches };

const prefix = "order:";

/** The key under which an order waits that no Delivery known so far will answer; undefined when one will. */
export function strayKeyOf({ metadata, spec, status }: Intervention, caches: Caches): string | undefined {
  const { namespace = "", name } = metadata;
  if (status?.phase !== undefined) return undefined;
  const delivery = caches.releases.get({ namespace, name: spec.release })?.spec.delivery;
  const hasAddressee = delivery !== undefined && caches.deliveries.get({ namespace, name: delivery }) !== undefined;
  return hasAddressee ? undefined : `${prefix}${namespace}/${name}`;
}

export function isStrayKey(key: string): boolean {
  return key.startsWith(prefix);
}

/**
 * Refuses an order about a Release, or of a Delivery, that does not exist. The API server is asked itself, since the
 * caches may not have seen yet what was made a moment ago; when it is there, its own event brings the order up again.
 */
export async function answerStray(key: string, { client, caches }: StrayDeps, signal: AbortSignal): Promise<void> {
  const [namespace = "", name = ""] = key.slice(prefix.length).split("/");
  const order = caches.interventions.get({ namespace, name });
  if (order === undefined || strayKeyOf(order, caches) === undefined) return;
  const message = await whyStray(order, namespace, client, signal);
  if (message === undefined) return;
  const body = {
    metadata: { uid: order.metadata.uid },
    status: fit(interventionStatus, { phase: "Refused", message }),
  };
  const ref = { namespace, name };
  caches.interventions.written(
    await client.patch<Intervention>(
      resources.interventions,
      ref,
      { kind: "merge", body },
      { subresource: "status", signal, fieldManager },
    ),
  );
}

async function whyStray(
  { spec }: Intervention,
  namespace: string,
  client: KubeClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  const release = await find<Release>(client, resources.releases, { namespace, name: spec.release }, signal);
  if (release === undefined)
    return `there is no Release ${spec.release} in namespace ${namespace}; tidegate get releases shows those that there are`;
  const delivery = await find(client, resources.deliveries, { namespace, name: release.spec.delivery }, signal);
  return delivery === undefined
    ? `Release ${spec.release} is a record of Delivery ${release.spec.delivery}, which does not exist any more`
    : undefined;
}

async function find<T extends Release | Intervention>(
  client: KubeClient,
  resource: ResourceType,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await client.get<T>(resource, ref, { signal });
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return undefined;
    throw error;
  }
}
