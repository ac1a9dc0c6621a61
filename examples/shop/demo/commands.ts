import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const cli = join(root, "bin/tidegate.js");

export type CommandResult = { readonly code: number; readonly output: string };

/** The user's own commands, run as the user would run them, from the root of the repository. */
export type Commands = {
  /** Runs to the end and returns what was printed. */
  run(words: readonly string[], input?: string): Promise<CommandResult>;
  /** Runs with this terminal, so that the user sees it live. What it says of its failure is left to the caller. */
  show(words: readonly string[]): Promise<number>;
  /** Ends what `show` has running. */
  stop(): void;
};

export function createCommands(stateDir: string): Commands {
  const environment = { ...process.env, TIDEGATE_STATE_DIR: stateDir, KUBECONFIG: join(stateDir, "kubeconfig") };
  const running = new Set<ChildProcess>();
  return {
    run(words, input) {
      const child = spawn(process.execPath, [cli, ...words], {
        cwd: root,
        env: environment,
        stdio: ["pipe", "pipe", "pipe"],
      });
      let output = "";
      child.stdout.on("data", (part: Buffer) => (output += part.toString()));
      child.stderr.on("data", (part: Buffer) => (output += part.toString()));
      child.stdin.end(input ?? "");
      return ended(child, () => output);
    },
    async show(words) {
      const child = spawn(process.execPath, [cli, ...words], {
        cwd: root,
        env: environment,
        stdio: ["ignore", "inherit", "ignore"],
      });
      running.add(child);
      const { code } = await ended(child, () => "");
      running.delete(child);
      return code;
    },
    stop() {
      for (const child of running) child.kill("SIGINT");
    },
  };
}

function ended(child: ChildProcess, output: () => string): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output: output() }));
  });
}
