import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

export type Child = {
  readonly process: ChildProcess;
  /** Everything that it said, newest last; bounded. */
  readonly lines: readonly string[];
  /** Resolves with the first line that begins with the word; rejects when the process ends or takes too long. */
  said(word: string, timeoutMs: number): Promise<string>;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
};

const maxLines = 5_000;

/** Starts a file of ours as a process and keeps what it says. Its standard input ends when this process does. */
export function startChild(file: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, [file, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const lines: string[] = [];
  const waiting = new Set<{ word: string; resolve: (line: string) => void }>();
  const onLine = (line: string): void => {
    lines.push(line);
    if (lines.length > maxLines) lines.splice(0, maxLines / 10);
    for (const wait of waiting) if (line.startsWith(wait.word)) wait.resolve(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  return {
    process: child,
    lines,
    ended,
    said(word, timeoutMs) {
      return new Promise((resolve, reject) => {
        const fail = (why: string): void => reject(new Error(`${file} ${why}:\n${lines.slice(-20).join("\n")}`));
        const late = setTimeout(() => fail(`did not say "${word}" within ${timeoutMs} ms`), timeoutMs);
        const wait = {
          word,
          resolve: (line: string): void => {
            clearTimeout(late);
            waiting.delete(wait);
            resolve(line);
          },
        };
        waiting.add(wait);
        const known = lines.find((line) => line.startsWith(word));
        if (known !== undefined) return wait.resolve(known);
        void ended.then(() => (clearTimeout(late), fail("ended before it was ready")));
      });
    },
  };
}
