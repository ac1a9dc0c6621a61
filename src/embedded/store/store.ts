import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AnyObject } from "../../api/object.ts";
import { Collection } from "./collection.ts";
import { damaged, openDatabase } from "./database.ts";
import { EventLog } from "./eventLog.ts";
import { storeKey, type ChangeType, type Listener, type Stored, type StoreEvent } from "./types.ts";

export type StoreOptions = {
  /** The database file. */
  readonly path: string;
  /** How many events are kept for watches; 10,000 when absent. */
  readonly eventCapacity?: number;
};

/**
 * All objects of the embedded cluster: durable in SQLite, read from memory, with one revision counter for everything.
 * Every method is synchronous, so what one request reads and writes in a turn is atomic; a write has reached the
 * operating system when it returns, so that killing the process loses nothing.
 */
export class Store {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #events: EventLog;
  readonly #outbox: StoreEvent[] = [];
  #publishing = false;
  #revision: number;
  #closed = false;

  /** Throws STATE_NEWER, STATE_DAMAGED or STATE_IN_USE. */
  constructor(options: StoreOptions) {
    this.#database = openDatabase(options.path);
    this.#statements = prepare(this.#database);
    try {
      this.#revision = this.#load();
    } catch (error) {
      this.#database.close();
      throw damaged(options.path, error instanceof Error ? error.message : String(error), error);
    }
    this.#events = new EventLog(this.#revision, options.eventCapacity ?? 10_000);
  }

  /** The revision of the last write. */
  get revision(): number {
    return this.#revision;
  }

  /** Watches and snapshots before this revision are not possible any more. */
  get horizon(): number {
    return this.#events.horizon;
  }

  get(collection: string, namespace: string | undefined, name: string): Stored | undefined {
    return this.#collections.get(collection)?.get(storeKey(namespace, name));
  }

  /** Key and object, in the order of the keys; all namespaces when none is given. */
  entries(collection: string, namespace?: string): Iterable<[string, Stored]> {
    return this.#collections.get(collection)?.entries(namespace === undefined ? "" : `${namespace}/`) ?? [];
  }

  /** The collection as it was at that revision, or undefined when that is not known any more. */
  entriesAt(collection: string, namespace: string | undefined, revision: number): [string, Stored][] | undefined {
    const later = this.eventsSince(collection, revision);
    if (later === undefined) return undefined;
    const entries = new Map(this.entries(collection, namespace));
    const prefix = namespace === undefined ? "" : `${namespace}/`;
    for (const event of later.toReversed()) {
      if (!event.key.startsWith(prefix)) continue;
      if (event.previous === undefined) entries.delete(event.key);
      else entries.set(event.key, event.previous);
    }
    return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }

  count(collection: string): number {
    return this.#collections.get(collection)?.size ?? 0;
  }

  /** Stores the object under its name, with `metadata.resourceVersion` set to the new revision; takes the object over. */
  put(collection: string, object: AnyObject): Stored {
    const key = storeKey(object.metadata.namespace, object.metadata.name);
    const revision = this.#revision + 1;
    object.metadata.resourceVersion = String(revision);
    const current: Stored = { object, text: JSON.stringify(object), revision };
    this.#transaction(revision, () => this.#statements.put.run(collection, key, revision, current.text));
    const previous = this.#collection(collection).get(key);
    this.#collection(collection).set(key, current);
    this.#publish(previous === undefined ? "ADDED" : "MODIFIED", collection, key, current, previous);
    return current;
  }

  /** Removes the object and returns its last state, with the resourceVersion of the removal. */
  remove(collection: string, stored: Stored, last: AnyObject = stored.object): Stored {
    const key = storeKey(stored.object.metadata.namespace, stored.object.metadata.name);
    const revision = this.#revision + 1;
    const object = { ...last, metadata: { ...last.metadata, resourceVersion: String(revision) } };
    const current: Stored = { object, text: JSON.stringify(object), revision };
    this.#transaction(revision, () => this.#statements.remove.run(collection, key));
    this.#collection(collection).delete(key);
    this.#publish("DELETED", collection, key, current, stored);
    return current;
  }

  /** Events of the collection after that revision, oldest first; undefined when some of them are gone. */
  eventsSince(collection: string, revision: number): StoreEvent[] | undefined {
    return this.#events.since(collection, revision);
  }

  /** Forgets the events so far, as a real server's compaction does. */
  compact(): void {
    this.#events.compact(this.#revision);
  }

  /** Calls the listener after every change of the collection, in order, in the turn of the change. Returns the remover. */
  subscribe(collection: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(collection) ?? new Set<Listener>();
    this.#listeners.set(collection, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#database.close();
  }

  #collection(name: string): Collection {
    let collection = this.#collections.get(name);
    if (collection === undefined) this.#collections.set(name, (collection = new Collection()));
    return collection;
  }

  #publish(type: ChangeType, collection: string, key: string, current: Stored, previous: Stored | undefined): void {
    const event: StoreEvent = {
      type,
      collection,
      key,
      revision: current.revision,
      current,
      previous,
      cache: new Map(),
    };
    this.#revision = current.revision;
    this.#events.append(event);
    this.#outbox.push(event);
    // A listener may write: everybody hears of that after what they are hearing now.
    if (!this.#publishing) this.#deliver();
  }

  #deliver(): void {
    this.#publishing = true;
    try {
      for (let event = this.#outbox.shift(); event !== undefined; event = this.#outbox.shift()) {
        // A copy, because listeners come and go meanwhile.
        for (const listener of Array.from(this.#listeners.get(event.collection) ?? [])) listener(event);
      }
    } finally {
      this.#publishing = false;
    }
  }

  #transaction(revision: number, change: () => void): void {
    this.#statements.begin.run();
    try {
      change();
      this.#statements.count.run(revision);
      this.#statements.commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #load(): number {
    for (const row of this.#statements.all.iterate()) {
      const text = String(row["body"]);
      const stored: Stored = { object: JSON.parse(text) as AnyObject, text, revision: Number(row["revision"]) };
      this.#collection(String(row["collection"])).set(String(row["key"]), stored);
    }
    return Number(this.#statements.revision.get()?.["value"]);
  }
}

type Statements = Record<"begin" | "commit" | "put" | "remove" | "count" | "all" | "revision", StatementSync>;

function prepare(database: DatabaseSync): Statements {
  return {
    begin: database.prepare("BEGIN IMMEDIATE"),
    commit: database.prepare("COMMIT"),
    put: database.prepare("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)"),
    remove: database.prepare("DELETE FROM objects WHERE collection = ? AND key = ?"),
    count: database.prepare("UPDATE counters SET value = ? WHERE name = 'revision'"),
    all: database.prepare("SELECT collection, key, revision, body FROM objects ORDER BY collection, key"),
    revision: database.prepare("SELECT value FROM counters WHERE name = 'revision'"),
  };
}
