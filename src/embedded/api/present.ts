import { stringify as stringifyYaml } from "yaml";
import type { AnyObject } from "../../api/object.ts";
import type { Stored } from "../store/types.ts";
import { tableOf, type TableOptions } from "../tables/table.ts";
import type { ResourceDefinition } from "../wire/resource.ts";
import type { View } from "./accept.ts";
import { inVersion } from "./context.ts";
import { badRequest } from "./errors.ts";
import type { ObjectList } from "./read.ts";
import { groupVersionOf } from "./registry.ts";

export type Presentation = {
  readonly definition: ResourceDefinition;
  readonly view: View;
  readonly includeObject: TableOptions["includeObject"];
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** The `includeObject` parameter of table requests. Throws 400. */
export function includeObjectOf(query: URLSearchParams): TableOptions["includeObject"] {
  const value = query.get("includeObject") ?? "";
  if (value === "" || value === "Metadata") return "Metadata";
  if (value === "Object" || value === "None") return value;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(value)}`);
}

export function serialise(value: unknown, syntax: View["syntax"]): string {
  return syntax === "yaml" ? stringifyYaml(value) : `${JSON.stringify(value)}\n`;
}

/** One object in the form that was asked for. */
export function presentObject(of: Presentation, object: AnyObject): string {
  return serialise(objectForm(of, object), of.view.syntax);
}

/** As above; what was serialised when it was stored is used again. */
export function presentStored(of: Presentation, stored: Stored): string {
  const asStored = of.view.key === "object.json" && stored.object.apiVersion === groupVersionOf(of.definition);
  return asStored ? `${stored.text}\n` : presentObject(of, stored.object);
}

export function objectForm(of: Presentation, object: AnyObject): object {
  const { definition, view } = of;
  if (view.as === "table")
    return tableOf(definition, [inVersion(object, groupVersionOf(definition))], {
      includeObject: of.includeObject,
      now: of.now,
    });
  if (view.as === "metadata")
    return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
  return inVersion(object, groupVersionOf(definition));
}

export function presentList(of: Presentation, list: ObjectList): string {
  const { definition, view } = of;
  const apiVersion = groupVersionOf(definition);
  if (view.key === "object.json") return listText(definition, list);
  const objects = list.items.map((stored) => inVersion(stored.object, apiVersion));
  if (view.as === "table") {
    const options: TableOptions = { includeObject: of.includeObject, now: of.now, listMeta: list.meta };
    return serialise(tableOf(definition, objects, options), view.syntax);
  }
  if (view.as === "object")
    return serialise({ apiVersion, kind: definition.listKind, metadata: list.meta, items: objects }, view.syntax);
  const items = objects.map((object) => objectForm(of, object));
  return serialise(
    { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata: list.meta, items },
    view.syntax,
  );
}

/** The list as JSON, put together from the stored texts. */
function listText(definition: ResourceDefinition, list: ObjectList): string {
  const apiVersion = groupVersionOf(definition);
  // As the real server: items of built-in kinds do not repeat what the list says.
  const repeated = `{"apiVersion":${JSON.stringify(apiVersion)},"kind":${JSON.stringify(definition.kind)},`;
  const items = list.items.map(({ object, text }) => {
    if (object.apiVersion !== apiVersion) return JSON.stringify(inVersion(object, apiVersion));
    return definition.builtIn && text.startsWith(repeated) ? `{${text.slice(repeated.length)}` : text;
  });
  const head = JSON.stringify({ kind: definition.listKind, apiVersion, metadata: list.meta });
  return `${head.slice(0, -1)},"items":[${items.join(",")}]}\n`;
}
