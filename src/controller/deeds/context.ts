import type { Delivery } from "../../api/delivery.ts";
import { fieldManager } from "../../api/names.ts";
import type { KubeObject, ResourceType } from "../../api/object.ts";
import type { Clock } from "../../ports/clock.ts";
import type { TrafficRouter, TrafficSubject } from "../../ports/trafficRouter.ts";
import type { EventRecorder } from "../../kube/events.ts";
import type { FreshStore } from "../../kube/freshStore.ts";
import type { KubeClient, ObjectRef } from "../../kube/types.ts";
import type { Caches } from "../caches.ts";

/** What a deed needs: whose it is, and the hands to do it with. */
export type DeedContext = {
  readonly delivery: Delivery;
  readonly client: KubeClient;
  readonly caches: Caches;
  readonly router: TrafficRouter | undefined;
  readonly subject: TrafficSubject;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

export function namespaceOf({ delivery }: DeedContext): string {
  return delivery.metadata.namespace ?? "default";
}

type MergePatch = { readonly metadata?: Record<string, unknown>; readonly [field: string]: unknown };

/**
 * Merge-patches an object with its uid as the precondition, so that another object of the same name is never
 * touched, and lets the caches see the result.
 */
export async function patchObject<T extends KubeObject>(
  context: DeedContext,
  target: {
    resource: ResourceType;
    store: FreshStore<T>;
    ref: ObjectRef;
    uid: string | undefined;
    subresource?: string;
  },
  body: MergePatch,
): Promise<void> {
  const { resource, store, ref, uid, subresource } = target;
  const guarded = { ...body, metadata: { ...body.metadata, ...(uid === undefined ? {} : { uid }) } };
  const options = { signal: context.signal, fieldManager, ...(subresource === undefined ? {} : { subresource }) };
  store.written(await context.client.patch<T>(resource, ref, { kind: "merge", body: guarded }, options));
}
