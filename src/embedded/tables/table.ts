import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition } from "../wire/resource.ts";
import type { Column, Printer, RowCondition } from "./printer.ts";
import { printerOf } from "./printers.ts";

export type TableOptions = {
  readonly includeObject: "Metadata" | "Object" | "None";
  /** Milliseconds since the epoch; ages count from it. */
  readonly now: number;
  /** `metadata` of the list, for a table of a list; otherwise a single object's resource version is taken. */
  readonly listMeta?: Readonly<Record<string, unknown>> | undefined;
};

export type TableRow = {
  readonly cells: readonly unknown[];
  readonly conditions?: readonly RowCondition[];
  readonly object: object | null;
};

export type Table = {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: object;
  readonly columnDefinitions: readonly Column[];
  readonly rows: readonly TableRow[];
};

/** The `meta.k8s.io/v1` Table that `kubectl get` prints: one row per object, in the order given. */
export function tableOf(definition: ResourceDefinition, objects: readonly AnyObject[], options: TableOptions): Table {
  const printer = printerOf(definition);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: options.listMeta ?? metadataOf(objects),
    columnDefinitions: printer.columns,
    rows: objects.map((object) => rowOf(printer, object, options)),
  };
}

/** What is left of an object for those who ask for its metadata only. */
export function partialObjectMetadata(object: AnyObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

function rowOf(printer: Printer, object: AnyObject, { includeObject, now }: TableOptions): TableRow {
  const conditions = printer.conditions?.(object) ?? [];
  return {
    cells: printer.cells(object, now),
    ...(conditions.length === 0 ? {} : { conditions }),
    object: includedObject(object, includeObject),
  };
}

function includedObject(object: AnyObject, include: TableOptions["includeObject"]): object | null {
  switch (include) {
    case "Metadata":
      return partialObjectMetadata(object);
    case "Object":
      return object;
    case "None":
      return null;
    default:
      return include satisfies never;
  }
}

function metadataOf(objects: readonly AnyObject[]): object {
  const version = objects.length === 1 ? objects[0]?.metadata.resourceVersion : undefined;
  return version === undefined ? {} : { resourceVersion: version };
}
