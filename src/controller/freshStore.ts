import { keyOf, type KubeObject } from "../api/object.ts";
import type { Informer, ObjectRef } from "../kube/types.ts";

/**
 * An informer's store in which the controller sees its own writes at once: what it wrote stands in front of the
 * informer's copy until the informer has caught up. Bounded by the writes under way.
 */
export interface FreshStore<T extends KubeObject> {
  get(ref: ObjectRef): T | undefined;
  list(namespace?: string): readonly T[];
  byIndex(index: string, key: string): readonly T[];
  written(object: T): void;
  removed(ref: ObjectRef): void;
}

type Indexes<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

export function createFreshStore<T extends KubeObject>(informer: Informer<T>, indexes: Indexes<T> = {}): FreshStore<T> {
  const ahead = new Map<string, T>();
  const gone = new Map<string, string | undefined>();
  /** The last deletions seen: the answer to a write may come after the event that ended its object. */
  const ended = new Map<string, T>();
  informer.onChange((change) => {
    const key = keyOf(change.object);
    gone.delete(key);
    ended.delete(key);
    if (change.kind === "deleted") remember(ended, key, change.object);
    const mine = ahead.get(key);
    if (mine !== undefined && (change.kind === "deleted" || !isNewer(mine, change.object))) ahead.delete(key);
  });

  const seen = (object: T): T | undefined => {
    const key = keyOf(object);
    if (gone.has(key) && gone.get(key) === object.metadata.uid) return undefined;
    const mine = ahead.get(key);
    return mine !== undefined && isNewer(mine, object) ? mine : object;
  };
  const withCreated = (objects: readonly T[], belongs: (object: T) => boolean): T[] => {
    const found = objects.flatMap((object) => seen(object) ?? []);
    const created = [...ahead.values()].filter(
      (object) => belongs(object) && informer.store.get(object.metadata) === undefined,
    );
    return [...found, ...created];
  };

  return {
    get(ref) {
      const object = informer.store.get(ref);
      if (object === undefined) return ahead.get(refKey(ref));
      return seen(object);
    },
    list: (namespace) =>
      withCreated(
        informer.store.list(namespace),
        (object) => namespace === undefined || object.metadata.namespace === namespace,
      ),
    byIndex: (index, key) =>
      withCreated(informer.store.byIndex(index, key), (object) => indexes[index]?.(object).includes(key) === true),
    written(object) {
      const key = keyOf(object);
      const stored = informer.store.get(object.metadata);
      if (isOver(object) || ended.get(key)?.metadata.uid === object.metadata.uid) {
        ahead.delete(key);
        if (stored !== undefined && stored.metadata.uid === object.metadata.uid) gone.set(key, object.metadata.uid);
        return;
      }
      gone.delete(key);
      if (stored === undefined || isNewer(object, stored)) ahead.set(key, object);
    },
    removed(ref) {
      const key = refKey(ref);
      ahead.delete(key);
      const stored = informer.store.get(ref);
      if (stored !== undefined) gone.set(key, stored.metadata.uid);
    },
  };
}

const maxEnded = 256;

function remember<T>(ended: Map<string, T>, key: string, object: T): void {
  ended.set(key, object);
  const oldest = ended.size > maxEnded ? ended.keys().next().value : undefined;
  if (oldest !== undefined) ended.delete(oldest);
}

/** The write took the last finalizer from an object that is being deleted: it is gone with it. */
function isOver({ metadata }: KubeObject): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (metadata.finalizers ?? []).length === 0
  );
}

function refKey({ namespace, name }: ObjectRef): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

const decimal = /^[0-9]+$/;

/** Resource versions of one collection can be compared as whole numbers (Kubernetes 1.35 and later say so). */
function isNewer(a: KubeObject, b: KubeObject): boolean {
  const left = a.metadata.resourceVersion ?? "";
  const right = b.metadata.resourceVersion ?? "";
  if (!decimal.test(left) || !decimal.test(right)) return false;
  return BigInt(left) > BigInt(right);
}
