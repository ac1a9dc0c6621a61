import type { KubeObject, ResourceType } from "../src/api/object.ts";
import { createInformer } from "../src/kube/informer.ts";
import type { KubeClient } from "../src/kube/types.ts";
import { preciseNow } from "./harness.ts";

/** An object as an outsider's watch saw it, and when: milliseconds since 1970. */
export type Sighting = { readonly at: number; readonly plural: string; readonly object: KubeObject };

export type Sightings = {
  /** The first one, since `forget`, that fits; waits for it when there is none yet. Rejects when it takes too long. */
  first(what: string, fits: (sighting: Sighting) => boolean, timeoutMs?: number): Promise<Sighting>;
  /** All that fit since `forget`, in order. */
  all(fits: (sighting: Sighting) => boolean): readonly Sighting[];
  forget(): void;
};

const defaultTimeoutMs = 30_000;
const syncTimeoutMs = 10_000;

/** Watches these kinds in one namespace and writes down when each change arrived; deletions are left out. */
export async function watchFrom(
  client: KubeClient,
  namespace: string,
  kinds: readonly ResourceType[],
  signal: AbortSignal,
): Promise<Sightings> {
  let seen: Sighting[] = [];
  const listeners = new Set<(sighting: Sighting) => void>();
  for (const resource of kinds) {
    const informer = createInformer(client, { resource, namespace });
    informer.onChange((change) => {
      if (change.kind === "deleted") return;
      const sighting = { at: preciseNow(), plural: resource.plural, object: change.object };
      seen.push(sighting);
      for (const listener of listeners) listener(sighting);
    });
    informer.start(signal);
    await informer.waitForSync(syncTimeoutMs, signal);
  }
  return {
    first(what, fits, timeoutMs = defaultTimeoutMs) {
      const known = seen.find(fits);
      return known === undefined ? nextOf(listeners, { what, fits, timeoutMs, signal }) : Promise.resolve(known);
    },
    all: (fits) => seen.filter(fits),
    forget: () => {
      seen = [];
    },
  };
}

type Wait = {
  readonly what: string;
  readonly fits: (sighting: Sighting) => boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

function nextOf(
  listeners: Set<(sighting: Sighting) => void>,
  { what, fits, timeoutMs, signal }: Wait,
): Promise<Sighting> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(late);
      listeners.delete(listener);
      signal.removeEventListener("abort", abort);
    };
    const abort = (): void => {
      end();
      reject(signal.reason);
    };
    const listener = (sighting: Sighting): void => {
      if (!fits(sighting)) return;
      end();
      resolve(sighting);
    };
    const late = setTimeout(() => {
      end();
      reject(new Error(`not seen within ${timeoutMs} ms: ${what}`));
    }, timeoutMs);
    listeners.add(listener);
    signal.addEventListener("abort", abort, { once: true });
  });
}
