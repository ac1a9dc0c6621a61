import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { TidegateError } from "../../api/error.ts";
import type { Clock } from "../../ports/clock.ts";
import { processesOf, sendSignal, startMarkOf } from "./processTable.ts";

type Entry = { readonly pid: number; readonly startMark: string };

/** Which processes this node has started, on disk, so that the next agent finds what a killed one left behind. */
export type ProcessLedger = {
  /** Returns the function that forgets the process after it ended. */
  record(entry: Entry): () => void;
};

const KILL_WAIT_MS = 5000;

/**
 * Opens the ledger in the directory and ends every process that an earlier agent left. Throws NODE_STATE_IN_USE when
 * that agent is still running.
 */
export async function openProcessLedger(
  directory: string,
  owner: string,
  clock: Clock,
): Promise<ProcessLedger & { close(): void }> {
  const processes = join(directory, "processes");
  mkdirSync(processes, { recursive: true });
  const holder = join(directory, "agent.json");
  await refuseSecondAgent(holder, directory);
  writeFileSync(holder, JSON.stringify({ pid: process.pid, startMark: startMarkOf(process.pid) }));
  await endLeftovers(processes, owner, clock);
  return {
    record(entry) {
      // Written before anything else happens: a process that is not in the ledger could outlive the node.
      const file = join(processes, `${entry.pid}.json`);
      writeFileSync(file, JSON.stringify(entry));
      return () => rmSync(file, { force: true });
    },
    close: () => rmSync(holder, { force: true }),
  };
}

async function refuseSecondAgent(holder: string, directory: string): Promise<void> {
  const entry = await readEntry(holder);
  if (entry === undefined || startMarkOf(entry.pid) !== entry.startMark) return;
  const message = `process ${entry.pid} runs the node that keeps its state in ${directory}: stop it first, or use another directory`;
  throw new TidegateError("NODE_STATE_IN_USE", message);
}

async function endLeftovers(processes: string, owner: string, clock: Clock): Promise<void> {
  const files = await readdir(processes);
  const entries = await Promise.all(files.map((file) => readEntry(join(processes, file))));
  for (const entry of entries) {
    if (entry === undefined || startMarkOf(entry.pid) !== entry.startMark) continue;
    sendSignal(entry.pid, "SIGKILL", true);
    await waitForEnd(entry, clock);
  }
  await endProcessesOf(owner);
  await Promise.all(files.map((file) => rm(join(processes, file), { force: true })));
}

/** Kills what carries the owner's mark: also processes that left their group, whose leader has long ended. */
export async function endProcessesOf(owner: string): Promise<void> {
  for (const pid of await processesOf(owner)) if (pid !== process.pid) sendSignal(pid, "SIGKILL", false);
}

async function waitForEnd(entry: Entry, clock: Clock): Promise<void> {
  const giveUpAt = clock.now() + KILL_WAIT_MS;
  while (clock.now() < giveUpAt && startMarkOf(entry.pid) === entry.startMark) await clock.sleep(10);
}

async function readEntry(file: string): Promise<Entry | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  try {
    const { pid, startMark } = JSON.parse(text) as Partial<Entry>;
    return typeof pid === "number" && typeof startMark === "string" ? { pid, startMark } : undefined;
  } catch {
    // A file cut short by a crash names nobody.
    return undefined;
  }
}
