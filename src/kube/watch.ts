import type { IncomingMessage } from "node:http";
import { StringDecoder } from "node:string_decoder";
import { messageOf, TidegateError } from "../api/error.ts";
import type { Clock } from "../ports/clock.ts";
import { codeOfCause } from "./transportError.ts";
import type { WatchEvent } from "./types.ts";

export type WatchStream = {
  readonly response: IncomingMessage;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Method and object, for messages. */
  readonly call: string;
  /** Silence after which the connection counts as dead; more than the server's bookmark period of a minute. */
  readonly idleMs: number;
};

/** One event is at most an object of etcd's size limit, twice over. */
const maxLineChars = 16 * 1024 * 1024;

const eventTypes = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]);

/** Splits text into lines, whatever the pieces in which it comes. `end` gives what is left without a line end. */
export function createLineSplitter(maxChars = maxLineChars): { push(text: string): string[]; end(): string } {
  let rest = "";
  return {
    push(text) {
      if (!text.includes("\n")) {
        rest += text;
        if (rest.length > maxChars) throw new RangeError(`a line is longer than ${maxChars} characters`);
        return [];
      }
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      return lines;
    },
    end: () => rest,
  };
}

/** KUBE_BAD_ANSWER for anything but an event. */
export function parseWatchLine(line: string, call: string): WatchEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch (error) {
    throw badLine(call, line, error);
  }
  if (!isWatchEvent(event)) throw badLine(call, line);
  return event;
}

function isWatchEvent(event: unknown): event is WatchEvent {
  if (typeof event !== "object" || event === null || !("type" in event) || !("object" in event)) return false;
  if (typeof event.type !== "string" || !eventTypes.has(event.type)) return false;
  if (event.type === "ERROR") return true;
  const { object } = event;
  return (
    typeof object === "object" &&
    object !== null &&
    "metadata" in object &&
    typeof object.metadata === "object" &&
    object.metadata !== null
  );
}

function badLine(call: string, line: string, cause?: unknown): TidegateError {
  const shown = line.length > 80 ? `${line.slice(0, 80)}...` : line;
  return new TidegateError("KUBE_BAD_ANSWER", `${call}: a line of the stream is not a watch event: ${shown}`, {
    retry: "later",
    cause,
  });
}

/**
 * The events of an opened stream. Returns at its clean end and when the signal is aborted. Throws KUBE_TIMEOUT on
 * silence (a half-open connection), KUBE_UNREACHABLE on a reset, KUBE_BAD_ANSWER on what cannot be parsed.
 */
export async function* readWatch({ response, clock, signal, call, idleMs }: WatchStream): AsyncGenerator<WatchEvent> {
  const lines = createLineSplitter();
  const decoder = new StringDecoder("utf8");
  let silent = false;
  let cancel: (() => void) | undefined;
  const listen = (): void => {
    cancel = clock.schedule(idleMs, () => {
      silent = true;
      response.destroy();
    });
  };
  const leave = (): void => {
    response.destroy();
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    if (signal.aborted) return;
    listen();
    for await (const chunk of response as AsyncIterable<Buffer>) {
      cancel?.();
      for (const line of lines.push(decoder.write(chunk))) {
        if (line.trim() !== "") yield parseWatchLine(line, call);
        if (signal.aborted) return;
      }
      listen();
    }
    const rest = lines.end() + decoder.end();
    if (rest.trim() !== "" && !signal.aborted && !silent) yield parseWatchLine(rest, call);
    if (silent) throw silence(call, idleMs);
  } catch (error) {
    if (signal.aborted) return;
    if (silent) throw silence(call, idleMs);
    throw error instanceof TidegateError ? error : broken(call, error);
  } finally {
    cancel?.();
    signal.removeEventListener("abort", leave);
    response.destroy();
  }
}

function silence(call: string, idleMs: number): TidegateError {
  return new TidegateError("KUBE_TIMEOUT", `${call}: nothing was heard for ${idleMs} ms, not even a bookmark`, {
    retry: "later",
  });
}

function broken(call: string, cause: unknown): TidegateError {
  if (cause instanceof RangeError)
    return new TidegateError("KUBE_BAD_ANSWER", `${call}: ${cause.message}`, { retry: "later", cause });
  const code = codeOfCause(cause);
  return new TidegateError("KUBE_UNREACHABLE", `${call}: the stream broke (${code ?? messageOf(cause)})`, {
    retry: "later",
    cause,
  });
}
