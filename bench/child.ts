import { fork, type ChildProcess } from "node:child_process";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import type { FromChild, ToChild } from "./processes/parent.ts";

/** A file of `bench/processes`, by name, or its built form, by path, in a process of its own. It ends when this one does, however this one ends. */
export type Child = {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Milliseconds from the start of the process until it was ready. */
  readonly startMs: number;
  /** Calls one of its functions. Rejects with what that throws, and when the process ends. */
  ask<T>(name: string, argument?: unknown): Promise<T>;
  /** Lets it clean up and end; kills it when that takes too long. Idempotent. */
  stop(): Promise<void>;
};

const stopTimeoutMs = 15_000;

/** Resolves when the process says that it is ready; rejects with the end of what it said instead. */
export async function startChild(
  name: string,
  args: readonly string[],
  signal: AbortSignal,
  nodeOptions: readonly string[] = [],
): Promise<Child> {
  signal.throwIfAborted();
  const started = performance.now();
  const file = isAbsolute(name) ? name : fileURLToPath(new URL(`processes/${name}.ts`, import.meta.url));
  const child = fork(file, args, {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning", ...nodeOptions],
  });
  const said = keepEnd(child);
  const ended = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error(`process ${name} ended by itself: ${said()}`));
    child.once("exit", fail);
    child.once("error", fail);
  });
  ended.catch(() => undefined);
  const stop = stopper(child);
  const onAbort = (): void => void stop();
  signal.addEventListener("abort", onAbort, { once: true });
  child.once("exit", () => signal.removeEventListener("abort", onAbort));
  const ready = await Promise.race([readiness(child), ended]);
  return { pid: child.pid ?? 0, ready, startMs: performance.now() - started, ask: asker(child, ended), stop };
}

function keepEnd(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-2_000);
  });
  return () => text.trim();
}

function readiness(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve) => {
    child.on("message", (message: FromChild) => {
      if (message.kind === "ready") resolve(message.facts);
    });
  });
}

function asker(child: ChildProcess, ended: Promise<never>): Child["ask"] {
  const open = new Map<number, (answer: Extract<FromChild, { kind: "answer" }>) => void>();
  let last = 0;
  child.on("message", (message: FromChild) => {
    if (message.kind !== "answer") return;
    open.get(message.id)?.(message);
    open.delete(message.id);
  });
  return async <T>(name: string, argument?: unknown): Promise<T> => {
    const id = ++last;
    const answered = new Promise<Extract<FromChild, { kind: "answer" }>>((resolve) => open.set(id, resolve));
    child.send({ id, name, argument } satisfies ToChild);
    const { error, result } = await Promise.race([answered, ended]);
    if (error !== undefined) throw new Error(error);
    return result as T;
  };
}

function stopper(child: ChildProcess): () => Promise<void> {
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (child.connected) child.disconnect();
    const late = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await gone;
    clearTimeout(late);
  };
  return () => (stopped ??= stop());
}
