import { isDeepStrictEqual } from "node:util";
import { isTidegateError, TidegateError } from "../api/error.ts";
import type { AnyObject, ResourceType } from "../api/object.ts";
import { resources } from "../api/resources.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../ports/clock.ts";
import type { ResourceMapper } from "./discovery.ts";
import type { KubeClient } from "./types.ts";

export { parseManifests } from "./manifests.ts";

export type ApplyOptions = {
  readonly fieldManager: string;
  /** Takes fields over from other managers instead of stopping at a conflict. */
  readonly force?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** Where an object goes that names no namespace; `default` when absent. */
  readonly namespace?: string | undefined;
  /** How long a new CustomResourceDefinition, or a kind that is not served yet, is waited for; 10 s when absent. */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
};

export type Applied = {
  readonly result: "created" | "configured" | "unchanged";
  readonly resource: ResourceType;
  readonly object: AnyObject;
};

const defaultWaitMs = 10_000;
const pollMs = 100;

/**
 * Applies one object on the server's side, unknown fields refused, and tells what that changed. After a
 * CustomResourceDefinition it waits until its kind is served. Throws what the client throws; KUBE_TIMEOUT when the
 * kind does not come up.
 */
export async function applyManifest(
  client: KubeClient,
  mapper: ResourceMapper,
  object: AnyObject,
  options: ApplyOptions,
): Promise<Applied> {
  const { fieldManager, force, dryRun, signal } = options;
  const resource = await mapper.byKind(object.apiVersion, object.kind, { signal });
  const target = placed(object, resource, options.namespace ?? "default");
  const { name, namespace } = target.metadata;
  const before = await readOrAbsent(client, resource, { name, namespace }, signal);
  const patch = { kind: "apply", body: target, fieldManager, ...(force === undefined ? {} : { force }) } as const;
  const after = await client.patch(resource, { name, namespace }, patch, { dryRun, fieldValidation: "Strict", signal });
  if (isDefinition(resource) && dryRun !== true) await waitUntilServed(client, mapper, name, options);
  return { result: resultOf(before, after), resource, object: after };
}

/** A namespaced object in its namespace, a cluster-wide one in none. */
function placed(object: AnyObject, resource: ResourceType, fallback: string): AnyObject {
  const { namespace, ...metadata } = object.metadata;
  return { ...object, metadata: resource.namespaced ? { ...metadata, namespace: namespace ?? fallback } : metadata };
}

async function readOrAbsent(
  client: KubeClient,
  resource: ResourceType,
  ref: { readonly name: string; readonly namespace: string | undefined },
  signal: AbortSignal | undefined,
): Promise<AnyObject | undefined> {
  try {
    return await client.get(resource, ref, { signal });
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return undefined;
    throw error;
  }
}

function resultOf(before: AnyObject | undefined, after: AnyObject): Applied["result"] {
  if (before === undefined) return "created";
  return isDeepStrictEqual(contentOf(before), contentOf(after)) ? "unchanged" : "configured";
}

/** Without what a controller may have written between the read and the apply, and what a dry run does not change. */
function contentOf(object: AnyObject): unknown {
  const { resourceVersion: _version, managedFields: _managers, ...metadata } = object.metadata;
  const { status: _status, ...content } = object;
  return { ...content, metadata };
}

function isDefinition({ group, kind }: ResourceType): boolean {
  const definitions = resources.customResourceDefinitions;
  return group === definitions.group && kind === definitions.kind;
}

async function waitUntilServed(
  client: KubeClient,
  mapper: ResourceMapper,
  name: string,
  options: ApplyOptions,
): Promise<void> {
  const { clock = systemClock, waitMs = defaultWaitMs, signal } = options;
  const end = clock.now() + waitMs;
  for (;;) {
    const definition = await client.get(resources.customResourceDefinitions, { name }, { signal });
    mapper.reset();
    if (isEstablished(definition) && (await isServed(mapper, definition, signal))) return;
    if (signal?.aborted === true)
      throw new TidegateError("KUBE_ABORTED", `waiting for CustomResourceDefinition ${name}: given up by the caller`);
    if (clock.now() >= end) {
      throw new TidegateError(
        "KUBE_TIMEOUT",
        `CustomResourceDefinition ${name} was applied, but its kind was not served within ${waitMs} ms; see "kubectl describe crd ${name}"`,
        { retry: "later" },
      );
    }
    await clock.sleep(pollMs, signal);
  }
}

function isEstablished(definition: AnyObject): boolean {
  const { conditions } = (definition["status"] ?? {}) as { conditions?: { type?: string; status?: string }[] };
  return conditions?.some(({ type, status }) => type === "Established" && status === "True") ?? false;
}

/** Discovery may lag behind the condition. */
async function isServed(
  mapper: ResourceMapper,
  definition: AnyObject,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { group, names } = (definition["spec"] ?? {}) as { group?: string; names?: { kind?: string } };
  const served = await mapper.all({ signal });
  return served.some(({ resource }) => resource.group === group && resource.kind === names?.kind);
}
