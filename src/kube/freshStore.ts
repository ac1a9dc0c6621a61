import { keyOf, type KubeObject } from "../api/object.ts";
import type { Clock } from "../ports/clock.ts";
import type { IndexFunctions } from "./store.ts";
import type { Change, Informer, ObjectRef, ReadStore } from "./types.ts";

/**
 * What an informer has seen, with the own writes on top that it has not seen yet. A controller that decides on it never
 * makes a second pod because the first has not come back through the watch.
 */
export interface FreshStore<T extends KubeObject> extends Pick<ReadStore<T>, "get" | "list" | "byIndex"> {
  /** Shows the answer to a create or update until the informer reports that version, or a later one. Gives it back. */
  written(object: T): T;
  /**
   * Hides what a delete was accepted for until the informer reports that it is terminating or gone. With a uid, another
   * object of that name stays.
   */
  removed(target: ObjectRef & { readonly uid?: string | undefined }): void;
}

/** `ended` is an object whose last finalizer was taken: only its deletion can follow. */
type Overlay<T> = { readonly kind: "written" | "deleting" | "ended"; readonly object: T; readonly untilMs: number };

/** An own write whose event never comes stops counting after this time. */
const forgetAfterMs = 300_000;
const rememberedDeletes = 1_000;

/** `indexes` are those of the informer. Make it before any handler that reads it is registered. */
export function createFreshStore<T extends KubeObject>(
  informer: Informer<T>,
  indexes: IndexFunctions<T>,
  clock: Clock,
): FreshStore<T> {
  const { store } = informer;
  const overlays = new Map<string, Overlay<T>>();
  /** The uids of the last deletions seen: the answer to a write may come after the event that ended its object. */
  const deleted = new Set<string>();

  informer.onChange((change) => {
    if (change.kind === "deleted") rememberDelete(change.object);
    const key = keyOf(change.object);
    const overlay = overlays.get(key);
    if (overlay !== undefined && isAnswered(overlay, change)) overlays.delete(key);
  });

  function rememberDelete({ metadata: { uid } }: T): void {
    if (uid === undefined) return;
    deleted.add(uid);
    const oldest = deleted.size > rememberedDeletes ? deleted.values().next().value : undefined;
    if (oldest !== undefined) deleted.delete(oldest);
  }

  function lay(kind: Overlay<T>["kind"], object: T): void {
    overlays.set(keyOf(object), { kind, object, untilMs: clock.now() + forgetAfterMs });
  }

  function overlayOf(key: string): Overlay<T> | undefined {
    const overlay = overlays.get(key);
    if (overlay === undefined || overlay.untilMs > clock.now()) return overlay;
    overlays.delete(key);
    return undefined;
  }

  function get(ref: ObjectRef): T | undefined {
    const overlay = overlayOf(keyOfRef(ref));
    if (overlay === undefined) return store.get(ref);
    return overlay.kind === "written" ? overlay.object : undefined;
  }

  function laidOver(objects: readonly T[], belongs: (object: T) => boolean): readonly T[] {
    if (overlays.size === 0) return objects;
    const shown = new Map(objects.map((object) => [keyOf(object), object]));
    for (const key of overlays.keys()) {
      const overlay = overlayOf(key);
      if (overlay === undefined) continue;
      if (overlay.kind === "written" && belongs(overlay.object)) shown.set(key, overlay.object);
      else shown.delete(key);
    }
    return [...shown.values()];
  }

  return {
    get,
    list: (namespace) =>
      laidOver(store.list(namespace), (object) => namespace === undefined || object.metadata.namespace === namespace),
    byIndex: (index, key) =>
      laidOver(store.byIndex(index, key), (object) => indexes[index]?.(object).includes(key) === true),
    written(object) {
      const { uid } = object.metadata;
      if (uid !== undefined && deleted.has(uid)) return object;
      const overlay = overlayOf(keyOf(object));
      const stored = store.get(object.metadata);
      if (isOver(object)) {
        if ((overlay?.object ?? stored)?.metadata.uid === uid) lay("ended", object);
        return object;
      }
      const passed = [stored, overlay?.object].some((other) => other !== undefined && !isNewer(object, other));
      if (!passed && !(overlay !== undefined && staysHidden(overlay, object))) lay("written", object);
      return object;
    },
    removed(target) {
      const shown = get(target);
      const isOther = target.uid !== undefined && shown?.metadata.uid !== target.uid;
      if (shown === undefined || isOther || shown.metadata.deletionTimestamp !== undefined) return;
      lay("deleting", shown);
    },
  };
}

/**
 * A write is answered by its own version or a later one, a removal only by its own event: a status write that was under
 * way must not bring the object back. What went before an object of the same name says nothing about it.
 */
function isAnswered<T extends KubeObject>(
  { kind, object: own }: Overlay<T>,
  { kind: change, object }: Change<T>,
): boolean {
  if (object.metadata.uid !== own.metadata.uid) return !isNewer(own, object);
  if (change === "deleted") return true;
  if (kind === "written") return !isNewer(own, object);
  return kind === "deleting" && object.metadata.deletionTimestamp !== undefined;
}

/** Whether a write that was answered after the removal of its object leaves it hidden. */
function staysHidden<T extends KubeObject>({ kind, object: own }: Overlay<T>, { metadata }: T): boolean {
  if (kind === "written" || metadata.uid === undefined || metadata.uid !== own.metadata.uid) return false;
  return kind === "ended" || metadata.deletionTimestamp === undefined;
}

/** The write took the last finalizer from an object that is being deleted: it is gone with it. */
function isOver({ metadata }: KubeObject): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (metadata.finalizers ?? []).length === 0
  );
}

function keyOfRef({ namespace, name }: ObjectRef): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

const decimal = /^[0-9]+$/;

/**
 * Resource versions of one collection can be compared as whole numbers (Kubernetes 1.35 and later say so); those that
 * are not numbers count as of the same age.
 */
function isNewer(a: KubeObject, b: KubeObject): boolean {
  const left = a.metadata.resourceVersion ?? "";
  const right = b.metadata.resourceVersion ?? "";
  if (!decimal.test(left) || !decimal.test(right)) return false;
  return BigInt(left) > BigInt(right);
}
