import type { KubeObject } from "../api/object.ts";
import type { ObjectRef, ReadStore } from "./types.ts";

export type IndexFunctions<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

/** A ReadStore that its informer (or a test) fills. */
export interface Store<T> extends ReadStore<T> {
  set(object: T): void;
  remove(ref: ObjectRef): T | undefined;
}

type Bucket<T> = Map<string, T>;
type Index<T> = {
  readonly run: (object: T) => readonly string[];
  readonly buckets: Map<string, Bucket<T>>;
  readonly keysOf: Map<string, readonly string[]>;
};

/** Kept apart by a character that names cannot hold, so that no two references give the same key. */
function keyOfRef(ref: ObjectRef): string {
  return `${ref.namespace ?? ""}/${ref.name}`;
}

function put<T>(buckets: Map<string, Bucket<T>>, bucket: string, key: string, object: T): void {
  const known = buckets.get(bucket);
  if (known === undefined) buckets.set(bucket, new Map([[key, object]]));
  else known.set(key, object);
}

function drop<T>(buckets: Map<string, Bucket<T>>, bucket: string, key: string): void {
  const known = buckets.get(bucket);
  if (known?.delete(key) === true && known.size === 0) buckets.delete(bucket);
}

/**
 * Objects by namespace and name, with indexes. An index function that throws leaves its object out of that index and
 * is reported to `onIndexError`.
 */
export function createStore<T extends KubeObject>(
  indexFunctions: IndexFunctions<T> = {},
  onIndexError: (index: string, object: T, error: unknown) => void = () => {},
): Store<T> {
  const objects = new Map<string, T>();
  const namespaces = new Map<string, Bucket<T>>();
  const indexes = new Map<string, Index<T>>(
    Object.entries(indexFunctions).map(([name, run]) => [name, { run, buckets: new Map(), keysOf: new Map() }]),
  );

  function keysFor(name: string, index: Index<T>, object: T): readonly string[] {
    try {
      return [...index.run(object)];
    } catch (error) {
      onIndexError(name, object, error);
      return [];
    }
  }

  function unindex(key: string): void {
    for (const index of indexes.values()) {
      for (const bucket of index.keysOf.get(key) ?? []) drop(index.buckets, bucket, key);
      index.keysOf.delete(key);
    }
  }

  return {
    get: (ref) => objects.get(keyOfRef(ref)),
    list: (namespace) => [
      ...(namespace === undefined ? objects : (namespaces.get(namespace) ?? new Map<string, T>())).values(),
    ],
    byIndex(name, key) {
      const index = indexes.get(name);
      if (index === undefined)
        throw new RangeError(`there is no index ${name}; known are: ${[...indexes.keys()].join(", ") || "none"}`);
      return [...(index.buckets.get(key)?.values() ?? [])];
    },
    get size() {
      return objects.size;
    },
    set(object) {
      const key = keyOfRef(object.metadata);
      unindex(key);
      objects.set(key, object);
      put(namespaces, object.metadata.namespace ?? "", key, object);
      for (const [name, index] of indexes) {
        const buckets = keysFor(name, index, object);
        if (buckets.length > 0) index.keysOf.set(key, buckets);
        for (const bucket of buckets) put(index.buckets, bucket, key, object);
      }
    },
    remove(ref) {
      const key = keyOfRef(ref);
      const object = objects.get(key);
      if (object === undefined) return undefined;
      unindex(key);
      objects.delete(key);
      drop(namespaces, ref.namespace ?? "", key);
      return object;
    },
  };
}
