import { isTidegateError } from "../../api/error.ts";
import { apiVersion, contenderServiceName, fieldManager, labels } from "../../api/names.ts";
import { resources } from "../../api/resources.ts";
import { sameSelector, type Selector } from "../../core/release/selector.ts";
import type { Service } from "../kinds.ts";
import { namespaceOf, patchObject, type DeedContext } from "./context.ts";

export async function createContenderService(
  context: DeedContext,
  release: string,
  podTemplateHash: string,
): Promise<void> {
  const namespace = namespaceOf(context);
  const service = context.caches.services.get({ namespace, name: context.delivery.spec.service.name });
  const owner = context.caches.releases.get({ namespace, name: release })?.metadata.uid;
  if (service === undefined || owner === undefined) return;
  const made: Service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: contenderServiceName(service.metadata.name),
      namespace,
      labels: { [labels.delivery]: context.delivery.metadata.name, [labels.track]: "contender" },
      ownerReferences: [
        { apiVersion, kind: "Release", name: release, uid: owner, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      selector: { ...service.spec.selector, [labels.podTemplateHash]: podTemplateHash },
      ports: (service.spec.ports ?? []).map(({ name, port, protocol, targetPort, appProtocol }) => ({
        port,
        ...(name === undefined ? {} : { name }),
        ...(protocol === undefined ? {} : { protocol }),
        ...(targetPort === undefined ? {} : { targetPort }),
        ...(appProtocol === undefined ? {} : { appProtocol }),
      })),
    },
  };
  context.caches.services.written(
    await context.client.create(resources.services, made, { signal: context.signal, fieldManager }),
  );
}

export async function deleteContenderService(context: DeedContext): Promise<void> {
  const ref = { namespace: namespaceOf(context), name: contenderServiceName(context.delivery.spec.service.name) };
  const uid = context.caches.services.get(ref)?.metadata.uid;
  try {
    await context.client.delete(resources.services, ref, { uid, signal: context.signal });
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
  context.caches.services.removed({ ...ref, uid });
}

/** Sets the selector to exactly this one: keys that are not in it are taken away. */
export async function selectPods(context: DeedContext, selector: Selector): Promise<void> {
  const ref = { namespace: namespaceOf(context), name: context.delivery.spec.service.name };
  const service = context.caches.services.get(ref);
  if (service === undefined || sameSelector(service.spec.selector ?? {}, selector)) return;
  const removed = Object.keys(service.spec.selector ?? {}).filter((key) => !(key in selector));
  const change = { ...Object.fromEntries(removed.map((key) => [key, null])), ...selector };
  await patchObject(
    context,
    { resource: resources.services, store: context.caches.services, ref, uid: service.metadata.uid },
    { spec: { selector: change } },
  );
}
