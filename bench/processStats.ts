import { readFileSync } from "node:fs";

/** What the kernel counts of a process. Linux only, as the benchmarks that use it say. */
export type ProcessStats = { readonly rssMegabytes: number; readonly cpuSeconds: number };

/** The kernel's USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

export function processStats(pid: number): ProcessStats {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { rssMegabytes: (Number(resident) * 1_024) / 1e6, cpuSeconds: ticks / ticksPerSecond };
}
