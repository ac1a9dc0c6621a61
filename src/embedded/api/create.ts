import type { AnyObject } from "../../api/object.ts";
import { alreadyExists, badRequest, methodNotAllowed } from "./errors.ts";
import { timestamp, type Call, type Context } from "./context.ts";
import { generateName, newUid } from "./identity.ts";
import { takesStatusOnCreate } from "./kindRules.ts";
import {
  admitIntoNamespace,
  admitWrite,
  decodeStrictly,
  dropDuplicateOwners,
  mutate,
  track,
  validate,
  withDefaults,
} from "./writeSteps.ts";

/** POST to a collection: the new object, as stored (or as it would be). */
export function createObject(context: Context, call: Call, body: unknown): AnyObject {
  const object = decodeStrictly(call, body);
  checkIdentity(call, object);
  return createDecoded(context, call, object, "update");
}

/**
 * Everything of a create after decoding. `ownership` says who keeps the managed fields: this function ("update"), or
 * the caller, who applied a configuration ("applied").
 */
export function createDecoded(
  context: Context,
  call: Call,
  object: AnyObject,
  ownership: "update" | "applied",
): AnyObject {
  const { definition, collection, storageVersion, terminating } = call.served;
  const { strategy, hasStatus } = definition;
  if (terminating) throw methodNotAllowed();
  dropDuplicateOwners(call, object);
  admitIntoNamespace(context, call, object.metadata.name);
  if (object.metadata.resourceVersion !== undefined)
    throw badRequest("resourceVersion should not be set on objects to be created");
  if (hasStatus && !takesStatusOnCreate(definition)) delete object["status"];
  stamp(context, call, object);
  const sent = withDefaults(definition, object);
  // What policies and the kind itself add later belongs to nobody.
  const owned = ownership === "update" ? track(context, call, sent, undefined) : sent;
  let made = mutate(context, call, { operation: "CREATE", name: owned.metadata.name, object: owned });
  if (definition.hasGeneration) made.metadata.generation = 1;
  else delete made.metadata.generation;
  strategy.prepareForCreate?.(made);
  made = withDefaults(definition, made);
  validate(definition, made, undefined);
  admitWrite(context, call, { operation: "CREATE", name: made.metadata.name, object: made });
  if (context.store.get(collection, call.namespace, made.metadata.name) !== undefined)
    throw alreadyExists(definition, made.metadata.name);
  if (call.dryRun) return made;
  return context.store.put(collection, { ...made, apiVersion: storageVersion }).object;
}

function checkIdentity(call: Call, { metadata }: AnyObject): void {
  if (metadata.namespace !== undefined && metadata.namespace !== (call.namespace ?? "")) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  if (call.name !== "" && metadata.name !== call.name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${call.name})`);
  }
}

/** Sets what only the server decides. */
function stamp(context: Context, call: Call, { metadata }: AnyObject): void {
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  if (call.namespace === undefined) delete metadata.namespace;
  else metadata.namespace = call.namespace;
  if (metadata.name === "" && metadata.generateName !== undefined)
    metadata.name = generateName(metadata.generateName, context.random);
  metadata.uid = newUid(context.random);
  metadata.creationTimestamp = timestamp(context.clock.now());
}
