import type { ServerResponse } from "node:http";
import type { AnyObject } from "../../api/object.ts";
import type { ChangeType, Stored, StoreEvent } from "../store/types.ts";
import { ApiError } from "../wire/apiError.ts";
import type { View } from "./accept.ts";
import { expired, invalid, tooLargeVersion } from "./errors.ts";
import type { Call, Context } from "./context.ts";
import { includeObjectOf, objectForm, type Presentation } from "./present.ts";
import { parseVersion, selectorOf } from "./read.ts";
import { groupVersionOf } from "./registry.ts";
import type { Match } from "./selectors.ts";

/** A watcher that is this far behind is cut off; it resumes from its last version. */
const backlogLimitBytes = 16 * 1024 * 1024;
const bookmarkIntervalMs = 60_000;

/** Streams the changes of a collection until its time is up, the client goes, or the server closes. */
export function serveWatch(context: Context, call: Call, view: View, response: ServerResponse): void {
  const watcher = new Watcher(context, call, view, response);
  watcher.start();
}

class Watcher {
  readonly #context: Context;
  readonly #call: Call;
  readonly #view: View;
  readonly #response: ServerResponse;
  readonly #matches: Match | undefined;
  readonly #prefix: string;
  readonly #cleanups: (() => void)[] = [];
  readonly #since: number | undefined;
  #headersSent = false;
  #ended = false;

  constructor(context: Context, call: Call, view: View, response: ServerResponse) {
    this.#context = context;
    this.#call = call;
    this.#view = view;
    this.#response = response;
    const byName = call.name === "" ? undefined : (object: AnyObject): boolean => object.metadata.name === call.name;
    const selected = selectorOf(call);
    this.#matches = byName === undefined ? selected : (object) => byName(object) && (selected?.(object) ?? true);
    this.#prefix = call.namespace === undefined ? "" : `${call.namespace}/`;
    this.#since = parseVersion(call.query.get("resourceVersion"));
    checkInitialEvents(call);
  }

