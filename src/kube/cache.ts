import { messageOf } from "../api/error.ts";
import type { AnyObject, KubeObject } from "../api/object.ts";
import { keyOf } from "../api/object.ts";
import type { Log } from "./log.ts";
import { withoutManagedFields } from "./projection.ts";
import type { Store } from "./store.ts";
import { createStore } from "./store.ts";
import type { Change, InformerOptions, ReadStore } from "./types.ts";

/** The store of an informer with its handlers: turns what the server said into changes. */
export interface Cache<T> {
  readonly store: ReadStore<T>;
  readonly onChange: (handler: (change: Change<T>) => void) => () => void;
  /** The server has this object. */
  put(object: AnyObject): void;
  /** The server deleted this object. */
  remove(object: AnyObject): void;
  /** The server has nothing but objects of these keys (`keyOf`): the rest was deleted while nobody looked. */
  keepOnly(keys: ReadonlySet<string>): void;
}

export function createCache<T extends KubeObject>(options: InformerOptions<T>, log: Log): Cache<T> {
  const handlers = new Set<(change: Change<T>) => void>();
  const store: Store<T> = createStore<T>(options.indexes, (index, object, error) => {
    log("an index function failed; the object is not in that index", {
      index,
      object: keyOf(object),
      error: messageOf(error),
    });
  });

  function tell(change: Change<T>): void {
    for (const handler of handlers) {
      try {
        handler(change);
      } catch (error) {
        log("a change handler failed", { change: change.kind, object: keyOf(change.object), error: messageOf(error) });
      }
    }
  }

  /** Undefined when the transform failed: one odd object must not stop the others. */
  function project(object: AnyObject): T | undefined {
    try {
      const slim = withoutManagedFields(object);
      return options.transform === undefined ? (slim as KubeObject as T) : options.transform(slim);
    } catch (error) {
      log("a transform failed; the object is kept as it was known before", {
        object: keyOf(object),
        error: messageOf(error),
      });
      return undefined;
    }
  }

  function forget(old: T): void {
    store.remove(old.metadata);
    tell({ kind: "deleted", object: old });
  }

  function put(raw: AnyObject): void {
    let old = store.get(raw.metadata);
    if (
      old !== undefined &&
      raw.metadata.resourceVersion !== undefined &&
      old.metadata.resourceVersion === raw.metadata.resourceVersion
    )
      return;
    const object = project(raw);
    if (object === undefined) return;
    if (old !== undefined && old.metadata.uid !== object.metadata.uid) {
      forget(old);
      old = undefined;
    }
    store.set(object);
    tell(old === undefined ? { kind: "added", object } : { kind: "updated", object, old });
  }

  function remove(raw: AnyObject): void {
    const old = store.get(raw.metadata);
    if (old === undefined) return;
    const last = old.metadata.uid === raw.metadata.uid ? (project(raw) ?? old) : old;
    store.remove(old.metadata);
    tell({ kind: "deleted", object: last });
  }

  return {
    store,
    onChange(handler) {
      const own = (change: Change<T>): void => handler(change);
      handlers.add(own);
      return () => void handlers.delete(own);
    },
    put,
    remove,
    keepOnly(keys) {
      for (const object of store.list()) if (!keys.has(keyOf(object))) forget(object);
    },
  };
}
