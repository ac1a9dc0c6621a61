import type { AnyObject } from "../../api/object.ts";
import type { Stored } from "../store/types.ts";
import type { Call, Context } from "./context.ts";
import { badRequest, conflict, invalid, notFound, staleObject } from "./errors.ts";
import { cloneJson, equalJson } from "./json.ts";
import { allowsUnconditionalUpdate, createsOnUpdate, isNamespace } from "./kindRules.ts";
import { createDecoded } from "./create.ts";
import {
  admitWrite,
  decodeStrictly,
  dropDuplicateOwners,
  editable,
  mutate,
  track,
  validate,
  withDefaults,
} from "./writeSteps.ts";

export type Written = { readonly object: AnyObject; readonly created: boolean };

/** PUT of an object or of its status. */
export function replaceObject(context: Context, call: Call, body: unknown): Written {
  const { definition, collection } = call.served;
  const object = decodeStrictly(call, body);
  const stored = context.store.get(collection, call.namespace, call.name);
  checkAddress(call, object);
  if (stored === undefined && createsOnUpdate(definition) && call.subresource === undefined) {
    return { object: createDecoded(context, call, object, "update"), created: true };
  }
  if (stored === undefined) throw notFound(definition, call.name);
  return { object: updateDecoded(context, call, stored, object, "update"), created: false };
}

/** The document must be about the object that the path names; what it leaves out is taken from there. */
export function checkAddress(call: Call, { metadata }: AnyObject): void {
  if (metadata.name === "") metadata.name = call.name;
  if (metadata.name !== call.name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${call.name})`);
  if (metadata.namespace !== undefined && metadata.namespace !== call.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
}

/**
 * Everything of a change after decoding: `object` is what the caller wants to be stored in place of `stored`. Returns
 * what is stored afterwards; the same as before when nothing changes.
 */
export function updateDecoded(
  context: Context,
  call: Call,
  stored: Stored,
  object: AnyObject,
  ownership: "update" | "applied",
): AnyObject {
  const { definition } = call.served;
  const old = editable(stored.object, definition);
  checkVersions(call, object, old);
  const wanted =
    call.subresource === "status"
      ? statusOnly(definition.builtIn, object, old)
      : mainOnly(definition.hasStatus, object, old);
  keepIdentity(wanted, old);
  dropDuplicateOwners(call, wanted);
  const sent = withDefaults(definition, wanted);
  // What policies and the kind itself add later belongs to nobody.
  const owned = ownership === "update" ? track(context, call, sent, old) : sent;
  let made = mutate(context, call, { operation: "UPDATE", name: call.name, object: owned, oldObject: old });
  definition.strategy.prepareForUpdate?.(made, old);
  made = withDefaults(definition, made);
  if (definition.hasGeneration)
    made.metadata.generation = nextGeneration(made, old, definition.hasStatus || definition.builtIn);
  validate(definition, made, old);
  admitWrite(context, call, { operation: "UPDATE", name: call.name, object: made, oldObject: old });
  return storeUpdate(context, call, stored, old, made);
}

function storeUpdate(context: Context, call: Call, stored: Stored, old: AnyObject, made: AnyObject): AnyObject {
  const { collection, storageVersion } = call.served;
  made.metadata.resourceVersion = String(stored.revision);
  if (call.dryRun) return made;
  const final = { ...made, apiVersion: storageVersion };
  if (isFinished(call, made)) {
    const last = context.store.remove(collection, stored, final);
    // Answered is the object as the caller made it, not yet as a removed one.
    return { ...last.object, metadata: { ...last.object.metadata } };
  }
  if (equalJson(old, made)) return stored.object;
  return context.store.put(collection, final).object;
}

/** An object that is being deleted goes when its last finalizer goes. */
function isFinished(call: Call, { metadata, ...fields }: AnyObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  if (isNamespace(call.served.definition)) {
    return ((fields["spec"] as { finalizers?: string[] } | undefined)?.finalizers ?? []).length === 0;
  }
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

function checkVersions(call: Call, object: AnyObject, old: AnyObject): void {
  const { definition } = call.served;
  const { resourceVersion, uid } = object.metadata;
  if (uid !== undefined && uid !== old.metadata.uid) {
    const key = [definition.plural, call.namespace, call.name].filter((part) => part !== undefined).join("/");
    throw conflict(
      definition,
      call.name,
      `StorageError: invalid object, Code: 4, Key: /registry/${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid} UID in object meta: ${old.metadata.uid}`,
    );
  }
  if (resourceVersion === undefined && !allowsUnconditionalUpdate(definition)) {
    const message = "Invalid value: 0: must be specified for an update";
    throw invalid(definition, call.name, [{ reason: "FieldValueInvalid", field: "metadata.resourceVersion", message }]);
  }
  if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion)
    throw conflict(definition, call.name, staleObject);
}

/** A write to `status` changes nothing else, but for annotations (built-in kinds). */
function statusOnly(builtIn: boolean, object: AnyObject, old: AnyObject): AnyObject {
  const metadata = { ...old.metadata };
  if (object.metadata.managedFields !== undefined) metadata.managedFields = object.metadata.managedFields;
  if (builtIn) {
    delete metadata.annotations;
    if (object.metadata.annotations !== undefined) metadata.annotations = object.metadata.annotations;
  }
  const wanted: AnyObject = { ...cloneJson(old), metadata };
  delete wanted["status"];
  if (object["status"] !== undefined) wanted["status"] = object["status"];
  return wanted;
}

function mainOnly(hasStatus: boolean, object: AnyObject, old: AnyObject): AnyObject {
  if (!hasStatus) return object;
  const wanted = { ...object };
  delete wanted["status"];
  if (old["status"] !== undefined) wanted["status"] = cloneJson(old["status"]);
  return wanted;
}

const identity = [
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
  "generateName",
] as const;

/** Restores what no client can change. */
function keepIdentity(object: AnyObject, old: AnyObject): void {
  const kept = Object.fromEntries(
    identity.flatMap((field) => (old.metadata[field] === undefined ? [] : [[field, old.metadata[field]]])),
  );
  const metadata = { ...object.metadata };
  for (const field of identity) delete metadata[field];
  object.metadata = { ...metadata, ...kept, name: old.metadata.name };
}

function nextGeneration(made: AnyObject, old: AnyObject, statusApart: boolean): number {
  const current = old.metadata.generation ?? 1;
  return equalJson(content(made, statusApart), content(old, statusApart)) ? current : current + 1;
}

function content(object: AnyObject, statusApart: boolean): unknown {
  const { metadata: _metadata, status, ...rest } = object;
  return statusApart ? rest : { ...rest, status };
}
