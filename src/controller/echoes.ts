import { canonical } from "../api/canonical.ts";
import type { ReleaseStatus } from "../api/release.ts";

/** How long a status may lag behind what it only repeats. */
export const echoDelayMs = 500;

/**
 * Whether the statuses differ in nothing but what repeats the state of other objects: the weight that the routes say,
 * the size of the contender's ReplicaSet, that its pods
 * were ready in time. No decision stands on these fields, every pass reads them anew from the
 * objects themselves, so they can wait a moment for a write that decides something.
 */
export function isEcho(before: ReleaseStatus, wanted: ReleaseStatus): boolean {
  const { readyDeadlineAt, ...rest } = before;
  // A deadline that was met is taken away with the next write; a new one is an intent.
  const known = readyDeadlineAt === undefined || wanted.readyDeadlineAt === undefined ? rest : before;
  return canonical(withoutEchoes(known)) === canonical(withoutEchoes(wanted));
}

function withoutEchoes({ weight, contender, ...status }: ReleaseStatus): unknown {
  const { written: _written, ...share } = weight ?? {};
  const { replicas: _replicas, ready: _ready, ...set } = contender ?? {};
  return { ...status, weight: share, contender: set };
}

/** Since when echoes wait to be written, by release; bounded by the releases on their way. */
export type Echoes = {
  /** Milliseconds that an echo of this release, seen now, can still wait; 0 when it has waited long enough. */
  leftMs(uid: string, nowMs: number): number;
  /** The same for one that was seen before; undefined when none waits. */
  waitingMs(uid: string, nowMs: number): number | undefined;
  /** Its status says what is so. */
  clear(uid: string): void;
};

export function createEchoes(): Echoes {
  const since = new Map<string, number>();
  const waitingMs = (uid: string, nowMs: number): number | undefined => {
    const firstMs = since.get(uid);
    return firstMs === undefined ? undefined : Math.max(0, firstMs + echoDelayMs - nowMs);
  };
  return {
    waitingMs,
    leftMs(uid, nowMs) {
      if (!since.has(uid)) since.set(uid, nowMs);
      return waitingMs(uid, nowMs) ?? 0;
    },
    clear: (uid) => void since.delete(uid),
  };
}
