import { isTidegateError } from "../../api/error.ts";
import { apiVersion, fieldManager, labels, releaseFinalizer } from "../../api/names.ts";
import { fit } from "../../api/fit.ts";
import { interventionStatus, type Intervention } from "../../api/intervention.ts";
import { releaseSpec, releaseStatus, type Release, type ReleaseSpec, type ReleaseStatus } from "../../api/release.ts";
import { resources } from "../../api/resources.ts";
import { namespaceOf, patchObject, type DeedContext } from "./context.ts";

export async function createRelease(
  context: DeedContext,
  name: string,
  spec: ReleaseSpec,
  status: ReleaseStatus,
): Promise<void> {
  const { delivery, client, caches, signal } = context;
  const active = status.finishedAt === undefined;
  const release: Release = {
    apiVersion,
    kind: "Release",
    metadata: {
      name,
      namespace: namespaceOf(context),
      labels: { [labels.delivery]: delivery.metadata.name },
      ...(active ? { finalizers: [releaseFinalizer] } : {}),
      ownerReferences: [
        {
          apiVersion,
          kind: "Delivery",
          name: delivery.metadata.name,
          uid: delivery.metadata.uid ?? "",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: fit(releaseSpec, spec),
  };
  const made = await createOrFind(context, release);
  caches.releases.written(made);
  if (made.status?.phase !== undefined) return;
  const body = { metadata: { uid: made.metadata.uid }, status: fit(releaseStatus, status) };
  caches.releases.written(
    await client.patch<Release>(
      resources.releases,
      made.metadata,
      { kind: "merge", body },
      { subresource: "status", signal, fieldManager },
    ),
  );
}

/** A pass that was cut short after the creation finds its own Release. */
async function createOrFind({ client, signal }: DeedContext, release: Release): Promise<Release> {
  try {
    return await client.create<Release>(resources.releases, release, { signal, fieldManager });
  } catch (error) {
    if (!isTidegateError(error, "KUBE_ALREADY_EXISTS")) throw error;
    return client.get<Release>(resources.releases, release.metadata, { signal });
  }
}

export async function sealRelease(context: DeedContext, name: string): Promise<void> {
  const ref = { namespace: namespaceOf(context), name };
  const release = context.caches.releases.get(ref);
  const finalizers = release?.metadata.finalizers ?? [];
  if (!finalizers.includes(releaseFinalizer)) return;
  const target = { resource: resources.releases, store: context.caches.releases, ref, uid: release?.metadata.uid };
  await patchObject(context, target, {
    metadata: { finalizers: finalizers.filter((other) => other !== releaseFinalizer) },
  });
}

export async function deleteRelease(context: DeedContext, name: string): Promise<void> {
  const ref = { namespace: namespaceOf(context), name };
  try {
    await context.client.delete(resources.releases, ref, { signal: context.signal });
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
  context.caches.releases.removed(ref);
}

export async function answerIntervention(
  context: DeedContext,
  name: string,
  phase: "Done" | "Refused",
  message: string,
): Promise<void> {
  const { client, caches, signal } = context;
  const ref = { namespace: namespaceOf(context), name };
  try {
    const written = await client.patch<Intervention>(
      resources.interventions,
      ref,
      { kind: "merge", body: { status: fit(interventionStatus, { phase, message }) } },
      { subresource: "status", signal, fieldManager },
    );
    caches.interventions.written(written);
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
}
