import { LineCounter, parseAllDocuments } from "yaml";
import type { Document } from "yaml";
import { TidegateError } from "../api/error.ts";
import type { AnyObject } from "../api/object.ts";

type Place = { readonly sourceName: string; readonly document: number; readonly line: number };

type Fields = Readonly<Record<string, unknown>>;

/**
 * The objects of a text of YAML or JSON documents, in order; a `List` gives its items, an empty document nothing.
 * Throws MANIFEST_INVALID naming the source, the document and the line.
 */
export function parseManifests(text: string, sourceName: string): AnyObject[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document, index) => {
    const place = { sourceName, document: index + 1, line: firstLine(document, lineCounter) };
    return objectsOf(valueOf(document, place, lineCounter), place);
  });
}

function firstLine(document: Document.Parsed, lineCounter: LineCounter): number {
  const start = document.contents?.range?.[0] ?? document.range[0];
  return lineCounter.linePos(start).line;
}

function valueOf(document: Document.Parsed, place: Place, lineCounter: LineCounter): unknown {
  const [error] = document.errors;
  if (error !== undefined) {
    const said = error.message.split("\n")[0] ?? error.message;
    throw invalid(
      { ...place, line: lineCounter.linePos(error.pos[0]).line },
      `it is not YAML: ${said.replace(/ at line \d+, column \d+:?$/, "")}`,
    );
  }
  try {
    return document.toJS() as unknown;
  } catch (cause) {
    // An anchor that is not there, or aliases that would grow beyond all bounds.
    throw invalid(place, `it cannot be read: ${String(cause)}`);
  }
}

function objectsOf(value: unknown, place: Place): AnyObject[] {
  if (value === null || value === undefined) return [];
  const fields = fieldsOf(value);
  if (fields === undefined) throw invalid(place, "it is no object with apiVersion, kind and metadata");
  const { items } = fields;
  if (Array.isArray(items) && String(fields["kind"]).endsWith("List")) {
    return items.flatMap((item: unknown, index) =>
      objectsOf(item, { ...place, sourceName: `${place.sourceName} (items[${index}])` }),
    );
  }
  return [objectOf(fields, place)];
}

function objectOf(fields: Fields, place: Place): AnyObject {
  const { apiVersion, kind } = fields;
  const metadata = fieldsOf(fields["metadata"]);
  if (!isText(apiVersion))
    throw invalid(place, "apiVersion is missing; add it, for example apiVersion: tidegate.dev/v1alpha1");
  if (!isText(kind)) throw invalid(place, "kind is missing; add it, for example kind: Delivery");
  if (metadata === undefined || !isText(metadata["name"]))
    throw invalid(place, `metadata.name of the ${kind} is missing; every object needs a name`);
  if (metadata["namespace"] !== undefined && !isText(metadata["namespace"]))
    throw invalid(place, "metadata.namespace is no text");
  return { ...fields, apiVersion, kind, metadata: { ...metadata, name: metadata["name"] } };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function invalid({ sourceName, document, line }: Place, what: string): TidegateError {
  return new TidegateError("MANIFEST_INVALID", `${sourceName}, document ${document}, line ${line}: ${what}`);
}
