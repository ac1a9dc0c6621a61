import type { Child } from "./child.ts";
import { median, repeat, type Benchmark, type BenchContext, type Figure, type Table } from "./harness.ts";
import type { LoadOrder, LoadResult } from "./processes/httpLoad.ts";
import { processStats } from "./processStats.ts";
import { withWorkspace, type Workspace } from "./workspace.ts";

const connections = 32;

/** What stands between the load generator and the backend. */
type Path = { readonly what: string; readonly port: number; readonly pid: number };
type Run = LoadResult & { readonly cpuMicroseconds: number };

/** Requests a second and added latency of the embedded gateway, beside the way without it and the plainest proxy. */
export const gateway: Benchmark = {
  name: "gateway",
  deadlineMs: 120_000,
  run: (context) => withWorkspace(context.signal, (workspace) => measure(context, workspace)),
};

async function measure(context: BenchContext, workspace: Workspace): Promise<readonly Table[]> {
  const paths = await startPaths(workspace);
  const load = await workspace.start("httpLoad");
  const busy = await runsOf(context, load, paths, connections);
  const single = await runsOf(context, load, paths, 1);
  return [throughputTable(paths, busy), latencyTable(paths, single)];
}

async function startPaths(workspace: Workspace): Promise<readonly [Path, ...Path[]]> {
  const backend = await workspace.start("backend");
  const port = Number(backend.ready["port"]);
  const forwarder = await workspace.start("forwarder", String(port));
  const proxy = await workspace.start("gateway", String(port));
  return [
    { what: "direct, no proxy", port, pid: backend.pid },
    { what: "plainest node:http proxy", port: Number(forwarder.ready["port"]), pid: forwarder.pid },
    { what: "gateway, one backend", port: Number(proxy.ready["plainPort"]), pid: proxy.pid },
    { what: "gateway, split 10/90", port: Number(proxy.ready["splitPort"]), pid: proxy.pid },
  ];
}

/** All paths in every round, each round beginning with another one. */
async function runsOf(
  { quick, signal, say }: BenchContext,
  load: Child,
  paths: readonly Path[],
  width: number,
): Promise<Map<Path, Run[]>> {
  say(`${width} connections at a time`);
  const seconds = quick ? 0.3 : 0.8;
  const results = new Map<Path, Run[]>(paths.map((path) => [path, []]));
  await repeat({ warmUps: 1, runs: quick ? 2 : 5 }, signal, async (run) => {
    for (const [index] of paths.entries()) {
      const path = paths[(index + Math.abs(run)) % paths.length];
      if (path === undefined) continue;
      const result = await oneRun(load, path, { port: path.port, connections: width, seconds });
      if (run >= 0) results.get(path)?.push(result);
    }
  });
  return results;
}

async function oneRun(load: Child, { what, pid }: Path, order: LoadOrder): Promise<Run> {
  const before = processStats(pid).cpuSeconds;
  const result = await load.ask<LoadResult>("run", order);
  if (result.failed > 0) throw new Error(`${what}: ${result.failed} requests failed`);
  const requests = result.perSecond * order.seconds;
  return { ...result, cpuMicroseconds: ((processStats(pid).cpuSeconds - before) / requests) * 1e6 };
}

function throughputTable(paths: readonly [Path, ...Path[]], runs: Map<Path, Run[]>): Table {
  const of = (path: Path, pick: (run: Run) => number): number[] => (runs.get(path) ?? []).map(pick);
  const [direct, forwarder, ...ours] = paths;
  const rate = (path: Path, reference?: Path): Figure => ({
    what: path.what,
    unit: "requests/s",
    values: of(path, (run) => run.perSecond),
    ...(reference === undefined
      ? {}
      : { reference: { name: reference.what, values: of(reference, (run) => run.perSecond) } }),
  });
  const cpu = (path: Path, reference?: Path): Figure => ({
    what: `CPU time of the process, ${path.what}`,
    unit: "µs/request",
    values: of(path, (run) => run.cpuMicroseconds),
    ...(reference === undefined
      ? {}
      : { reference: { name: reference.what, values: of(reference, (run) => run.cpuMicroseconds) } }),
  });
  return {
    title: "Throughput",
    note: `${connections} kept connections, each sends when it was answered; answers of 5 bytes; load generator, proxy and backend are three processes.`,
    figures: [
      rate(direct),
      ...[forwarder, ...ours].flatMap((path) => (path === undefined ? [] : [rate(path, direct)])),
      ...[forwarder].flatMap((path) => (path === undefined ? [] : [cpu(path)])),
      ...ours.map((path) => cpu(path, forwarder)),
    ],
  };
}

function latencyTable(paths: readonly [Path, ...Path[]], runs: Map<Path, Run[]>): Table {
  const [direct, ...proxies] = paths;
  const p50 = (path: Path): number[] => (runs.get(path) ?? []).map((run) => run.p50Ms);
  const p99 = (path: Path): number[] => (runs.get(path) ?? []).map((run) => run.p99Ms);
  const added = (values: readonly number[], base: readonly number[]): number[] =>
    values.map((value) => value - median(base));
  return {
    title: "Latency",
    note: "One kept connection, one request after the other, so that nothing queues; a value is the quantile of one run. Added: the run's quantile less the median one of the direct way.",
    figures: [
      { what: `p50, ${direct.what}`, unit: "ms", values: p50(direct) },
      { what: `p99, ${direct.what}`, unit: "ms", values: p99(direct) },
      ...proxies.flatMap((path): Figure[] => [
        {
          what: `p50, ${path.what}`,
          unit: "ms",
          values: p50(path),
          reference: { name: "direct", values: p50(direct) },
        },
        {
          what: `p99, ${path.what}`,
          unit: "ms",
          values: p99(path),
          reference: { name: "direct", values: p99(direct) },
        },
        { what: `p50 added, ${path.what}`, unit: "ms", values: added(p50(path), p50(direct)) },
        { what: `p99 added, ${path.what}`, unit: "ms", values: added(p99(path), p99(direct)) },
      ]),
    ],
  };
}
