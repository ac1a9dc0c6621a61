import type { AnyObject } from "../../api/object.ts";
import type { Schema } from "../wire/resource.ts";
import { compareValues } from "./compareValues.ts";
import type { FieldSet } from "./fieldSet.ts";
import { difference, emptySet, union } from "./fieldSet.ts";
import { mergeValues } from "./mergeValues.ts";
import { ownedFields } from "./ownedFields.ts";
import { isObject, ListItemError } from "./shape.ts";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
const kubectl = "kubectl";

/**
 * The fields that `kubectl apply` wrote on the client's side and that are still as written: its server-side form may
 * take them over without force.
 */
export function takenOverFromClientSide(schema: Schema, live: AnyObject, manager: string): FieldSet {
  const written = manager === kubectl ? parse(live.metadata.annotations?.[annotation]) : undefined;
  if (written === undefined) return emptySet;
  try {
    const { added, modified } = compareValues(schema, live, mergeValues(schema, live, written));
    return difference(ownedFields(schema, written, false), union(added, modified));
  } catch (error) {
    if (error instanceof ListItemError) return emptySet;
    throw error;
  }
}

/** Keeps kubectl's annotation true where an object has it and kubectl applies on the server's side. */
export function withLastApplied(object: AnyObject, applied: AnyObject, manager: string): AnyObject {
  const { annotations } = object.metadata;
  if (manager !== kubectl || annotations?.[annotation] === undefined) return object;
  const { [annotation]: _old, ...others } = applied.metadata.annotations ?? {};
  const metadata = {
    ...applied.metadata,
    ...(applied.metadata.annotations === undefined ? {} : { annotations: others }),
  };
  const text = `${JSON.stringify({ ...applied, metadata })}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [annotation]: text } } };
}

function parse(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