  start(): void {
    const { store, closing, registry } = this.#context;
    const response = this.#response;
    response.writeHead(200, {
      "Content-Type": this.#view.syntax === "yaml" ? "application/yaml" : "application/json",
      "Cache-Control": "no-cache, private",
    });
    response.flushHeaders();
    if (!this.#replay()) return;
    this.#cleanups.push(store.subscribe(this.#call.served.collection, (event) => this.#send(event)));
    this.#schedule();
    const end = (): void => this.#end();
    closing.addEventListener("abort", end, { once: true });
    this.#cleanups.push(() => closing.removeEventListener("abort", end));
    response.on("close", end);
    const { group, version, plural } = this.#call.served.definition;
    this.#cleanups.push(
      registry.onChange(() => void (registry.find(group, version, plural) === undefined && this.#end())),
    );
  }

  /** Sends what the client has not seen yet. False when that is not possible; the stream is then over. */
  #replay(): boolean {
    const { store } = this.#context;
    const since = this.#since;
    const initial = this.#call.query.get("sendInitialEvents");
    if (initial === "true" || (initial === null && (since === undefined || since === 0))) {
      this.#sendState(initial === "true");
      return true;
    }
    if (since === undefined || since === 0) return true;
    if (since > store.revision) return this.#fail(tooLargeVersion(since, store.revision));
    const missed = store.eventsSince(this.#call.served.collection, since);
    if (missed === undefined) return this.#fail(expired(since, store.horizon));
    for (const event of missed) this.#send(event);
    return true;
  }

  #sendState(marked: boolean): void {
    const { store } = this.#context;
    for (const [, stored] of store.entries(this.#call.served.collection, this.#call.namespace)) {
      if (this.#matches?.(stored.object) ?? true) this.#write(this.#frame("ADDED", stored, undefined));
    }
    if (marked && this.#wantsBookmarks()) this.#bookmark({ "k8s.io/initial-events-end": "true" });
  }

  #schedule(): void {
    const { clock, random } = this.#context;
    const seconds = Number(this.#call.query.get("timeoutSeconds") ?? 0);
    // Like the real server: half an hour at least, spread so that not all clients come back at once.
    const timeoutMs = seconds > 0 ? seconds * 1000 : (1 + random.next()) * 1_800_000;
    this.#cleanups.push(clock.schedule(timeoutMs, () => this.#end()));
    if (this.#wantsBookmarks()) this.#scheduleBookmark();
  }

  #scheduleBookmark(): void {
    const cancel = this.#context.clock.schedule(bookmarkIntervalMs, () => {
      this.#cleanups.splice(this.#cleanups.indexOf(cancel), 1);
      this.#bookmark(undefined);
      if (!this.#ended) this.#scheduleBookmark();
    });
    this.#cleanups.push(cancel);
  }

  #wantsBookmarks(): boolean {
    const value = this.#call.query.get("allowWatchBookmarks");
    return value === "true" || value === "1";
  }

  #bookmark(annotations: Record<string, string> | undefined): void {
    const { definition } = this.#call.served;
    const metadata = {
      resourceVersion: String(this.#context.store.revision),
      ...(annotations === undefined ? {} : { annotations }),
    };
    const object =
      this.#view.as === "table"
        ? { kind: "Table", apiVersion: "meta.k8s.io/v1", metadata, columnDefinitions: null, rows: [] }
        : this.#view.as === "metadata"
          ? { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata }
          : { kind: definition.kind, apiVersion: groupVersionOf(definition), metadata };
    this.#write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  /** What the event is for this watcher, which may see only some of the objects. */
  #send(event: StoreEvent): void {
    if (!event.key.startsWith(this.#prefix)) return;
    const visible = event.type !== "DELETED" && this.#selects(event.current);
    const wasVisible = event.previous !== undefined && this.#selects(event.previous);
    if (visible) this.#write(this.#frame(wasVisible ? "MODIFIED" : "ADDED", event.current, event));
    else if (wasVisible) this.#write(this.#frame("DELETED", lastSeen(event), event));
  }

  #selects(stored: Stored): boolean {
    return this.#matches?.(stored.object) ?? true;
  }

  /** The event as a line, serialised once for all watchers that want it in the same form. */
  #frame(type: ChangeType, stored: Stored, event: StoreEvent | undefined): string {
    const of = this.#presentation();
    const withColumns = of.view.as === "table" && !this.#headersSent;
    this.#headersSent = true;
    const key = `${type} ${of.view.key} ${of.includeObject} ${of.definition.version} ${withColumns}`;
    const known = event?.cache.get(key);
    if (typeof known === "string") return known;
    const line = `{"type":"${type}","object":${objectText(of, stored, withColumns)}}\n`;
    event?.cache.set(key, line);
    return line;
  }

  #presentation(): Presentation {
    const { served, query } = this.#call;
    return {
      definition: served.definition,
      view: this.#view,
      includeObject: includeObjectOf(query),
      now: this.#context.clock.now(),
    };
  }

  #fail(error: ApiError): false {
    this.#write(`${JSON.stringify({ type: "ERROR", object: error.toStatus() })}\n`);
    this.#end();
    return false;
  }

  #write(line: string): void {
    if (this.#ended) return;
    this.#response.write(line);
    if (this.#response.writableLength > backlogLimitBytes) this.#response.destroy();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#response.end();
  }
}

/** The object of a DELETED event: its last state; for one that left the selection, the state that was still in it. */
function lastSeen(event: StoreEvent): Stored {
  if (event.type === "DELETED" || event.previous === undefined) return event.current;
  const { object } = event.previous;
  const left = { ...object, metadata: { ...object.metadata, resourceVersion: String(event.revision) } };
  return { object: left, text: JSON.stringify(left), revision: event.revision };
}

function objectText(of: Presentation, stored: Stored, withColumns: boolean): string {
  if (of.view.as === "object" && stored.object.apiVersion === groupVersionOf(of.definition)) return stored.text;
  const form = objectForm(of, stored.object);
  // Columns go with the first event only.
  return JSON.stringify(of.view.as === "table" && !withColumns ? { ...form, columnDefinitions: null } : form);
}

function refusedMatch(why: string): ApiError {
  return invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", [
    { reason: "FieldValueForbidden", field: "resourceVersionMatch", message: `Forbidden: ${why}` },
  ]);
}

function checkInitialEvents(call: Call): void {
  const initial = call.query.get("sendInitialEvents");
  const match = call.query.get("resourceVersionMatch") ?? "";
  if (initial === null && match !== "")
    throw refusedMatch("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  if (initial !== null && match !== "NotOlderThan") {
    throw refusedMatch("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
}
