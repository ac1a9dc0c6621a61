import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { LoadTarget } from "./generate.ts";
import { emptyReport, type LoadReport } from "./report.ts";

export type LoadOptions = LoadTarget & {
  /** Ends the load as `stop` does. */
  readonly signal?: AbortSignal | undefined;
};

export type Load = {
  /** The newest counters, at most half a second old. */
  report(): LoadReport;
  /** Ends the load and resolves with the whole count. Idempotent. Rejects when the generator died. */
  stop(): Promise<LoadReport>;
};

const entry = fileURLToPath(new URL("main.ts", import.meta.url));
const stopTimeoutMs = 20_000;

/** Starts a load generator in a process of its own. */
export function startLoad({ signal, ...target }: LoadOptions): Load {
  const child = spawn(process.execPath, [entry, JSON.stringify(target)], { stdio: ["pipe", "pipe", "inherit"] });
  let newest = emptyReport;
  const ended = new Promise<LoadReport>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { kind, report } = JSON.parse(line) as { kind: string; report: LoadReport };
      newest = report;
      if (kind === "end") resolve(report);
    });
    child.once("error", reject);
    child.once("exit", (code, by) =>
      reject(new Error(`the load generator ended by itself (${by ?? `exit code ${code}`})`)),
    );
  });
  ended.catch(() => undefined);
  child.stdin.on("error", () => undefined);
  let stopped: Promise<LoadReport> | undefined;
  const stop = async (): Promise<LoadReport> => {
    child.stdin.end();
    const late = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    try {
      return await ended;
    } finally {
      clearTimeout(late);
    }
  };
  signal?.addEventListener("abort", () => void (stopped ??= stop()).catch(() => undefined), { once: true });
  return { report: () => newest, stop: () => (stopped ??= stop()) };
}
