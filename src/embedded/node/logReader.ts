import type { PodLogRequest } from "../wire/podLogs.ts";
import type { ContainerLog } from "./containerLog.ts";
import { parseLine } from "./logLine.ts";

const CHUNK_BYTES = 65_536;

/** What of the log, in the words of the request; `sinceMs` is since the epoch. */
export type LogSlice = Pick<PodLogRequest, "follow" | "tailLines" | "timestamps" | "limitBytes"> & {
  readonly sinceMs?: number | undefined;
};

/** The text of a log as the API gives it: without the runtime's own columns, parts of long lines joined again. */
export async function* readLog(log: ContainerLog, slice: LogSlice, signal: AbortSignal): AsyncGenerator<Buffer> {
  let left = slice.limitBytes ?? Number.POSITIVE_INFINITY;
  const position = slice.tailLines === undefined ? log.begin : await tailPosition(log, slice.tailLines);
  const format = createFormatter(slice);
  for await (const chunk of chunksFrom(log, position, slice.follow, signal)) {
    const text = format(chunk);
    if (text.length > 0) yield text.length > left ? text.subarray(0, left) : text;
    left -= text.length;
    if (left <= 0) return;
  }
}

async function* chunksFrom(
  log: ContainerLog,
  from: number,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let position = from;
  while (!signal.aborted) {
    position = Math.max(position, log.begin);
    const { ended, size } = log;
    if (position < size) {
      const chunk = await log.read(position, CHUNK_BYTES).catch(() => undefined);
      // A rotation in between moved what was to be read: look again where it is now.
      if (chunk === undefined || chunk.length === 0) continue;
      position += chunk.length;
      yield chunk;
    } else if (!follow || ended) return;
    else await more(log, size, signal);
  }
}

function more(log: ContainerLog, seen: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const remove = log.onMore(finish);
    function finish(): void {
      remove();
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish, { once: true });
    if (signal.aborted || log.ended || log.size > seen) finish();
  });
}

/** Where the last so many lines begin. */
async function tailPosition(log: ContainerLog, lines: number): Promise<number> {
  if (lines <= 0) return log.size;
  // What is written while this reads comes after the lines that are counted.
  const { size } = log;
  let found = 0;
  let end = size;
  while (end > log.begin) {
    const from = Math.max(log.begin, end - CHUNK_BYTES);
    const chunk = await readFully(log, from, end);
    for (let at = chunk.length - 1; at >= 0; at--) {
      // The newline that ends the last line begins no other.
      if (chunk[at] === 10 && from + at + 1 < size && ++found === lines) return from + at + 1;
    }
    end = from;
  }
  return log.begin;
}

async function readFully(log: ContainerLog, from: number, to: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let at = from; at < to;) {
    const part = await log.read(at, to - at);
    if (part.length === 0) break;
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

function createFormatter({ timestamps, sinceMs }: LogSlice): (chunk: Buffer) => Buffer {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const out: Buffer[] = [];
    let from = 0;
    for (let newline = data.indexOf(10); newline !== -1; newline = data.indexOf(10, from)) {
      const line = parseLine(data.subarray(from, newline));
      from = newline + 1;
      if (line === undefined || (sinceMs !== undefined && Date.parse(line.time) < sinceMs)) continue;
      if (timestamps) out.push(Buffer.from(`${line.time} `));
      out.push(line.text);
      if (line.whole) out.push(Buffer.from("\n"));
    }
    rest = Buffer.from(data.subarray(from));
    return Buffer.concat(out);
  };
}
