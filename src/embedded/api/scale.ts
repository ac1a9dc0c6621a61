import type { AnyObject } from "../../api/object.ts";
import { applyConfiguration } from "../apply/applyConfiguration.ts";
import type { ResourceDefinition, ScalePaths } from "../wire/resource.ts";
import type { Call, Context } from "./context.ts";
import { badRequest, conflict, invalid, notFound, staleObject } from "./errors.ts";
import { isRecord, recordOf, textOf, type Json } from "./json.ts";
import { patched, type PatchType } from "./patch.ts";
import { groupVersionOf } from "./registry.ts";
import { updateDecoded } from "./update.ts";
import { decodeStrictly, editable } from "./writeSteps.ts";

/** GET .../scale: the `autoscaling/v1` Scale of an object. */
export function getScale(context: Context, call: Call): AnyObject {
  const stored = context.store.get(call.served.collection, call.namespace, call.name);
  if (stored === undefined) throw notFound(call.served.definition, call.name);
  return scaleOf(call.served.definition, stored.object);
}

/** What a Scale is shown as, whatever kind it belongs to. */
export function scaleDefinition({ printerColumns: _columns, ...owner }: ResourceDefinition): ResourceDefinition {
  return { ...owner, group: "autoscaling", version: "v1", kind: "Scale" };
}

/** PUT .../scale. */
export function replaceScale(context: Context, call: Call, body: unknown): AnyObject {
  if (!isRecord(body)) throw badRequest("the body is no Scale");
  return writeScale(context, call, body);
}

/** PATCH .../scale. */
export function patchScale(context: Context, call: Call, type: PatchType, body: unknown): AnyObject {
  if (type === "apply") return applyScale(context, call, body);
  const result = patched(
    type,
    { ...call.served.definition, schema: { type: "object" } },
    getScale(context, call),
    body,
  );
  if (!isRecord(result)) throw badRequest("the patch makes no Scale");
  return writeScale(context, call, result);
}

function writeScale(context: Context, call: Call, scale: Json): AnyObject {
  const { definition, collection } = call.served;
  const stored = context.store.get(collection, call.namespace, call.name);
  if (stored === undefined) throw notFound(definition, call.name);
  const version = recordOf(scale["metadata"])["resourceVersion"];
  if (version !== undefined && version !== String(stored.revision)) throw conflict(definition, call.name, staleObject);
  const wanted = editable(stored.object, definition);
  set(wanted, pathsOf(definition).specReplicasPath, replicasOf(call, scale));
  return scaleOf(definition, updateDecoded(context, call, stored, wanted, "update"));
}

function applyScale(context: Context, call: Call, body: unknown): AnyObject {
  const { definition, collection } = call.served;
  const stored = context.store.get(collection, call.namespace, call.name);
  if (stored === undefined) throw notFound(definition, call.name);
  const applied: AnyObject = {
    apiVersion: groupVersionOf(definition),
    kind: definition.kind,
    metadata: { name: call.name },
  };
  if (call.namespace !== undefined) applied.metadata.namespace = call.namespace;
  set(applied, pathsOf(definition).specReplicasPath, replicasOf(call, recordOf(body)));
  const merged = applyConfiguration({
    live: editable(stored.object, definition),
    applied,
    schema: definition.schema,
    manager: call.manager,
    force: call.query.get("force") === "true",
    apiVersion: groupVersionOf(definition),
    subresource: "scale",
    now: context.clock.now(),
  });
  return scaleOf(definition, updateDecoded(context, call, stored, decodeStrictly(call, merged), "applied"));
}

function replicasOf(call: Call, scale: Json): number {
  const replicas = recordOf(scale["spec"])["replicas"] ?? 0;
  if (typeof replicas !== "number" || !Number.isInteger(replicas)) {
    throw badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`,
    );
  }
  if (replicas >= 0) return replicas;
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  throw invalid({ group: "autoscaling", kind: "Scale" }, call.name, [
    { reason: "FieldValueInvalid", field: "spec.replicas", message },
  ]);
}

function scaleOf(definition: ResourceDefinition, object: AnyObject): AnyObject {
  const paths = pathsOf(definition);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const metadata = Object.fromEntries(
    Object.entries({ name, namespace, uid, resourceVersion, creationTimestamp }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const selector =
    paths.labelSelectorPath === undefined ? undefined : selectorText(get(object, paths.labelSelectorPath));
  const replicas = get(object, paths.specReplicasPath);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { ...metadata, name },
    spec: replicas === undefined ? {} : { replicas },
    status: { replicas: get(object, paths.statusReplicasPath) ?? 0, ...(selector === undefined ? {} : { selector }) },
  };
}

function pathsOf(definition: ResourceDefinition): ScalePaths {
  return definition.scale ?? { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" };
}

/** A label selector as text: built-in kinds have the object, custom ones the text itself. */
function selectorText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!isRecord(value)) return undefined;
  const labels = Object.entries(recordOf(value["matchLabels"])).map(([key, label]) => `${key}=${textOf(label)}`);
  const expressions = (
    (value["matchExpressions"] as { key: string; operator: string; values?: string[] }[] | undefined) ?? []
  ).map(expressionText);
  return [...labels.toSorted(), ...expressions].join(",");
}

function expressionText({ key, operator, values }: { key: string; operator: string; values?: string[] }): string {
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operator === "In" ? "in" : "notin"} (${(values ?? []).join(",")})`;
}

const partsOf = (path: string): string[] => path.split(".").filter((part) => part !== "");

function get(object: unknown, path: string): unknown {
  return partsOf(path).reduce<unknown>((value, part) => recordOf(value)[part], object);
}

function set(object: Json, path: string, value: unknown): void {
  const parts = partsOf(path);
  const last = parts.pop();
  let at = object;
  for (const part of parts) at = (at[part] ??= {}) as Json;
  if (last !== undefined) at[last] = value;
}
