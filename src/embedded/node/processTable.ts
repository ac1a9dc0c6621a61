import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** Carried by every process of a pod, so that those that left their group are found too. */
export const ownerVariable = "TIDEGATE_SANDBOX";

/**
 * When the process began, in the kernel's own terms: with the process id it names a process for good, because ids are
 * used again. Undefined when there is no such process (or it has ended and only waits to be collected). Synchronous,
 * so that nothing comes between the start of a process and its record.
 */
export function startMarkOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") return startMarkIn(readFileSync(`/proc/${pid}/stat`, "utf8"));
    const found = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { timeout: 5000, encoding: "utf8" });
    const mark = found.replaceAll(/\W+/gu, "");
    return mark === "" ? undefined : mark;
  } catch {
    return undefined;
  }
}

/** The 22nd field of `/proc/<pid>/stat`; the name in the 2nd may hold blanks and parentheses. */
export function startMarkIn(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

/** Ids of the living processes whose environment says that they belong to that owner. Linux only; elsewhere none. */
export async function processesOf(owner: string): Promise<number[]> {
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((name) => /^\d+$/u.test(name)).map(Number);
  const wanted = `\0${ownerVariable}=${owner}`;
  const found = await Promise.all(pids.map(async (pid) => ({ pid, environment: await environmentOf(pid) })));
  return found.filter(({ environment }) => `\0${environment}`.includes(wanted)).map(({ pid }) => pid);
}

async function environmentOf(pid: number): Promise<string> {
  return await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
}

/** Sends the signal to the process, or with `group` to its whole group. False when there is none. */
export function sendSignal(pid: number, signal: NodeJS.Signals, group: boolean): boolean {
  // 0, 1 and negative ids would mean other processes than one of ours.
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(group ? -pid : pid, signal);
    return true;
  } catch {
    return false;
  }
}
