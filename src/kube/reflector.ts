import { isTidegateError, messageOf, TidegateError } from "../api/error.ts";
import type { AnyObject, KubeObject } from "../api/object.ts";
import { keyOf } from "../api/object.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { backoffMs } from "./backoff.ts";
import type { Cache } from "./cache.ts";
import type { Log } from "./log.ts";
import { describeTarget } from "./paths.ts";
import { errorOfEvent } from "./statusError.ts";
import type { InformerOptions, KubeClient, WatchEvent } from "./types.ts";

export type Reflection<T extends KubeObject> = {
  readonly client: KubeClient;
  readonly options: InformerOptions<T>;
  readonly cache: Cache<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The server said something. */
  readonly heard: () => void;
  /** A whole list is in the cache. */
  readonly listed: () => void;
};

/** Where the reflection stands: without a version the next thing to do is a list. */
type Position = { version: string | undefined; failures: number; withoutPages: boolean };

const retryBackoff = { firstMs: 200, capMs: 10_000, jitter: 0.25 };
/** Of one page; a large page of a busy server takes its time. */
const listTimeoutMs = 30_000;
const minWatchSeconds = 290;
/** A watch that lasted this long was of use, even when nothing happened in it. */
const usefulWatchMs = 5_000;

/** List, watch from there, again from where it broke, for ever. Returns when the signal is aborted. */
export async function runReflector<T extends KubeObject>(
  reflection: Reflection<T>,
  signal: AbortSignal,
): Promise<void> {
  const position: Position = { version: undefined, failures: 0, withoutPages: false };
  while (!signal.aborted) {
    const waitMs = await advance(reflection, position, signal);
    if (waitMs > 0) await reflection.clock.sleep(waitMs, signal);
  }
}

/** One list or one watch. Gives the wait before the next, in milliseconds. */
async function advance<T extends KubeObject>(
  reflection: Reflection<T>,
  position: Position,
  signal: AbortSignal,
): Promise<number> {
  const { version } = position;
  try {
    if (version === undefined) {
      await listInto(reflection, position, signal);
      return 0;
    }
    await watchInto(reflection, position, version, signal);
    if (signal.aborted) return 0;
    const waitMs = backoffMs(retryBackoff, position.failures, reflection.random);
    if (waitMs > 0)
      reflection.log("a watch ended before it began", {
        failures: position.failures,
        waitMs: Math.round(waitMs),
        next: "watch",
      });
    return waitMs;
  } catch (error) {
    return signal.aborted ? 0 : afterFailure(reflection, position, error);
  }
}

async function listInto<T extends KubeObject>(
  { client, options, cache, heard, listed }: Reflection<T>,
  position: Position,
  signal: AbortSignal,
): Promise<void> {
  const seen = new Set<string>();
  const take = (items: readonly AnyObject[]): void => {
    heard();
    for (const item of items) {
      seen.add(keyOf(item));
      cache.put(item);
    }
  };
  const list = await client.list(options.resource, {
    namespace: options.namespace,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    ...(position.withoutPages ? { limit: 0 } : {}),
    onPage: take,
    timeoutMs: listTimeoutMs,
    signal,
  });
  take(list.items);
  cache.keepOnly(seen);
  position.version = list.resourceVersion;
  position.withoutPages = false;
  listed();
}

async function watchInto<T extends KubeObject>(
  reflection: Reflection<T>,
  position: Position,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const { client, options, clock, random } = reflection;
  const startedAt = clock.now();
  let useful = false;
  try {
    const stream = client.watch(options.resource, {
      namespace: options.namespace,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      resourceVersion: version,
      timeoutSeconds: Math.round(minWatchSeconds * (1 + random.next())),
      signal,
    });
    for await (const event of stream) {
      takeEvent(reflection, position, event);
      useful = true;
    }
  } finally {
    if (useful || clock.now() - startedAt >= usefulWatchMs) position.failures = 0;
    else position.failures++;
  }
}

function takeEvent<T extends KubeObject>(
  { options, cache, heard }: Reflection<T>,
  position: Position,
  event: WatchEvent,
): void {
  if (event.type === "ERROR")
    throw errorOfEvent(event.object, `watch ${describeTarget(options.resource, { namespace: options.namespace })}`);
  heard();
  if (event.type === "DELETED") cache.remove(event.object);
  else if (event.type !== "BOOKMARK") cache.put(event.object);
  position.version = event.object.metadata.resourceVersion ?? position.version;
}

/**
 * Decides from where to go on, and gives the wait before it. The first 410 in a row costs no wait, because the list
 * that follows is the cure; nor does an expired page, because the list without pages is.
 */
function afterFailure<T extends KubeObject>(reflection: Reflection<T>, position: Position, error: unknown): number {
  const { random, log } = reflection;
  const wasList = position.version === undefined;
  if (wasList) position.failures++;
  const gone = isTidegateError(error, "KUBE_GONE");
  const expiredPages = gone && wasList && !position.withoutPages;
  if (expiredPages) position.withoutPages = true;
  if (gone || !isPassing(error)) position.version = undefined;
  const counted = expiredPages ? 0 : gone ? position.failures - 1 : Math.max(1, position.failures);
  const asked = error instanceof TidegateError ? (error.retryAfterMs ?? 0) : 0;
  const waitMs = Math.max(asked, backoffMs(retryBackoff, counted, random));
  log(wasList ? "a list failed" : "a watch broke", {
    error: messageOf(error),
    failures: position.failures,
    waitMs: Math.round(waitMs),
    next: position.version === undefined ? "list" : "watch",
  });
  return waitMs;
}

/** Faults of the way or the moment, after which the watch goes on from where it was. */
function isPassing(error: unknown): boolean {
  return isTidegateError(
    error,
    "KUBE_UNREACHABLE",
    "KUBE_TIMEOUT",
    "KUBE_TOO_MANY_REQUESTS",
    "KUBE_SERVER_ERROR",
    "KUBE_BAD_ANSWER",
    "KUBE_UNAUTHORIZED",
    "KUBE_FORBIDDEN",
    "KUBECONFIG_EXEC_FAILED",
    "KUBECONFIG_INVALID",
  );
}
