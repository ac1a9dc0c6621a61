import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TidegateError } from "../../api/error.ts";
import { isRunning } from "../clusterProcess.ts";
import { stateDirOf } from "../connect.ts";

export type UpOptions = {
  readonly stateDir?: string;
  readonly port?: string;
  readonly foreground?: boolean;
  readonly verbose?: boolean;
};

const readyTimeoutMs = 60_000;

/** `tidegate up`: an embedded cluster with Tidegate in it, in the background unless `--foreground`. */
export async function up(options: UpOptions): Promise<void> {
  const stateDir = stateDirOf(options.stateDir);
  const port = parsePort(options.port);
  if (isRunning(stateDir)) {
    console.log(`The cluster of ${stateDir} is running already.`);
    printHints(stateDir);
    return;
  }
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  if (options.foreground === true) {
    const { runCluster } = await import("../runCluster.ts");
    await runCluster({
      stateDir,
      port,
      verbose: options.verbose === true,
      ready: () => printHints(stateDir),
    });
    return;
  }
  await startInBackground(stateDir, options);
  printHints(stateDir);
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new TidegateError("USAGE", `--port ${text} is not a port; give a number from 0 to 65535`);
}

async function startInBackground(stateDir: string, options: UpOptions): Promise<void> {
  const log = join(stateDir, "cluster.log");
  const output = openSync(log, "w", 0o600);
  const main = process.argv[1] ?? "";
  const words = [
    main,
    "up",
    "--foreground",
    "--state-dir",
    stateDir,
    ...(options.port === undefined ? [] : ["--port", options.port]),
    ...(options.verbose === true ? ["--verbose"] : []),
  ];
  const child = spawn(process.execPath, [...process.execArgv, ...words], {
    detached: true,
    stdio: ["ignore", output, output],
  });
  let exited: number | null | undefined;
  child.on("exit", (code) => {
    exited = code;
  });
  child.unref();
  for (let waited = 0; waited < readyTimeoutMs; waited += 50) {
    if (exited !== undefined)
      throw new TidegateError("CLUSTER_NOT_STARTED", `the cluster did not start:\n${lastLines(log)}`);
    if (readFileSync(log, "utf8").includes("The cluster is up")) return;
    await sleep(50);
  }
  throw new TidegateError(
    "CLUSTER_NOT_STARTED",
    `the cluster was not ready after ${readyTimeoutMs / 1_000} s; its log is ${log}`,
  );
}

function lastLines(path: string): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-5).join("\n");
}

function printHints(stateDir: string): void {
  console.log(`The cluster is up. Its state, kubeconfig and logs are in ${stateDir}`);
  console.log(`  kubectl:  kubectl --kubeconfig ${join(stateDir, "kubeconfig")} get deliveries,releases -A`);
  console.log("  tidegate: tidegate apply -f FILE, tidegate get, tidegate watch, tidegate down");
}
