import { parseArgs } from "node:util";
import type { Benchmark, BenchContext } from "./harness.ts";
import { machineText } from "./machine.ts";
import { tableText } from "./markdown.ts";

const names = ["gateway", "apiServer", "decide", "reaction", "startup", "memory"] as const;
type Name = (typeof names)[number];

/** Loaded one by one, so that none carries the others' memory. */
const load: Readonly<Record<Name, () => Promise<Benchmark>>> = {
  gateway: async () => (await import("./gateway.ts")).gateway,
  apiServer: async () => (await import("./apiServer.ts")).apiServer,
  decide: async () => (await import("./decide.ts")).decideBenchmark,
  reaction: async () => (await import("./reaction.ts")).reaction,
  startup: async () => (await import("./startup.ts")).startup,
  memory: async () => (await import("./memory.ts")).memory,
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !isName(name));
  if (unknown.length > 0) {
    console.error(`there is no benchmark ${unknown.join(", ")}; there are ${names.join(", ")}`);
    return 2;
  }
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Error("interrupted")));
  process.once("SIGTERM", () => interrupted.abort(new Error("terminated")));
  console.log(`${machineText()}\n`);
  let failed = 0;
  for (const name of names) {
    if (interrupted.signal.aborted || (positionals.length > 0 && !positionals.includes(name))) continue;
    if (!(await runOne(await load[name](), values.quick, interrupted.signal))) failed++;
  }
  return failed === 0 ? 0 : 1;
}

function isName(text: string): text is Name {
  return (names as readonly string[]).includes(text);
}

async function runOne(benchmark: Benchmark, quick: boolean, interrupted: AbortSignal): Promise<boolean> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(benchmark.deadlineMs)]);
  const started = performance.now();
  const say = (progress: string): void => console.error(`${benchmark.name}: ${progress}`);
  const context: BenchContext = { quick, signal, say };
  try {
    const tables = await benchmark.run(context);
    console.log(`## ${benchmark.name}\n\n${tables.map(tableText).join("\n\n")}\n`);
    say(`took ${Math.round((performance.now() - started) / 1_000)} s`);
    return true;
  } catch (error) {
    console.error(`${benchmark.name} failed:`, signal.aborted ? signal.reason : error);
    return false;
  }
}

process.exit(await main());
