import { nanoSeconds } from "./times.ts";

export type LogStream = "stdout" | "stderr";

/** Longer lines are cut into parts that are marked as such, as container runtimes do. */
const MAX_PART_BYTES = 16_384;

/**
 * Cuts the output of one stream into the lines of a log file: `time stream F|P text`. What follows the last newline
 * waits for the next chunk.
 */
export function createLineCutter(stream: LogStream): {
  push(chunk: Buffer, nowMs: number): Buffer;
  end(nowMs: number): Buffer;
} {
  let rest: Buffer = Buffer.alloc(0);
  const line = (nowMs: number, whole: boolean, text: Buffer): Buffer[] => [
    Buffer.from(`${nanoSeconds(nowMs)} ${stream} ${whole ? "F" : "P"} `),
    text,
    Buffer.from("\n"),
  ];

  return {
    push(chunk, nowMs) {
      const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const out: Buffer[] = [];
      let from = 0;
      for (;;) {
        const newline = data.indexOf(10, from);
        const end = newline === -1 ? data.length : newline;
        for (; end - from > MAX_PART_BYTES; from += MAX_PART_BYTES) {
          out.push(...line(nowMs, false, data.subarray(from, from + MAX_PART_BYTES)));
        }
        if (newline === -1) break;
        out.push(...line(nowMs, true, data.subarray(from, newline)));
        from = newline + 1;
      }
      rest = Buffer.from(data.subarray(from));
      return Buffer.concat(out);
    },
    end(nowMs) {
      const out = rest.length === 0 ? [] : line(nowMs, false, rest);
      rest = Buffer.alloc(0);
      return Buffer.concat(out);
    },
  };
}

export type ParsedLine = { readonly time: string; readonly whole: boolean; readonly text: Buffer };

/** The parts of one line of a log file; undefined for a line that is none. */
export function parseLine(line: Buffer): ParsedLine | undefined {
  const first = line.indexOf(32);
  const second = line.indexOf(32, first + 1);
  const third = line.indexOf(32, second + 1);
  if (first === -1 || second === -1 || third === -1) return undefined;
  const whole = line.subarray(second + 1, third).toString("latin1") === "F";
  return { time: line.subarray(0, first).toString("latin1"), whole, text: line.subarray(third + 1) };
}
