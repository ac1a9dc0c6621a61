import { generate, type LoadTarget } from "./generate.ts";

/**
 * A load generator in a process of its own, so that it measures honestly: the target is the one argument, as JSON;
 * a report is written as a line of JSON every half second, and a last one, marked as such, after SIGTERM or when the
 * standard input ends.
 */
const reportEveryMs = 500;
const generator = generate(JSON.parse(process.argv[2] ?? "{}") as LoadTarget);
const timer = setInterval(() => say({ kind: "so-far", report: generator.report() }), reportEveryMs);
let stopping = false;

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  clearInterval(timer);
  say({ kind: "end", report: await generator.stop() });
  process.exit(0);
}

process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
process.stdin.on("end", () => void stop());
process.stdin.resume();
