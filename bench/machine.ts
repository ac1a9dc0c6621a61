import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** On what it was measured, as Markdown. The load tells whether the machine was quiet. */
export function machineText(): string {
  const model = cpus()[0]?.model.replaceAll(/\s+/g, " ").trim() ?? "unknown CPU";
  const memory = Math.round(totalmem() / 1024 ** 3);
  const load = loadavg()[0]?.toFixed(1) ?? "unknown";
  return `Machine: ${model}, ${availableParallelism()} cores, ${memory} GiB, Node ${process.versions.node}; load average before the start: ${load}.`;
}
