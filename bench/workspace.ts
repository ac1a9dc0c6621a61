import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild, type Child } from "./child.ts";

/** Processes and directories of one benchmark, gone when it is over. */
export type Workspace = {
  start(name: string, ...args: readonly string[]): Promise<Child>;
  /** The same with options for Node itself. */
  startWith(nodeOptions: readonly string[], name: string, ...args: readonly string[]): Promise<Child>;
  directory(): Promise<string>;
};

/** Gives `work` a workspace and clears it away whatever happens: processes first, youngest first. */
export async function withWorkspace<T>(signal: AbortSignal, work: (workspace: Workspace) => Promise<T>): Promise<T> {
  const children: Child[] = [];
  const directories: string[] = [];
  const workspace: Workspace = {
    start: (name, ...args) => workspace.startWith([], name, ...args),
    async startWith(nodeOptions, name, ...args) {
      const child = await startChild(name, args, signal, nodeOptions);
      children.push(child);
      return child;
    },
    async directory() {
      const path = await mkdtemp(join(tmpdir(), "tidegate-bench-"));
      directories.push(path);
      return path;
    },
  };
  try {
    return await work(workspace);
  } finally {
    for (const child of children.toReversed()) await child.stop();
    for (const path of directories) await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
}
