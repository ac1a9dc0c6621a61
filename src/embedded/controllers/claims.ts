import type { KubeObject, LabelSelector, OwnerReference, ResourceType } from "../../api/object.ts";
import { controllerOf } from "../../api/object.ts";
import { isTidegateError } from "../../api/error.ts";
import type { FreshStore } from "../../kube/freshStore.ts";
import type { KubeClient } from "../../kube/types.ts";
import { matchesSelector } from "../../api/labelSelector.ts";

export type Claims<T> = {
  readonly owned: readonly T[];
  readonly adopt: readonly T[];
  readonly release: readonly T[];
};

/**
 * Which objects an owner controls, which orphans it may take, and which it has to let go because their labels left its
 * selector. What another controller owns is left alone; an owner that is being deleted changes nothing any more.
 */
export function decideClaims<T extends KubeObject>(
  owner: KubeObject,
  selector: LabelSelector,
  candidates: readonly T[],
): Claims<T> {
  const owned: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  const ending = owner.metadata.deletionTimestamp !== undefined;
  for (const candidate of candidates) {
    const controller = controllerOf(candidate);
    const matches = matchesSelector(selector, candidate.metadata.labels);
    if (controller !== undefined && controller.uid !== owner.metadata.uid) continue;
    if (controller !== undefined && matches) owned.push(candidate);
    else if (ending) continue;
    else if (controller !== undefined) release.push(candidate);
    else if (matches && candidate.metadata.deletionTimestamp === undefined) adopt.push(candidate);
  }
  return { owned, adopt, release };
}

export type ClaimContext<T extends KubeObject> = {
  readonly client: KubeClient;
  readonly owner: KubeObject;
  readonly ownerResource: ResourceType;
  readonly resource: ResourceType;
  readonly store: FreshStore<T>;
  readonly signal: AbortSignal;
};

/**
 * Carries the claims out and returns what is owned then. Before it adopts it asks the server whether the owner still
 * lives, because the informer may not know yet. Conflicts come out as KUBE_CONFLICT: look anew and try again.
 */
export async function settleClaims<T extends KubeObject>(
  context: ClaimContext<T>,
  claims: Claims<T>,
): Promise<readonly T[]> {
  for (const object of claims.release) await setOwners(context, object, ownersWithout(object, context.owner));
  if (claims.adopt.length === 0 || !(await ownerLives(context))) return claims.owned;
  const adopted: T[] = [];
  for (const object of claims.adopt) {
    const owners = [...(object.metadata.ownerReferences ?? []), controllerReference(context.owner)];
    const result = await setOwners(context, object, owners);
    if (result !== undefined) adopted.push(result);
  }
  return [...claims.owned, ...adopted];
}

/** The reference by which a controller marks what it manages. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { name, uid = "" } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function ownersWithout(object: KubeObject, owner: KubeObject): OwnerReference[] {
  return (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
}

async function ownerLives({
  client,
  owner,
  ownerResource,
  signal,
}: Omit<ClaimContext<never>, "store" | "resource">): Promise<boolean> {
  try {
    const live = await client.get(ownerResource, owner.metadata, { signal });
    return live.metadata.uid === owner.metadata.uid && live.metadata.deletionTimestamp === undefined;
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return false;
    throw error;
  }
}

async function setOwners<T extends KubeObject>(
  context: ClaimContext<T>,
  object: T,
  owners: OwnerReference[],
): Promise<T | undefined> {
  const { client, resource, store, signal } = context;
  const { uid, resourceVersion } = object.metadata;
  const body = { metadata: { uid, resourceVersion, ownerReferences: owners.length === 0 ? null : owners } };
  try {
    return store.written(await client.patch<T>(resource, object.metadata, { kind: "merge", body }, { signal }));
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return undefined;
    throw error;
  }
}
