import { formatTime } from "../../api/duration.ts";
import { annotations, finalizer, labels } from "../../api/names.ts";
import { resources } from "../../api/resources.ts";
import type { Deployment } from "../kinds.ts";
import { namespaceOf, patchObject, type DeedContext } from "./context.ts";

function deploymentOf(context: DeedContext): Deployment | undefined {
  return context.caches.deployments.get({ namespace: namespaceOf(context), name: context.delivery.spec.workload.name });
}

async function patchDeployment(
  context: DeedContext,
  body: Record<string, unknown>,
  subresource?: string,
): Promise<void> {
  const deployment = deploymentOf(context);
  if (deployment === undefined) return;
  const { namespace, name, uid } = deployment.metadata;
  const target = {
    resource: resources.deployments,
    store: context.caches.deployments,
    ref: { namespace, name },
    uid,
    ...(subresource === undefined ? {} : { subresource }),
  };
  await patchObject(context, target, body);
}

export async function adoptWorkload(context: DeedContext): Promise<void> {
  if (deploymentOf(context)?.metadata.labels?.[labels.managed] === "true") return;
  await patchDeployment(context, { metadata: { labels: { [labels.managed]: "true" } } });
}

/** Label and annotation go first, in one write with the pause, so that no interlock holds it again. */
export async function leaveWorkload(context: DeedContext, unpause: boolean): Promise<void> {
  const deployment = deploymentOf(context);
  if (deployment === undefined) return;
  const marked =
    deployment.metadata.labels?.[labels.managed] !== undefined ||
    deployment.metadata.annotations?.[annotations.held] !== undefined;
  if (!marked && (!unpause || deployment.spec.paused !== true)) return;
  const resume = unpause && deployment.metadata.annotations?.[annotations.held] !== undefined;
  await patchDeployment(context, {
    metadata: { labels: { [labels.managed]: null }, annotations: { [annotations.held]: null } },
    ...(resume ? { spec: { paused: null } } : {}),
  });
}

export async function pauseWorkload(context: DeedContext, held: string): Promise<void> {
  const deployment = deploymentOf(context);
  if (deployment?.spec.paused === true && deployment.metadata.annotations?.[annotations.held] === held) return;
  await patchDeployment(context, { metadata: { annotations: { [annotations.held]: held } }, spec: { paused: true } });
}

export async function unpauseWorkload(context: DeedContext): Promise<void> {
  await patchDeployment(context, { metadata: { annotations: { [annotations.held]: null } }, spec: { paused: null } });
}

/** The condition by which `kubectl rollout status` and kstatus tools see at once that the rollout failed, and why. */
export async function reportToWorkload(context: DeedContext, message: string): Promise<void> {
  const deployment = deploymentOf(context);
  if (deployment === undefined) return;
  const now = `${formatTime(context.clock.now()).slice(0, 19)}Z`;
  const others = (deployment.status?.conditions ?? []).filter((condition) => condition.type !== "Progressing");
  const failed = {
    type: "Progressing",
    status: "False",
    reason: "ProgressDeadlineExceeded",
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
  const conditions = [...others, failed];
  await patchDeployment(context, { status: { conditions } }, "status");
}

export async function addFinalizer(context: DeedContext): Promise<void> {
  const { delivery } = context;
  const finalizers = delivery.metadata.finalizers ?? [];
  if (finalizers.includes(finalizer)) return;
  await patchDelivery(context, [...finalizers, finalizer]);
}

export async function removeFinalizer(context: DeedContext): Promise<void> {
  const finalizers = context.delivery.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) return;
  await patchDelivery(
    context,
    finalizers.filter((other) => other !== finalizer),
  );
}

async function patchDelivery(context: DeedContext, finalizers: readonly string[]): Promise<void> {
  const { namespace, name, uid, resourceVersion } = context.delivery.metadata;
  const target = { resource: resources.deliveries, store: context.caches.deliveries, ref: { namespace, name }, uid };
  await patchObject(context, target, { metadata: { finalizers, resourceVersion } });
}
