import type { AnyObject } from "../../api/object.ts";
import { applyConfiguration } from "../apply/applyConfiguration.ts";
import { applyJsonPatch } from "../apply/jsonPatch.ts";
import { applyMergePatch } from "../apply/mergePatch.ts";
import { applyStrategicMerge } from "../apply/strategicMerge.ts";
import { ApiError } from "../wire/apiError.ts";
import type { ResourceDefinition } from "../wire/resource.ts";
import type { Call, Context } from "./context.ts";
import { createDecoded } from "./create.ts";
import { badRequest, invalid, invalidPatch, notFound } from "./errors.ts";
import { cloneJson, isRecord, recordOf } from "./json.ts";
import { groupVersionOf } from "./registry.ts";
import { checkAddress, updateDecoded, type Written } from "./update.ts";
import { decodeStrictly, editable } from "./writeSteps.ts";

export type PatchType = "json" | "merge" | "strategic" | "apply";

const mediaTypes: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** Which patch the content type means. Throws 415. */
export function patchTypeOf(mediaType: string, definition: ResourceDefinition): PatchType {
  const type = mediaTypes[mediaType];
  if (type === undefined && definition.builtIn)
    throw new ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  if (type !== undefined && (definition.builtIn || type !== "strategic")) return type;
  throw new ApiError(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
  );
}

/** PATCH of an object or of its status. */
export function patchObject(context: Context, call: Call, type: PatchType, body: unknown): Written {
  return type === "apply" ? applyObject(context, call, body) : changeObject(context, call, type, body);
}

function changeObject(context: Context, call: Call, type: "json" | "merge" | "strategic", body: unknown): Written {
  const { definition, collection } = call.served;
  const stored = context.store.get(collection, call.namespace, call.name);
  if (stored === undefined) throw notFound(definition, call.name);
  const result = patched(type, definition, editable(stored.object, definition), body);
  const object = decodeStrictly(call, result, (why) => invalidPatch(result as AnyObject, why));
  checkAddress(call, object);
  return { object: updateDecoded(context, call, stored, object, "update"), created: false };
}

/** The document after a patch that is not an apply. */
export function patched(
  type: "json" | "merge" | "strategic",
  definition: ResourceDefinition,
  live: AnyObject,
  patch: unknown,
): unknown {
  if (type === "json") return applyJsonPatch(live, patch);
  if (!isRecord(patch))
    throw badRequest(
      "error decoding patch: json: cannot unmarshal value into Go value of type map[string]interface {}",
    );
  return type === "merge" ? applyMergePatch(live, patch) : applyStrategicMerge(live, patch, definition.schema);
}

function applyObject(context: Context, call: Call, body: unknown): Written {
  const { definition, collection } = call.served;
  const configuration = readConfiguration(call, body);
  const stored = context.store.get(collection, call.namespace, call.name);
  if (stored === undefined && call.subresource !== undefined) throw notFound(definition, call.name);
  const merged = applyConfiguration({
    live: stored === undefined ? undefined : editable(stored.object, definition),
    applied: configuration,
    schema: definition.schema,
    manager: call.manager,
    force: call.query.get("force") === "true",
    apiVersion: groupVersionOf(definition),
    subresource: call.subresource,
    hasStatus: definition.hasStatus,
    now: context.clock.now(),
  });
  const object = decodeStrictly({ ...call, warnings: [] }, merged);
  if (stored === undefined) return { object: createDecoded(context, call, object, "applied"), created: true };
  return { object: updateDecoded(context, call, stored, object, "applied"), created: false };
}

/** Checks what an apply must be. */
export function readConfiguration(call: Call, body: unknown): AnyObject {
  if (!isRecord(body)) throw badRequest("error decoding YAML: the configuration is not an object");
  const managedFields = recordOf(body["metadata"])["managedFields"];
  if (managedFields !== undefined && managedFields !== null) throw badRequest("metadata.managedFields must be nil");
  if (body["apiVersion"] === undefined || body["kind"] === undefined)
    throw badRequest("invalid object type: apiVersion and kind are required in an apply patch");
  const decoded = decodeStrictly(call, body);
  checkAddress(call, decoded);
  if (call.namespace !== undefined) decoded.metadata.namespace = call.namespace;
  // Fields stay as they were sent: also an empty one is a claim.
  return { ...cloneJson(body), apiVersion: decoded.apiVersion, kind: decoded.kind, metadata: decoded.metadata };
}

/** Who applies must be named: nothing else tells whose fields they are. */
export function requireManager(query: URLSearchParams): void {
  if ((query.get("fieldManager") ?? "") !== "") return;
  throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
    { reason: "FieldValueRequired", field: "fieldManager", message: "Required value: is required for apply patch" },
  ]);
}
