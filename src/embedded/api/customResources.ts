import type { AnyObject } from "../../api/object.ts";
import { establishedStatus } from "../kinds/customResources.ts";
import type { Stored, StoreEvent } from "../store/types.ts";
import { timestamp, type Call, type Context } from "./context.ts";
import { crdCleanup, noDeleteOptions, removeOrMark } from "./deletion.ts";
import { cloneJson, equalJson } from "./json.ts";
import type { Served } from "./registry.ts";

const collection = "apiextensions.k8s.io/customresourcedefinitions";

/** Serves the kinds of stored CustomResourceDefinitions, from now on and as they come and go. Returns the stopper. */
export function serveCustomResources(context: Context): () => void {
  const cleaning = new Map<string, () => void>();
  for (const [, stored] of context.store.entries(collection)) follow(context, stored, cleaning);
  const stop = context.store.subscribe(collection, (event) => {
    if (event.type === "DELETED") forget(context, event, cleaning);
    else follow(context, event.current, cleaning);
  });
  return () => {
    stop();
    for (const end of cleaning.values()) end();
  };
}

function forget(context: Context, event: StoreEvent, cleaning: Map<string, () => void>): void {
  cleaning.get(event.key)?.();
  cleaning.delete(event.key);
  context.registry.removeCustom(event.key);
}

function follow(context: Context, stored: Stored, cleaning: Map<string, () => void>): void {
  const crd = stored.object;
  const terminating = crd.metadata.deletionTimestamp !== undefined;
  context.registry.setCustom(crd, terminating);
  if (!terminating) return establish(context, crd);
  if (cleaning.has(crd.metadata.name)) return;
  const [instances] = instancesOf(context, crd);
  if (instances === undefined) return release(context, crd.metadata.name);
  cleaning.set(
    crd.metadata.name,
    context.store.subscribe(instances.collection, () => releaseWhenEmpty(context, crd.metadata.name, instances)),
  );
  removeInstances(context, instances);
  releaseWhenEmpty(context, crd.metadata.name, instances);
}

/** Writes the status of a definition that is served now, unless it says so already. */
function establish(context: Context, crd: AnyObject): void {
  const known = crd["status"] as
    | { conditions?: { type: string; status: string }[]; acceptedNames?: unknown }
    | undefined;
  const established =
    known?.conditions?.some((condition) => condition.type === "Established" && condition.status === "True") ?? false;
  const status = establishedStatus(crd, timestamp(context.clock.now()));
  if (established && equalJson(known?.acceptedNames, status["acceptedNames"])) return;
  context.store.put(collection, { ...cloneJson(crd), status });
}

function instancesOf(context: Context, crd: AnyObject): Served[] {
  const spec = crd["spec"] as { group: string; names: { plural: string } };
  return context.registry
    .all()
    .filter(({ definition }) => definition.group === spec.group && definition.plural === spec.names.plural);
}

function removeInstances(context: Context, served: Served): void {
  for (const [, stored] of Array.from(context.store.entries(served.collection))) {
    const { name, namespace } = stored.object.metadata;
    removeOrMark(context, systemCall(served, namespace, name), stored, noDeleteOptions);
  }
}

function releaseWhenEmpty(context: Context, crdName: string, { collection: instances }: Served): void {
  if (context.store.count(instances) === 0) release(context, crdName);
}

/** Takes our finalizer away, and with the last one the definition. */
function release(context: Context, crdName: string): void {
  const stored = context.store.get(collection, undefined, crdName);
  if (stored === undefined) return;
  const left = (stored.object.metadata.finalizers ?? []).filter((name) => name !== crdCleanup);
  if (left.length === 0) context.store.remove(collection, stored);
  else if (left.length < (stored.object.metadata.finalizers ?? []).length) {
    const kept = cloneJson(stored.object);
    kept.metadata.finalizers = left;
    context.store.put(collection, kept);
  }
}

/** A call of the server itself. */
export function systemCall(served: Served, namespace: string | undefined, name: string): Call {
  return {
    served,
    namespace,
    name,
    subresource: undefined,
    query: new URLSearchParams(),
    user: { username: "system:apiserver", groups: ["system:masters"] },
    manager: "kube-apiserver",
    dryRun: false,
    fieldValidation: "Ignore",
    warnings: [],
  };
}
