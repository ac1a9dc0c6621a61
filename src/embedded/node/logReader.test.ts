import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { createFakeClock } from "../../../testing/fakes/clock.ts";
import type { ContainerLog } from "./containerLog.ts";
import { createContainerLog, openEndedLog } from "./containerLog.ts";
import type { LogSlice } from "./logReader.ts";
import { readLog } from "./logReader.ts";

const clock = createFakeClock();
const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function aPath(): string {
  const directory = mkdtempSync(join(tmpdir(), "tidegate-log-"));
  directories.push(directory);
  return join(directory, "web", "0.log");
}

const aLog = (maxFileBytes?: number): ContainerLog => createContainerLog(aPath(), clock, maxFileBytes);
const say = (log: ContainerLog, text: string): void => log.write("stdout", Buffer.from(text));

async function read(log: ContainerLog, parts: Partial<LogSlice> = {}): Promise<string> {
  const slice = { follow: false, tailLines: undefined, timestamps: false, limitBytes: undefined, ...parts };
  let text = "";
  for await (const chunk of readLog(log, slice, new AbortController().signal)) text += chunk.toString();
  return text;
}

describe("a container's log", () => {
  it("gives back whole lines however they were written", async () => {
    const log = aLog();
    for (const part of ["a", "b\nc", "\n", "\nd\n"]) say(log, part);
    log.write("stderr", Buffer.from("e\n"));
    expect(await read(log)).toBe("ab\nc\n\nd\ne\n");
  });

  it("keeps what follows the last newline until the end", async () => {
    const log = aLog();
    say(log, "a\nb");
    expect(await read(log)).toBe("a\n");
    log.end();
    expect(await read(log)).toBe("a\nb");
  });

  it("joins a line again that was cut because of its length", async () => {
    const log = aLog();
    const long = "x".repeat(50_000);
    say(log, `${long}\nshort\n`);
    expect(await read(log)).toBe(`${long}\nshort\n`);
  });

  it.each([
    [0, ""],
    [1, "line 999\n"],
    [2, "line 998\nline 999\n"],
  ])("gives the last %i lines", async (tailLines, expected) => {
    const log = aLog();
    for (let count = 0; count < 1000; count++) say(log, `line ${count}\n`);
    expect(await read(log, { tailLines })).toBe(expected);
  });

  it("gives all when more lines are asked for than there are, across chunks", async () => {
    const log = aLog();
    for (let count = 0; count < 3000; count++) say(log, `line ${count}\n`);
    expect((await read(log, { tailLines: 5000 })).split("\n")).toHaveLength(3001);
    expect((await read(log, { tailLines: 2500 })).split("\n")[0]).toBe("line 500");
  });

  it("leaves out what is older than asked for, and writes times", async () => {
    const log = aLog();
    say(log, "old\n");
    await clock.advance(5000);
    const sinceMs = clock.now();
    say(log, "new\n");
    expect(await read(log, { sinceMs })).toBe("new\n");
    expect(await read(log, { sinceMs, timestamps: true })).toBe(
      `${new Date(sinceMs).toISOString().slice(0, 23)}000000Z new\n`,
    );
  });

  it("keeps one older file when it grows, and no more", async () => {
    const log = aLog(1000);
    for (let count = 0; count < 100; count++) say(log, `line ${count}\n`);
    const lines = (await read(log)).trim().split("\n");
    expect(lines.at(-1)).toBe("line 99");
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThan(60);
    expect(log.begin).toBeGreaterThan(0);
  });

  it("can be followed through its growth, a change of file and its end", async () => {
    const log = aLog(1000);
    say(log, "first\n");
    const following = read(log, { follow: true, tailLines: 1 });
    for (let count = 0; count < 20; count++) say(log, `line ${count}\n`);
    log.end();
    const lines = (await following).trim().split("\n");
    expect([lines[0], lines.at(-1), lines.length]).toEqual(["first", "line 19", 21]);
  });

  it("can be read after the agent was restarted, both files", async () => {
    const path = aPath();
    const log = createContainerLog(path, clock, 1000);
    for (let count = 0; count < 30; count++) say(log, `line ${count}\n`);
    log.end();
    const again = openEndedLog(path);
    expect(await read(again as ContainerLog)).toBe(await read(log));
    expect(openEndedLog(`${path}.none`)).toBeUndefined();
  });
});
