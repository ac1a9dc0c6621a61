import { messageOf, TidegateError } from "../api/error.ts";
import type { KubeObject } from "../api/object.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { systemRandom } from "../ports/random.ts";
import type { Cache } from "./cache.ts";
import { createCache } from "./cache.ts";
import type { Log } from "./log.ts";
import { describeTarget } from "./paths.ts";
import { runReflector } from "./reflector.ts";
import type { Informer, InformerOptions, KubeClient } from "./types.ts";

export type InformerDeps = {
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly log?: Log | undefined;
};

/** An informer that also tells when it last heard from the server, for readiness probes. */
export type ObservedInformer<T extends KubeObject> = Informer<T> & {
  /** Milliseconds since the epoch of the last list, event or bookmark; undefined before the first. */
  readonly lastHeardAt: number | undefined;
};

/** Lists and watches one kind for ever once started; see `Informer`. Every `start` needs an own informer. */
export function createInformer<T extends KubeObject>(
  client: KubeClient,
  options: InformerOptions<T>,
  deps: InformerDeps = {},
): ObservedInformer<T> {
  const { clock = systemClock, random = systemRandom, log = () => {} } = deps;
  const what = describeTarget(options.resource, { namespace: options.namespace });
  const say: Log = (message, facts) => log(message, { informer: what, ...facts });
  const cache: Cache<T> = createCache(options, say);
  const firstSync = Promise.withResolvers<void>();
  let synced = false;
  let started = false;
  let lastHeardAt: number | undefined;

  const target = {
    heard: (): void => {
      lastHeardAt = clock.now();
    },
    listed: (): void => {
      synced = true;
      firstSync.resolve();
    },
  };

  return {
    store: cache.store,
    onChange: cache.onChange,
    start(signal) {
      if (started) throw new TypeError(`the informer of ${what} was already started`);
      started = true;
      runReflector({ client, options, clock, random, log: say, cache, ...target }, signal).catch((error: unknown) => {
        say("the informer ended by a defect", { error: messageOf(error) });
      });
    },
    get synced() {
      return synced;
    },
    get lastHeardAt() {
      return lastHeardAt;
    },
    waitForSync: (timeoutMs, signal) => waitForSync(firstSync.promise, { what, clock, timeoutMs, signal }),
  };
}

type Waiting = {
  readonly what: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
};

async function waitForSync(synced: Promise<void>, { what, clock, timeoutMs, signal }: Waiting): Promise<void> {
  const stop = new AbortController();
  const leave = (): void => stop.abort();
  signal?.addEventListener("abort", leave, { once: true });
  if (signal?.aborted === true) stop.abort();
  const done = synced.then(() => true);
  const inTime = await Promise.race([done, clock.sleep(timeoutMs, stop.signal).then(() => false)]);
  const aborted = stop.signal.aborted;
  signal?.removeEventListener("abort", leave);
  stop.abort();
  if (inTime) return;
  if (aborted) throw new TidegateError("KUBE_ABORTED", `waiting for the first ${what}: given up by the caller`);
  throw new TidegateError(
    "KUBE_TIMEOUT",
    `the first ${what} did not arrive within ${timeoutMs} ms; see the log for what the server answered`,
    {
      retry: "later",
    },
  );
}
