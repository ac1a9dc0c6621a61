import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The process that runs an embedded cluster, as it wrote itself down in the state directory. */
export type ClusterProcess = { readonly pid: number; readonly startTicks: string };

const fileName = "process.json";

export function recordProcess(stateDir: string): void {
  writeFileSync(
    join(stateDir, fileName),
    JSON.stringify({ pid: process.pid, startTicks: statOf(process.pid)?.startTicks ?? "" }),
    { mode: 0o600 },
  );
}

export function forgetProcess(stateDir: string): void {
  rmSync(join(stateDir, fileName), { force: true });
}

export function readProcess(stateDir: string): ClusterProcess | undefined {
  const path = join(stateDir, fileName);
  if (!existsSync(path)) return undefined;
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as Partial<ClusterProcess>;
    return typeof value.pid === "number" ? { pid: value.pid, startTicks: value.startTicks ?? "" } : undefined;
  } catch {
    return undefined;
  }
}

/** A pid is used again after a while, so the process's start time has to fit as well, where the system tells it. */
export function isRunning(stateDir: string): boolean {
  const known = readProcess(stateDir);
  if (known === undefined) return false;
  try {
    process.kill(known.pid, 0);
  } catch {
    return false;
  }
  const stat = statOf(known.pid);
  if (stat === undefined) return true;
  return stat.state !== "Z" && (known.startTicks === "" || stat.startTicks === known.startTicks);
}

/** A process that has ended, but that nobody has waited for, still has its pid, in state Z. */
function statOf(pid: number): { state: string; startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTicks: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

/** Asks the cluster's process to end and waits for it; true when it has ended. */
export async function endProcess(stateDir: string, timeoutMs: number): Promise<boolean> {
  const known = readProcess(stateDir);
  if (known === undefined || !isRunning(stateDir)) return true;
  process.kill(known.pid, "SIGTERM");
  for (let waited = 0; waited < timeoutMs; waited += 50) {
    if (!isRunning(stateDir)) return true;
    await sleep(50);
  }
  return false;
}
