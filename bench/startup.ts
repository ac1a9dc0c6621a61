import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { takeTurns, timed, type Benchmark, type BenchContext, type Table } from "./harness.ts";
import { buildPackage, buildProcess } from "./built.ts";
import { withWorkspace, type Workspace } from "./workspace.ts";

const bin = fileURLToPath(new URL("../bin/tidegate.js", import.meta.url));
const commandTimeoutMs = 20_000;

/** How long a user waits for the CLI, and for a cluster. */
export const startup: Benchmark = {
  name: "startup",
  deadlineMs: 120_000,
  run: (context) =>
    withWorkspace(context.signal, async (workspace) => [
      await commandLine(context, workspace),
      await cluster(context, workspace),
    ]),
};

async function commandLine({ quick, signal, say }: BenchContext, workspace: Workspace): Promise<Table> {
  say("command line");
  const built = await buildPackage(await workspace.directory());
  const command =
    (...args: readonly string[]) =>
    (): Promise<number> =>
      timed(() => runNode(args, signal));
  const values = await takeTurns(
    {
      node: command("-e", "0"),
      version: command(built, "--version"),
      help: command(built, "get", "--help"),
      sourceVersion: command(bin, "--version"),
      sourceHelp: command(bin, "get", "--help"),
    },
    { warmUps: 1, runs: quick ? 3 : 10 },
    signal,
  );
  const reference = { name: "node -e 0", values: values.node };
  return {
    title: "Command line",
    note: "From the start of the process to its end; built as it is published, and from the source of a clone.",
    figures: [
      { what: "node -e 0", unit: "ms", values: values.node },
      { what: "tidegate --version", unit: "ms", values: values.version, reference },
      { what: "tidegate get --help", unit: "ms", values: values.help, reference },
      { what: "tidegate --version, from source", unit: "ms", values: values.sourceVersion, reference },
      { what: "tidegate get --help, from source", unit: "ms", values: values.sourceHelp, reference },
    ],
  };
}

function runNode(args: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: "ignore", signal, timeout: commandTimeoutMs });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`node ${args.join(" ")} ended with ${code}`)),
    );
  });
}

async function cluster({ quick, signal, say }: BenchContext, workspace: Workspace): Promise<Table> {
  say("embedded cluster");
  const built = await buildProcess("cluster", await workspace.directory());
  const old = await workspace.directory();
  const start = async (program: string, stateDir: string): Promise<number> => {
    const child = await workspace.start(program, stateDir);
    await child.stop();
    return child.startMs;
  };
  await start(built, old);
  const values = await takeTurns(
    {
      node: () => timed(() => runNode(["-e", "0"], signal)),
      fresh: async () => start(built, await workspace.directory()),
      again: () => start(built, old),
      source: async () => start("cluster", await workspace.directory()),
    },
    { warmUps: quick ? 0 : 1, runs: quick ? 1 : 4 },
    signal,
  );
  const reference = { name: "node -e 0", values: values.node };
  return {
    title: "Embedded cluster",
    note: "From the start of the process until API server, controllers, node and gateway are ready; built as it is published, and from the source of a clone.",
    figures: [
      { what: "fresh state directory", unit: "ms", values: values.fresh, reference },
      { what: "existing state directory", unit: "ms", values: values.again, reference },
      { what: "fresh state directory, from source", unit: "ms", values: values.source, reference },
    ],
  };
}
