import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";

import type { Clock } from "../../ports/clock.ts";
import type { LogStream } from "./logLine.ts";
import { createLineCutter } from "./logLine.ts";

/** The log of one run of a container: a file, and before it at most one older file. */
export interface ContainerLog {
  write(stream: LogStream, chunk: Buffer): void;
  /** No more will come. */
  end(): void;
  readonly ended: boolean;
  /** Positions count bytes from the begin of the run; what lies before `begin` was dropped. */
  readonly begin: number;
  readonly size: number;
  /** Up to `length` bytes from a position between `begin` and `size`; fewer at the end of a file. */
  read(position: number, length: number): Promise<Buffer>;
  /** Calls after more was written, and after the end. Returns the remover. */
  onMore(listener: () => void): () => void;
}

const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** Opens the log for a run that begins now. */
export function createContainerLog(path: string, clock: Clock, maxFileBytes = MAX_FILE_BYTES): ContainerLog {
  mkdirSync(dirname(path), { recursive: true });
  const cutters = { stdout: createLineCutter("stdout"), stderr: createLineCutter("stderr") };
  const listeners = new Set<() => void>();
  const state = { file: openSync(path, "w"), begin: 0, current: 0, size: 0, ended: false };

  function append(data: Buffer): void {
    if (data.length === 0 || state.ended) return;
    try {
      if (state.size - state.current + data.length > maxFileBytes) rotate();
      writeSync(state.file, data);
      state.size += data.length;
    } catch {
      // A full disk costs lines of a log, never the pod.
    }
    tell();
  }

  function rotate(): void {
    closeSync(state.file);
    renameSync(path, olderPath(path));
    state.file = openSync(path, "w");
    state.begin = state.current;
    state.current = state.size;
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  return {
    write: (stream, chunk) => append(cutters[stream].push(chunk, clock.now())),
    end() {
      if (state.ended) return;
      for (const cutter of Object.values(cutters)) append(cutter.end(clock.now()));
      state.ended = true;
      closeSync(state.file);
      tell();
    },
    get ended() {
      return state.ended;
    },
    get begin() {
      return state.begin;
    },
    get size() {
      return state.size;
    },
    read: (position, length) =>
      position < state.current
        ? readPart(olderPath(path), position - state.begin, Math.min(length, state.current - position))
        : readPart(path, position - state.current, Math.min(length, state.size - position)),
    onMore: (listener) => subscribe(listeners, listener),
  };
}

/** Opens the log of a run that ended, perhaps under an earlier agent; undefined when there is none. */
export function openEndedLog(path: string): ContainerLog | undefined {
  if (!existsSync(path)) return undefined;
  const older = existsSync(olderPath(path)) ? statSync(olderPath(path)).size : 0;
  const size = older + statSync(path).size;
  return {
    write: () => undefined,
    end: () => undefined,
    ended: true,
    begin: 0,
    size,
    read: (position, length) =>
      position < older
        ? readPart(olderPath(path), position, Math.min(length, older - position))
        : readPart(path, position - older, Math.min(length, size - position)),
    onMore: () => () => undefined,
  };
}

export function olderPath(path: string): string {
  return `${path}.1`;
}

function subscribe(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

async function readPart(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.max(0, length)), 0, Math.max(0, length), position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
