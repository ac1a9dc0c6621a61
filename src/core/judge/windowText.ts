import { sameBoundaries } from "./latencyBuckets.ts";
import type { GapReason, JudgeWindow, LatencyCounts, PodSpread, TrackCounts } from "./types.ts";
import { fromBase64, readCounts, readVarint, toBase64, writeCounts, writeVarint, type ByteReader } from "./varint.ts";

/** What the words after a `!` word refer to. */
type Frame = { readonly startMs: number; readonly boundariesMs: readonly number[] };

const gaps = [
  "stableNotObserved",
  "contenderNotObserved",
  "weightNotConfirmed",
  "sourceUnreachable",
  "invalidCounts",
] as const satisfies GapReason[];

const flags = { gap: 1, ownId: 2, stableLatency: 4, contenderLatency: 8, spread: 16, counts: 32 } as const;

/**
 * Windows in canonical form as text: words joined by dots, one per window (base64 of small numbers), after a word
 * that begins with `!` and tells start and buckets. Appending reads nothing but the last `!` word. Two hours of
 * windows of 5 s with 23 latency buckets stay under 100 KB up to some 100 requests per second.
 */
export function encodeWindows(windows: readonly JudgeWindow[]): string {
  const words: string[] = [];
  let frame: Frame | undefined;
  for (const window of windows) {
    const wanted = frameFor(window, frame);
    if (wanted !== frame) words.push(frameWord(wanted));
    frame = wanted;
    words.push(encodeWindow(window, wanted));
  }
  return words.join(".");
}

/** `encodeWindows` of one window more. */
export function appendWindow(text: string, window: JudgeWindow): string {
  const start = text.lastIndexOf("!");
  const frame = start < 0 ? undefined : readFrame(text.slice(start, endOfWord(text, start)));
  const wanted = frameFor(window, frame);
  const words = wanted === frame ? [] : [frameWord(wanted)];
  if (text !== "") words.unshift(text);
  return [...words, encodeWindow(window, wanted)].join(".");
}

/** The windows again. Throws a RangeError or SyntaxError on text that `encodeWindows` did not write. */
export function decodeWindows(text: string): JudgeWindow[] {
  const windows: JudgeWindow[] = [];
  let frame: Frame | undefined;
  for (const word of text === "" ? [] : text.split(".")) {
    if (word.startsWith("!")) frame = readFrame(word);
    else if (frame === undefined) throw new RangeError("the record of windows has no beginning");
    else windows.push(decodeWindow({ bytes: fromBase64(word), at: 0 }, frame));
  }
  return windows;
}

function endOfWord(text: string, start: number): number {
  const dot = text.indexOf(".", start);
  return dot < 0 ? text.length : dot;
}

function frameFor(window: JudgeWindow, frame: Frame | undefined): Frame {
  const boundariesMs = (window.contender.latency ?? window.stable.latency)?.boundariesMs;
  if (frame === undefined || window.fromMs < frame.startMs)
    return { startMs: window.fromMs, boundariesMs: boundariesMs ?? [] };
  if (boundariesMs === undefined || sameBoundaries(boundariesMs, frame.boundariesMs)) return frame;
  return { startMs: window.fromMs, boundariesMs };
}

function frameWord({ startMs, boundariesMs }: Frame): string {
  return `!${btoa(JSON.stringify([startMs, ...boundariesMs])).replaceAll("=", "")}`;
}

function readFrame(word: string): Frame {
  const values: unknown = JSON.parse(atob(word.slice(1)));
  if (!Array.isArray(values) || !values.every((value) => typeof value === "number"))
    throw new RangeError("a record of windows begins with something else");
  const [startMs = 0, ...boundariesMs] = values;
  return { startMs, boundariesMs };
}

function encodeWindow(window: JudgeWindow, frame: Frame): string {
  const { stable, contender } = window;
  const hasCounts = [stable.requests, stable.errors, contender.requests, contender.errors].some((count) => count > 0);
  const ownId = window.id !== String(window.toMs);
  const out: number[] = [];
  writeVarint(
    out,
    (window.gap === undefined ? 0 : flags.gap) +
      (ownId ? flags.ownId : 0) +
      (stable.latency === undefined ? 0 : flags.stableLatency) +
      (contender.latency === undefined ? 0 : flags.contenderLatency) +
      (stable.spread === undefined ? 0 : flags.spread) +
      (hasCounts ? flags.counts : 0),
  );
  for (const value of [window.fromMs - frame.startMs, window.toMs - window.fromMs, window.step])
    writeVarint(out, value);
  if (window.gap !== undefined) writeVarint(out, gaps.indexOf(window.gap));
  if (ownId) writeText(out, window.id);
  if (hasCounts)
    for (const value of [stable.requests, stable.errors, contender.requests, contender.errors]) writeVarint(out, value);
  if (stable.spread !== undefined) for (const key of spreadKeys) writeVarint(out, stable.spread[key]);
  for (const { latency } of [stable, contender]) if (latency !== undefined) writeCounts(out, latency.counts);
  return toBase64(out);
}

function decodeWindow(reader: ByteReader, { startMs, boundariesMs }: Frame): JudgeWindow {
  const found = readVarint(reader);
  const has = (flag: number): boolean => (found & flag) !== 0;
  const fromMs = startMs + readVarint(reader);
  const toMs = fromMs + readVarint(reader);
  const step = readVarint(reader);
  const gap = has(flags.gap) ? gaps[readVarint(reader)] : undefined;
  const id = has(flags.ownId) ? readText(reader) : String(toMs);
  const counts = (): { requests: number; errors: number } =>
    has(flags.counts) ? { requests: readVarint(reader), errors: readVarint(reader) } : { requests: 0, errors: 0 };
  const [stableCounts, contenderCounts] = [counts(), counts()];
  const spread = has(flags.spread) ? readSpread(reader) : undefined;
  const latencyOf = (flag: number): { latency?: LatencyCounts } =>
    has(flag) ? { latency: { boundariesMs, counts: readCounts(reader, boundariesMs.length + 1) } } : {};
  const stable: TrackCounts = {
    ...stableCounts,
    ...latencyOf(flags.stableLatency),
    ...(spread === undefined ? {} : { spread }),
  };
  const contender: TrackCounts = { ...contenderCounts, ...latencyOf(flags.contenderLatency) };
  if (reader.at !== reader.bytes.length) throw new RangeError("a recorded window has bytes left over");
  return { id, fromMs, toMs, step, stable, contender, ...(gap === undefined ? {} : { gap }) };
}

const spreadKeys = [
  "requests",
  "errors",
  "errorsSquared",
  "errorsTimesRequests",
  "requestsSquared",
] as const satisfies (keyof PodSpread)[];

function readSpread(reader: ByteReader): PodSpread {
  const spread = { requests: 0, errors: 0, errorsSquared: 0, errorsTimesRequests: 0, requestsSquared: 0 };
  for (const key of spreadKeys) spread[key] = readVarint(reader);
  return spread;
}

function writeText(out: number[], text: string): void {
  writeVarint(out, text.length);
  for (let index = 0; index < text.length; index++) writeVarint(out, text.charCodeAt(index));
}

function readText(reader: ByteReader): string {
  return String.fromCharCode(...Array.from({ length: readVarint(reader) }, () => readVarint(reader)));
}
