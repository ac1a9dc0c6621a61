import { isTidegateError, messageOf } from "../../api/error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { GroupProcess } from "./childProcess.ts";
import { startGroupProcess } from "./childProcess.ts";
import type { ContainerCommand } from "./containerCommand.ts";
import type { ContainerLog } from "./containerLog.ts";
import type { Exit } from "./containerRecord.ts";
import type { Container } from "./podTypes.ts";
import type { ProbeListener } from "./probeLoop.ts";
import { runProbes } from "./probeLoop.ts";
import type { ProcessLedger } from "./processLedger.ts";
import { runHandler } from "./runHandler.ts";

/** One run of a container: its process, its log and its probes. */
export interface ContainerInstance {
  readonly containerID: string;
  readonly log: ContainerLog;
  /** It was told to end. */
  readonly stopping: boolean;
  /** Resolves once it has ended and its output is in the log. */
  readonly exited: Promise<Exit>;
  /** Runs the `postStart` hook, then the probes, until the container ends. */
  attend(listener: InstanceListener): Promise<void>;
  /**
   * Ends it: `preStop`, the stop signal, and after the grace period (or as soon as `hurry` is aborted) SIGKILL.
   * Resolves when it has ended.
   */
  stop(graceMs: number, hurry: AbortSignal): Promise<void>;
}

export type InstanceListener = ProbeListener & {
  readonly onPostStarted: () => void;
  readonly onPostStartFailed: (message: string) => void;
};

export type InstanceInput = {
  readonly container: Container;
  readonly command: ContainerCommand;
  readonly podIP: string;
  readonly log: ContainerLog;
  readonly ledger: ProcessLedger;
  readonly clock: Clock;
};

/** How long a hook may still take that has used up the grace period, and so the process after it. */
const LAST_GRACE_MS = 2000;
const HOOK_TIMEOUT_MS = 300_000;
const KILL_WAIT_MS = 5000;

/** Starts the container's process. Throws NODE_CONTAINER_CONFIG when it cannot be run. */
export async function startInstance(input: InstanceInput): Promise<ContainerInstance> {
  const { container, command, podIP, log, ledger, clock } = input;
  const process = await startLogged(input);
  const forget = ledger.record({ pid: process.pid, startMark: process.startMark });
  const startedAtMs = clock.now();
  const ended = new AbortController();
  const attending = new AbortController();
  const target = { container, podIP, cwd: command.cwd, env: command.env };
  let stopping: Promise<void> | undefined;

  const exited = process.exited.then((exit) => {
    ended.abort();
    attending.abort();
    log.end();
    forget();
    return exit;
  });

  async function attend(listener: InstanceListener): Promise<void> {
    const hook = container.lifecycle?.postStart;
    if (hook !== undefined) {
      const result = await runHandler(hook, target, { timeoutMs: HOOK_TIMEOUT_MS, clock, signal: attending.signal });
      if (attending.signal.aborted) return;
      if (!result.ok) return listener.onPostStartFailed(result.message);
    }
    listener.onPostStarted();
    await runProbes({ ...listener, target, startedAtMs, clock, signal: attending.signal });
  }

  async function end(graceMs: number, hurry: AbortSignal): Promise<void> {
    attending.abort();
    const killAtMs = clock.now() + graceMs;
    const either = AbortSignal.any([hurry, ended.signal]);
    const hook = container.lifecycle?.preStop;
    if (hook !== undefined && graceMs > 0)
      await runHandler(hook, target, { timeoutMs: graceMs, clock, signal: either });
    process.signal(stopSignalOf(container));
    const leftMs = hook === undefined ? graceMs : Math.max(Math.min(graceMs, LAST_GRACE_MS), killAtMs - clock.now());
    await clock.sleep(leftMs, either);
    if (!ended.signal.aborted) process.signal("SIGKILL");
    await clock.sleep(KILL_WAIT_MS, ended.signal);
  }

  return {
    containerID: `process://${process.pid}-${process.startMark}`,
    log,
    exited,
    attend,
    get stopping() {
      return stopping !== undefined;
    },
    stop: (graceMs, hurry) => (stopping ??= end(graceMs, hurry)),
  };
}

async function startLogged({ command, log, clock }: InstanceInput): Promise<GroupProcess> {
  try {
    return await startGroupProcess({ ...command, onOutput: (stream, chunk) => log.write(stream, chunk) }, clock);
  } catch (error) {
    log.end();
    throw error;
  }
}

function stopSignalOf(container: Container): NodeJS.Signals {
  return (container.lifecycle?.stopSignal as NodeJS.Signals | undefined) ?? "SIGTERM";
}

/** The words for a container that could not be started, whatever was thrown. */
export function startProblem(error: unknown): { readonly message: string; readonly hopeless: boolean } {
  return { message: messageOf(error), hopeless: isTidegateError(error) && error.retry === "never" };
}
