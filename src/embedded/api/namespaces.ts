import type { AnyObject } from "../../api/object.ts";
import type { Call, Context } from "./context.ts";
import { conflict, staleObject } from "./errors.ts";
import { decodeStrictly, editable } from "./writeSteps.ts";
import { getObject } from "./read.ts";
import { recordOf } from "./json.ts";

/** PUT .../finalize: sets `spec.finalizers`; a Namespace that is being deleted and held by nobody goes. */
export function finalizeNamespace(context: Context, call: Call, body: unknown): AnyObject {
  const { definition, collection } = call.served;
  const stored = getObject(context, call);
  const wanted = decodeStrictly(call, body);
  const version = wanted.metadata.resourceVersion;
  if (version !== undefined && version !== String(stored.revision)) throw conflict(definition, call.name, staleObject);
  const finalizers = (recordOf(wanted["spec"])["finalizers"] as string[] | undefined) ?? [];
  const object = editable(stored.object, definition);
  object["spec"] = finalizers.length === 0 ? {} : { ...recordOf(object["spec"]), finalizers };
  if (call.dryRun) return object;
  const free = finalizers.length === 0 && (object.metadata.finalizers ?? []).length === 0;
  if (free && object.metadata.deletionTimestamp !== undefined)
    return context.store.remove(collection, stored, object).object;
  return context.store.put(collection, object).object;
}
