import type { KubeObject } from "../../api/object.ts";
import { keyOf } from "../../api/object.ts";
import type { Change, Informer, ObjectRef, ReadStore } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";

/**
 * What an informer has seen, with the own writes on top that it has not seen yet. A controller that decides on it never
 * makes a second pod because the first has not come back through the watch.
 */
export interface FreshStore<T> extends ReadStore<T> {
  /** Runs a create or update and remembers its answer until the informer reports that version of the object, or a later one. */
  write(run: () => Promise<T>): Promise<T>;
  /** Runs a delete and hides the object until the informer reports that it is terminating or gone. */
  remove(object: T, run: () => Promise<void>): Promise<void>;
}

type Overlay<T> =
  | { readonly kind: "written"; readonly object: T; readonly untilMs: number }
  | { readonly kind: "removed"; readonly uid: string | undefined; readonly untilMs: number };

type Indexes<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

/** An own write whose event never comes stops counting after this time. */
const forgetAfterMs = 300_000;
const rememberedDeletes = 1_000;

function keyOfRef(ref: ObjectRef): string {
  return ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
}

/** `indexes` are those of the informer. Register it before any handler that reads the store. */
export function createFreshStore<T extends KubeObject>(
  informer: Informer<T>,
  indexes: Indexes<T>,
  clock: Clock,
): FreshStore<T> {
  const { store } = informer;
  const overlays = new Map<string, Overlay<T>>();
  const deleted = new Set<string>();

  informer.onChange((change) => {
    if (change.kind === "deleted") rememberDelete(change.object);
    const key = keyOf(change.object);
    const overlay = overlays.get(key);
    if (overlay !== undefined && isAnswered(overlay, change)) overlays.delete(key);
  });

  function rememberDelete(object: T): void {
    if (object.metadata.uid === undefined) return;
    deleted.add(object.metadata.uid);
    for (const oldest of deleted) {
      if (deleted.size <= rememberedDeletes) return;
      deleted.delete(oldest);
    }
  }

  function overlayOf(key: string): Overlay<T> | undefined {
    const overlay = overlays.get(key);
    if (overlay === undefined || overlay.untilMs > clock.now()) return overlay;
    overlays.delete(key);
    return undefined;
  }

  function overlayObject(key: string): T | undefined {
    const overlay = overlayOf(key);
    return overlay?.kind === "written" ? overlay.object : undefined;
  }

  function laidOver(objects: readonly T[], belongs: (object: T) => boolean): readonly T[] {
    if (overlays.size === 0) return objects;
    const result = objects.filter((object) => overlayOf(keyOf(object)) === undefined);
    for (const key of overlays.keys()) {
      const overlay = overlayOf(key);
      if (overlay?.kind === "written" && belongs(overlay.object)) result.push(overlay.object);
    }
    return result;
  }

  return {
    get(ref) {
      const overlay = overlayOf(keyOfRef(ref));
      if (overlay === undefined) return store.get(ref);
      return overlay.kind === "written" ? overlay.object : undefined;
    },
    list: (namespace) =>
      laidOver(store.list(namespace), (object) => namespace === undefined || object.metadata.namespace === namespace),
    byIndex: (index, key) =>
      laidOver(store.byIndex(index, key), (object) => indexes[index]?.(object).includes(key) === true),
    get size() {
      return store.size;
    },
    async write(run) {
      const object = await run();
      const { uid } = object.metadata;
      const known = [store.get(object.metadata), overlayObject(keyOf(object))];
      const passed = known.some((other) => other !== undefined && !isOlder(other, object));
      const gone = uid !== undefined && deleted.has(uid);
      if (passed || gone) return object;
      overlays.set(keyOf(object), { kind: "written", object, untilMs: clock.now() + forgetAfterMs });
      return object;
    },
    async remove(object, run) {
      await run();
      const now = store.get(object.metadata);
      if (now === undefined || now.metadata.uid !== object.metadata.uid || now.metadata.deletionTimestamp !== undefined)
        return;
      overlays.set(keyOf(object), { kind: "removed", uid: object.metadata.uid, untilMs: clock.now() + forgetAfterMs });
    },
  };
}

/**
 * A write is answered by its own version or a later one, a removal only by its own event: a status write that was under
 * way must not bring the object back.
 */
function isAnswered<T extends KubeObject>(overlay: Overlay<T>, { kind, object }: Change<T>): boolean {
  if (overlay.kind === "written") return !isOlder(object, overlay.object);
  return kind === "deleted" || object.metadata.deletionTimestamp !== undefined || object.metadata.uid !== overlay.uid;
}

/** The embedded store counts versions upwards. Versions that are not numbers count as of the same age. */
function isOlder(a: KubeObject, b: KubeObject): boolean {
  return Number(a.metadata.resourceVersion) < Number(b.metadata.resourceVersion);
}
