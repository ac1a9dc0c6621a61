import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { constants } from "node:os";

import { messageOf, TidegateError } from "../../api/error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Exit } from "./containerRecord.ts";
import { sendSignal, startMarkOf } from "./processTable.ts";

export type ProcessSpec = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput: (stream: "stdout" | "stderr", chunk: Buffer) => void;
};

/** A process that leads a group of its own. */
export type GroupProcess = {
  readonly pid: number;
  readonly startMark: string;
  /** Resolves once, when it has ended, the rest of its group was killed, and its output was read. */
  readonly exited: Promise<Exit>;
  /** To all of the group. */
  signal(signal: NodeJS.Signals): void;
};

const DRAIN_MS = 1000;

/** Starts the process. Throws NODE_CONTAINER_CONFIG with the reason when it cannot be run. */
export async function startGroupProcess(spec: ProcessSpec, clock: Clock): Promise<GroupProcess> {
  await requireDirectory(spec.cwd);
  const [file = "", ...args] = spec.argv;
  const child = spawnGroup(file, args, spec);
  child.stdout?.on("data", (chunk: Buffer) => spec.onOutput("stdout", chunk));
  child.stderr?.on("data", (chunk: Buffer) => spec.onOutput("stderr", chunk));
  const exited = watchExit(child, clock);
  const { pid } = child;
  if (pid === undefined) throw notStarted(file, (await exited.failed) ?? "it could not be started");
  // It has a mark even when it has ended at once, because it is collected only after this turn.
  const startMark = startMarkOf(pid) ?? "ended";
  return { pid, startMark, exited: exited.done, signal: (signal) => void sendSignal(pid, signal, true) };
}

function spawnGroup(file: string, args: string[], { cwd, env }: ProcessSpec): ChildProcess {
  try {
    return spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw notStarted(file, error);
  }
}

function watchExit(child: ChildProcess, clock: Clock): { done: Promise<Exit>; failed: Promise<unknown> } {
  const failed = once(child, "error").then(([error]: unknown[]) => error);
  const closed = once(child, "close").catch(() => undefined);
  const done = once(child, "exit").then(async ([code, signal]: unknown[]) => {
    if (child.pid !== undefined) sendSignal(child.pid, "SIGKILL", true);
    const drained = new AbortController();
    await Promise.race([closed, clock.sleep(DRAIN_MS, drained.signal)]);
    drained.abort();
    child.stdout?.destroy();
    child.stderr?.destroy();
    return exitOf(code as number | null, signal as NodeJS.Signals | null);
  });
  // A process that cannot be started has no exit; nobody waits for it then.
  done.catch(() => undefined);
  failed.catch(() => undefined);
  return { done, failed };
}

/** As a shell tells it: 128 and the signal's number. */
function exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
  if (signal === null) return { exitCode: code ?? 0 };
  const number = constants.signals[signal];
  return { exitCode: 128 + number, signal: number };
}

async function requireDirectory(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new TidegateError("NODE_CONTAINER_CONFIG", `the working directory "${path}" is not a directory on this node`);
  }
}

function notStarted(file: string, error: unknown): TidegateError {
  const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
  const reason = missing ? `exec: "${file}": executable file not found` : `exec: "${file}": ${messageOf(error)}`;
  return new TidegateError("NODE_CONTAINER_CONFIG", reason, { retry: "later", cause: error });
}
