import { annotations, apiVersion, fieldManager, labels } from "../../api/names.ts";
import { isTidegateError } from "../../api/error.ts";
import type { OwnerReference } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import type { ReplicaSet } from "../kinds.ts";
import { templateHashOf, withoutHash } from "../template.ts";
import { namespaceOf, patchObject, type DeedContext } from "./context.ts";

export type Target = { readonly name: string; readonly uid: string };

function targetOf(context: DeedContext, { name, uid }: Target): Parameters<typeof patchObject<ReplicaSet>>[1] {
  return {
    resource: resources.replicaSets,
    store: context.caches.replicaSets,
    ref: { namespace: namespaceOf(context), name },
    uid,
  };
}

function releaseOwner(context: DeedContext, release: string): OwnerReference | undefined {
  const uid = context.caches.releases.get({ namespace: namespaceOf(context), name: release })?.metadata.uid;
  return uid === undefined
    ? undefined
    : { apiVersion, kind: "Release", name: release, uid, controller: true, blockOwnerDeletion: true };
}

/**
 * A ReplicaSet with the Deployment's template and an own pod-template-hash, controlled by the Release; the Deployment
 * controller leaves it alone. Nothing is made when the template has changed since the decision.
 */
export async function createContender(
  context: DeedContext,
  release: string,
  templateHash: string,
  replicas: number,
): Promise<void> {
  const namespace = namespaceOf(context);
  const deployment = context.caches.deployments.get({ namespace, name: context.delivery.spec.workload.name });
  const owner = releaseOwner(context, release);
  if (deployment === undefined || owner === undefined || templateHashOf(deployment.spec.template) !== templateHash)
    return;
  const podTemplateHash = `tg${templateHash}`;
  const { template, selector, minReadySeconds } = deployment.spec;
  const podLabels = { ...template.metadata?.labels, [labels.podTemplateHash]: podTemplateHash };
  const set: ReplicaSet = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${podTemplateHash}`,
      namespace,
      labels: { ...podLabels, [labels.delivery]: context.delivery.metadata.name },
      ownerReferences: [owner],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [labels.podTemplateHash]: podTemplateHash } },
      template: { ...withoutHash(template), metadata: { ...withoutHash(template).metadata, labels: podLabels } },
    },
  };
  context.caches.replicaSets.written(
    await context.client.create(resources.replicaSets, set, { signal: context.signal, fieldManager }),
  );
}

/**
 * Swaps the controller in one patch: with two ReplicaSets of one template the Deployment controller would prefer the
 * older and roll the pods again.
 */
export async function takeOverReplicaSet(
  context: DeedContext,
  release: string,
  target: Target,
  replicas: number,
): Promise<void> {
  const owner = releaseOwner(context, release);
  if (owner === undefined) return;
  const metadata = { ownerReferences: [owner], labels: { [labels.delivery]: context.delivery.metadata.name } };
  await patchObject(context, targetOf(context, target), { metadata, spec: { replicas } });
}

/** The ReplicaSet was the Deployment's own and becomes so again, with no pod. */
export async function giveBackReplicaSet(context: DeedContext, target: Target): Promise<void> {
  const deployment = context.caches.deployments.get({
    namespace: namespaceOf(context),
    name: context.delivery.spec.workload.name,
  });
  const uid = deployment?.metadata.uid;
  if (deployment === undefined || uid === undefined) return;
  const owner: OwnerReference = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: deployment.metadata.name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  await patchObject(context, targetOf(context, target), {
    metadata: { ownerReferences: [owner], labels: { [labels.delivery]: null } },
    spec: { replicas: 0 },
  });
}

export async function scaleReplicaSet(context: DeedContext, target: Target, replicas: number): Promise<void> {
  await patchObject(context, targetOf(context, target), { spec: { replicas } });
}

export async function deleteReplicaSet(context: DeedContext, { name, uid }: Target): Promise<void> {
  const ref = { namespace: namespaceOf(context), name };
  try {
    await context.client.delete(resources.replicaSets, ref, {
      uid,
      propagationPolicy: "Background",
      signal: context.signal,
    });
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
  }
  context.caches.replicaSets.removed({ ...ref, uid });
}

/**
 * Without an owner the ReplicaSet is adopted by the Deployment controller as its newest, and the annotations make that
 * controller see a Deployment at full size: it scales the old one to 0, even while paused.
 */
export async function handOver(context: DeedContext, target: Target, replicas: number): Promise<void> {
  const full = { [annotations.desiredReplicas]: String(replicas), [annotations.maxReplicas]: String(replicas) };
  await patchObject(context, targetOf(context, target), { metadata: { ownerReferences: null, annotations: full } });
}
