import { isTidegateError } from "../../../api/error.ts";
import type { KubeObject } from "../../../api/object.ts";
import { keyOf } from "../../../api/object.ts";
import { resources } from "../../../api/resources.ts";
import { createWorkQueue } from "../../../kube/workQueue.ts";
import type { Cluster } from "../cluster.ts";
import type { ServedKinds } from "../servedKinds.ts";
import { equalJson } from "../../../api/equalJson.ts";
import type { Namespace, Remains } from "./plan.ts";
import { remainsConditions, toDelete } from "./plan.ts";

/** Content whose end no event tells is looked for again after this time. */
const againAfterMs = 1_000;
/** Writers that are under way get to hear that the namespace ends, before it is gone and they hear nothing of it. */
const noticeMs = 100;
const requestsAtOnce = 8;

/** Empties namespaces that are being deleted and gives every other its default ServiceAccount. */
export function createNamespaceController(cluster: Cluster, kinds: ServedKinds): () => Promise<void> {
  const { clock, random, log, signal, namespaces } = cluster;
  const queue = createWorkQueue({ clock, random, concurrency: 4, log });
  namespaces.informer.onChange(({ kind, object }) => {
    if (kind !== "deleted")
      queue.addAfter(keyOf(object), object.metadata.deletionTimestamp === undefined ? 0 : noticeMs);
  });
  kinds.onChange(({ resource, change }) => {
    const { namespace, name } = change.object.metadata;
    const matters = change.kind === "deleted" && namespace !== undefined;
    if (matters && (isEnding(cluster, namespace) || isDefaultAccount(resource.plural, name))) queue.add(namespace);
  });
  return () =>
    queue.run(async (name) => {
      const namespace = namespaces.store.get({ name });
      if (namespace === undefined) return;
      if (namespace.metadata.deletionTimestamp === undefined) await ensureDefaultAccount(cluster, name);
      else if (await endNamespace(cluster, kinds, namespace)) queue.addAfter(name, againAfterMs);
    }, signal);
}

function isEnding({ namespaces }: Cluster, name: string): boolean {
  return namespaces.store.get({ name })?.metadata.deletionTimestamp !== undefined;
}

function isDefaultAccount(plural: string, name: string): boolean {
  return plural === "serviceaccounts" && name === "default";
}

async function ensureDefaultAccount({ client, signal }: Cluster, namespace: string): Promise<void> {
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } };
  try {
    await client.create(resources.serviceAccounts, account, { signal });
  } catch (error) {
    // There already, or the namespace is going.
    if (!isTidegateError(error, "KUBE_ALREADY_EXISTS", "KUBE_FORBIDDEN", "KUBE_NOT_FOUND")) throw error;
  }
}

/** True while content is left. */
async function endNamespace(cluster: Cluster, kinds: ServedKinds, namespace: Namespace): Promise<boolean> {
  const before = await remainsOf(cluster, kinds, namespace.metadata.name);
  const doomed = toDelete(before);
  await inGroups(doomed, async ({ resource, object }) => {
    const { uid } = object.metadata;
    await ignoreMissing(
      cluster.client.delete(resource, object.metadata, {
        uid,
        propagationPolicy: "Background",
        signal: cluster.signal,
      }),
    );
  });
  const after = doomed.length === 0 ? before : await remainsOf(cluster, kinds, namespace.metadata.name);
  const left = after.some(({ objects }) => objects.length > 0);
  await (left ? reportRemains(cluster, namespace, after) : finalize(cluster, namespace));
  return left;
}

async function remainsOf(
  { client, signal }: Cluster,
  kinds: ServedKinds,
  namespace: string,
): Promise<readonly Remains[]> {
  const namespaced = kinds.all.filter((resource) => resource.namespaced);
  return inGroups(namespaced, async (resource) => {
    try {
      return { resource, objects: (await client.list<KubeObject>(resource, { namespace, signal })).items };
    } catch (error) {
      if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
      return { resource, objects: [] };
    }
  });
}

async function inGroups<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += requestsAtOnce)
    results.push(...(await Promise.all(items.slice(at, at + requestsAtOnce).map(run))));
  return results;
}

async function reportRemains(
  { client, clock, signal }: Cluster,
  namespace: Namespace,
  remains: readonly Remains[],
): Promise<void> {
  const known = namespace.status?.conditions ?? [];
  const at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  const conditions = remainsConditions(remains, at).map((condition) => {
    const current = known.find(({ type }) => type === condition.type);
    return current?.status === condition.status
      ? { ...condition, lastTransitionTime: current.lastTransitionTime ?? at }
      : condition;
  });
  if (equalJson(conditions, known)) return;
  const patch = { kind: "merge", body: { status: { conditions } } } as const;
  await ignoreMissing(client.patch(resources.namespaces, namespace.metadata, patch, { signal, subresource: "status" }));
}

async function finalize({ client, signal }: Cluster, namespace: Namespace): Promise<void> {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((name) => name !== "kubernetes");
  const body = { ...namespace, spec: { ...namespace.spec, finalizers } };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace.metadata.name)}/finalize`;
  await ignoreMissing(client.raw("PUT", path, { body, signal }));
}

async function ignoreMissing(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    // A conflict is a newer object of that name, or one that somebody else is about: the next pass sees it.
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
}
