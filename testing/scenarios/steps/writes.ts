import { messageOf } from "../../../src/api/error.ts";
import { controllerOf, type AnyObject } from "../../../src/api/object.ts";
import { resources } from "../../../src/api/resources.ts";
import { applyManifest } from "../../../src/kube/applyManifests.ts";
import type { Patch } from "../../../src/kube/types.ts";
import { findObject, resourceOf, type ScenarioContext } from "../context.ts";
import { readManifests } from "../manifests.ts";
import { valueAt } from "../match.ts";
import { anything, listOf, mapOf, optional, record, text, wholeNumber } from "../reader.ts";
import { StepFailed, stepKind, until } from "../step.ts";

const fieldManager = "scenario";

/** Does it, and where a refusal is expected, asks that it is refused in these words. */
async function refusedOr(expected: string | undefined, write: () => Promise<unknown>): Promise<void> {
  if (expected === undefined) return void (await write());
  const said = await write().then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
  if (said === undefined) throw new StepFailed(`it was accepted, but should have been refused with "${expected}"`);
  if (!said.includes(expected)) throw new StepFailed(`it was refused with "${said}", not with "${expected}"`);
}

const applyShape = { file: text, patches: optional(listOf(record({ kind: text, name: optional(text), merge: anything }))), refused: optional(text) };

export const apply = stepKind(record(applyShape), async ({ file, patches = [], refused }, context) => {
  const { client, mapper, namespace, signal } = context;
  await refusedOr(refused, async () => {
    for (const object of await readManifests(context, file, patches as Parameters<typeof readManifests>[2])) {
      await applyManifest(client, mapper, object, { fieldManager, force: true, namespace, signal });
    }
  });
});

const patchShape = { kind: text, name: text, merge: optional(anything), strategic: optional(anything), json: optional(listOf(anything)), refused: optional(text) };

export const patch = stepKind(record(patchShape), async ({ kind, name, merge, strategic, json, refused }, context) => {
  const wanted: Patch = json !== undefined ? { kind: "json", body: json as never } : strategic !== undefined ? { kind: "strategic", body: strategic } : { kind: "merge", body: merge };
  const resource = await resourceOf(context, kind);
  await refusedOr(refused, () => context.client.patch(resource, { namespace: context.namespace, name }, wanted, { fieldManager, signal: context.signal }));
});

/** What a pipeline does: another image and other environment in the Deployment's first container. */
export const setImage = stepKind(record({ deployment: text, image: text, env: optional(mapOf(text)), command: optional(listOf(text)) }), async ({ deployment, image, env = {}, command }, context) => {
  const object = await findObject(context, "Deployment", deployment);
  const name = valueAt(object, "spec.template.spec.containers[0].name");
  const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }));
  const container = { name, image, ...(variables.length === 0 ? {} : { env: variables }), ...(command === undefined ? {} : { command }) };
  const body = { spec: { template: { spec: { containers: [container] } } } };
  await context.client.patch(resources.deployments, { namespace: context.namespace, name: deployment }, { kind: "strategic", body }, { fieldManager, signal: context.signal });
});

export const scale = stepKind(record({ deployment: text, replicas: wholeNumber }), async ({ deployment, replicas }, { client, namespace, signal }) => {
  await client.patch(resources.deployments, { namespace, name: deployment }, { kind: "merge", body: { spec: { replicas } } }, { subresource: "scale", fieldManager, signal });
});

export const remove = stepKind(record({ kind: text, name: text }), async ({ kind, name }, context) => {
  await context.client.delete(await resourceOf(context, kind), { namespace: context.namespace, name }, { propagationPolicy: "Background", signal: context.signal });
});

/** What `kubectl rollout undo` does: the template of an older ReplicaSet becomes the Deployment's; the newest before the present one when no revision is named. */
export const undo = stepKind(record({ deployment: text, toRevision: optional(wholeNumber) }), async ({ deployment, toRevision }, context) => {
  const { client, namespace, signal } = context;
  const object = await client.get(resources.deployments, { namespace, name: deployment }, { signal });
  if (valueAt(object, "spec.paused") === true) throw new StepFailed(`Deployment ${deployment} is paused; kubectl refuses to undo that`);
  let found: AnyObject | undefined;
  await until(async () => {
    const { items } = await client.list(resources.replicaSets, { namespace, signal });
    const own = items.filter((set) => controllerOf(set)?.uid === object.metadata.uid).toSorted((a, b) => revisionOf(b) - revisionOf(a));
    found = toRevision === undefined ? own[1] : own.find((set) => revisionOf(set) === toRevision);
    return found === undefined ? [`Deployment ${deployment} has no revision ${toRevision ?? "before this one"}, only ${own.map(revisionOf).join(", ")}`] : [];
  }, 5_000, signal);
  const template = structuredClone(valueAt(found, "spec.template")) as { metadata: { labels: Record<string, string> } };
  delete template.metadata.labels["pod-template-hash"];
  await client.patch(resources.deployments, { namespace, name: deployment }, { kind: "json", body: [{ op: "replace", path: "/spec/template", value: template }] }, { fieldManager, signal });
});

function revisionOf(set: AnyObject): number {
  return Number(set.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

const interveneShape = { release: text, action: text, full: optional(anything), reason: optional(text), answer: optional(text), says: optional(text) };
let orders = 0;

/** Creates an Intervention and waits for its answer. */
export const intervene = stepKind(record(interveneShape), async ({ release, action, full, reason, answer = "Done", says = "" }, context) => {
  const { client, namespace, signal } = context;
  const name = `${release}-${action}-${++orders}`;
  const spec = { release, action, ...(full === undefined ? {} : { full }), ...(reason === undefined ? {} : { reason }) };
  await client.create<AnyObject>(resources.interventions, { apiVersion: "tidegate.dev/v1alpha1", kind: "Intervention", metadata: { name, namespace }, spec }, { fieldManager, signal });
  await until(() => answerProblems(context, name, answer, says), 10_000, signal);
});

async function answerProblems(context: ScenarioContext, name: string, answer: string, says: string): Promise<string[]> {
  const order = await findObject(context, "Intervention", name);
  const phase = valueAt(order, "status.phase");
  const message = valueAt(order, "status.message");
  if (phase !== undefined && phase !== answer) throw new StepFailed(`the order was answered ${String(phase)} (${String(message)}), not ${answer}`);
  if (phase === undefined) return ["the order has no answer"];
  if (!String(message).includes(says)) throw new StepFailed(`the answer was "${String(message)}", not "${says}"`);
  const actor = valueAt(order, "spec.actor.username");
  return typeof actor === "string" && actor !== "" ? [] : ["the order carries no actor"];
}
