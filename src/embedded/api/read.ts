import type { Stored } from "../store/types.ts";
import type { Call, Context } from "./context.ts";
import { badRequest, expired, invalid, notFound, tooLargeVersion } from "./errors.ts";
import { matchesFields, matchesLabels, parseFieldSelector, parseLabelSelector, type Match } from "./selectors.ts";

export type ObjectList = { readonly items: readonly Stored[]; readonly meta: Record<string, unknown> };

export function getObject(context: Context, call: Call): Stored {
  const stored = context.store.get(call.served.collection, call.namespace, call.name);
  if (stored === undefined) throw notFound(call.served.definition, call.name);
  return stored;
}

/** The filter of the request's label and field selectors, or undefined when it has none. Throws 400. */
export function selectorOf(call: Call): Match | undefined {
  const { definition } = call.served;
  const labels = parseLabelSelector(call.query.get("labelSelector") ?? "");
  const known = ["metadata.name", "metadata.namespace", ...(definition.selectableFields ?? [])];
  const fields = parseFieldSelector(call.query.get("fieldSelector") ?? "", known);
  if (labels.length === 0 && fields.length === 0) return undefined;
  return (object) => matchesLabels(labels, object.metadata.labels) && matchesFields(fields, object);
}

/** A resourceVersion parameter as a number; undefined when absent or empty. Throws 400. */
export function parseVersion(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

/** GET of a collection. A list that is continued shows the collection as it was when the list began. */
export function listObjects(context: Context, call: Call): ObjectList {
  const matches = selectorOf(call);
  const limit = Number(call.query.get("limit") ?? 0);
  const start = startOf(context, call);
  const entries = entriesAt(context, call, start.revision);
  const items: Stored[] = [];
  let last = "";
  let remaining = 0;
  for (const [key, stored] of entries) {
    if (key <= start.after || (matches !== undefined && !matches(stored.object))) continue;
    if (limit > 0 && items.length >= limit) {
      remaining++;
      continue;
    }
    items.push(stored);
    last = key;
  }
  const meta: Record<string, unknown> = { resourceVersion: String(start.revision) };
  if (remaining === 0) return { items, meta };
  meta["continue"] = encodeContinue({ revision: start.revision, after: last });
  // A real server cannot count behind a selector either.
  if (matches === undefined) meta["remainingItemCount"] = remaining;
  return { items, meta };
}

type Start = {
  readonly revision: number;
  /** Key after which the page begins; "" for the first page. */ readonly after: string;
};

function startOf(context: Context, call: Call): Start {
  const token = call.query.get("continue") ?? "";
  const requested = parseVersion(call.query.get("resourceVersion"));
  const match = call.query.get("resourceVersionMatch");
  const current = context.store.revision;
  if (token !== "") return decodeContinue(token, current);
  checkVersionMatch(match, requested);
  if (requested === undefined || requested === 0) return { revision: current, after: "" };
  if (requested > current) throw tooLargeVersion(requested, current);
  return { revision: match === "Exact" ? requested : current, after: "" };
}

const wrongMatch = (reason: "FieldValueForbidden" | "FieldValueNotSupported", message: string): Error =>
  invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", [{ reason, field: "resourceVersionMatch", message }]);

function checkVersionMatch(match: string | null, requested: number | undefined): void {
  if (match === null || match === "") return;
  if (requested === undefined)
    throw wrongMatch(
      "FieldValueForbidden",
      "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
    );
  if (match !== "Exact" && match !== "NotOlderThan") {
    throw wrongMatch(
      "FieldValueNotSupported",
      `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`,
    );
  }
  if (match === "Exact" && requested === 0)
    throw wrongMatch(
      "FieldValueForbidden",
      'Forbidden: resourceVersionMatch "Exact" is forbidden for resourceVersion "0"',
    );
}

function entriesAt(context: Context, call: Call, revision: number): Iterable<[string, Stored]> {
  const { collection } = call.served;
  if (revision === context.store.revision) return context.store.entries(collection, call.namespace);
  const entries = context.store.entriesAt(collection, call.namespace, revision);
  if (entries === undefined) throw expired(revision, context.store.horizon);
  return entries;
}

function encodeContinue(start: Start): string {
  return Buffer.from(JSON.stringify([start.revision, start.after])).toString("base64url");
}

function decodeContinue(token: string, current: number): Start {
  try {
    const [revision, after] = JSON.parse(Buffer.from(token, "base64url").toString()) as [unknown, unknown];
    if (typeof revision === "number" && revision <= current && typeof after === "string") return { revision, after };
  } catch {
    // Falls through: whatever it is, it is no token of ours.
  }
  throw badRequest("continue key is not valid");
}
