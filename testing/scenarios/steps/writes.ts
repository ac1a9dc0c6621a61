import { messageOf } from "../../../src/api/error.ts";
import { resources } from "../../../src/api/resources.ts";
import { applyManifest } from "../../../src/kube/applyManifests.ts";
import type { Patch } from "../../../src/kube/types.ts";
import { findObject, resourceOf } from "../context.ts";
import { readManifests } from "../manifests.ts";
import { valueAt } from "../match.ts";
import { anything, listOf, mapOf, optional, record, text, wholeNumber } from "../reader.ts";
import { StepFailed, stepKind } from "../step.ts";

/** Who writes on behalf of the scenario. */
export const fieldManager = "scenario";

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

const applyShape = {
  file: text,
  patches: optional(listOf(record({ kind: text, name: optional(text), merge: anything }))),
  refused: optional(text),
};

export const apply = stepKind(record(applyShape), async ({ file, patches = [], refused }, context) => {
  const { client, mapper, namespace, signal } = context;
  await refusedOr(refused, async () => {
    for (const object of await readManifests(context, file, patches as Parameters<typeof readManifests>[2])) {
      await applyManifest(client, mapper, object, { fieldManager, force: true, namespace, signal });
    }
  });
});

const patchShape = {
  kind: text,
  name: text,
  merge: optional(anything),
  strategic: optional(anything),
  json: optional(listOf(anything)),
  refused: optional(text),
};

export const patch = stepKind(record(patchShape), async ({ kind, name, merge, strategic, json, refused }, context) => {
  const wanted: Patch =
    json !== undefined
      ? { kind: "json", body: json as never }
      : strategic !== undefined
        ? { kind: "strategic", body: strategic }
        : { kind: "merge", body: merge };
  const resource = await resourceOf(context, kind);
  await refusedOr(refused, () =>
    context.client.patch(resource, { namespace: context.namespace, name }, wanted, {
      fieldManager,
      signal: context.signal,
    }),
  );
});

/** What a pipeline does: another image and other environment in the Deployment's first container. */
export const setImage = stepKind(
  record({ deployment: text, image: text, env: optional(mapOf(text)), command: optional(listOf(text)) }),
  async ({ deployment, image, env = {}, command }, context) => {
    const object = await findObject(context, "Deployment", deployment);
    const name = valueAt(object, "spec.template.spec.containers[0].name");
    const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }));
    const container = {
      name,
      image,
      ...(variables.length === 0 ? {} : { env: variables }),
      ...(command === undefined ? {} : { command }),
    };
    const body = { spec: { template: { spec: { containers: [container] } } } };
    await context.client.patch(
      resources.deployments,
      { namespace: context.namespace, name: deployment },
      { kind: "strategic", body },
      { fieldManager, signal: context.signal },
    );
  },
);

export const scale = stepKind(
  record({ deployment: text, replicas: wholeNumber }),
  async ({ deployment, replicas }, { client, namespace, signal }) => {
    await client.patch(
      resources.deployments,
      { namespace, name: deployment },
      { kind: "merge", body: { spec: { replicas } } },
      { subresource: "scale", fieldManager, signal },
    );
  },
);

export const remove = stepKind(record({ kind: text, name: text }), async ({ kind, name }, context) => {
  await context.client.delete(
    await resourceOf(context, kind),
    { namespace: context.namespace, name },
    { propagationPolicy: "Background", signal: context.signal },
  );
});
