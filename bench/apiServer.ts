import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { resources } from "../src/api/resources.ts";
import type { AnyObject } from "../src/api/object.ts";
import { openDatabase } from "../src/embedded/store/database.ts";
import { createClient } from "../src/kube/client.ts";
import { loadKubeConfig } from "../src/kube/config.ts";
import type { KubeClient } from "../src/kube/types.ts";
import type { Child } from "./child.ts";
import {
  inParallel,
  median,
  preciseNow,
  repeat,
  takeTurns,
  timed,
  type Benchmark,
  type BenchContext,
  type Figure,
  type Table,
} from "./harness.ts";
import type { WatchCount } from "./processes/watchers.ts";
import { withWorkspace, type Workspace } from "./workspace.ts";

const width = 16;
const namespace = "default";

type Bed = {
  readonly api: KubeClient;
  readonly echo: KubeClient;
  readonly databasePath: string;
  readonly context: BenchContext;
};

/** Writes, reads and watches of the embedded API server, beside a bare HTTPS server and bare SQLite. */
export const apiServer: Benchmark = {
  name: "apiServer",
  deadlineMs: 180_000,
  run: (context) =>
    withWorkspace(context.signal, async (workspace) => {
      const server = await workspace.start("apiServer", await workspace.directory());
      const bare = await workspace.start("httpsEcho", await workspace.directory());
      const bed: Bed = {
        api: await clientOf(server),
        echo: await clientOf(bare),
        databasePath: join(await workspace.directory(), "bare.db"),
        context,
      };
      try {
        return [
          await calls(bed),
          await lists(bed),
          await fanOut(bed, workspace, String(server.ready["kubeconfigPath"])),
        ];
      } finally {
        bed.api.close();
        bed.echo.close();
      }
    }),
};

async function clientOf(child: Child): Promise<KubeClient> {
  return createClient(await loadKubeConfig({ env: {}, paths: [String(child.ready["kubeconfigPath"])] }));
}

function aConfigMap(name: string): AnyObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { text: "x".repeat(1_000) } };
}

async function calls({ api, echo, databasePath, context: { quick, signal, say } }: Bed): Promise<Table> {
  say("calls");
  const count = quick ? 100 : 1_000;
  let round = 0;
  await inParallel(100, width, (index) => api.create(resources.deployments, aDeployment(`status-${index}`)));
  const rate = async (work: (index: number) => Promise<unknown>): Promise<number> =>
    (count / (await inParallel(count, width, work))) * 1_000;
  const contestants = {
    sqlite: () => Promise.resolve((count / insertRows(databasePath, ++round, count)) * 1_000),
    echo: () => rate((index) => echo.raw("POST", "/echo", { body: aConfigMap(`echo-${index}`) })),
    create: () => (
      (round += 1),
      rate((index) => api.create(resources.configMaps, aConfigMap(`map-${round}-${index}`)))
    ),
    patch: () => (
      (round += 1),
      rate((index) =>
        api.patch(
          resources.deployments,
          { namespace, name: `status-${index % 100}` },
          { kind: "merge", body: { status: { replicas: round * count + index } } },
          { subresource: "status" },
        ),
      )
    ),
    get: () => rate((index) => api.get(resources.deployments, { namespace, name: `status-${index % 100}` })),
  };
  const values = await takeTurns(contestants, { warmUps: 1, runs: quick ? 2 : 5 }, signal);
  const unit = "per second";
  const bare = { name: "HTTPS echo", values: values.echo };
  return {
    title: "Calls",
    note: `${width} at a time over kept connections, objects of 1 kB, ${count} calls a run; server and caller are two processes. SQLite: one row of that size a transaction, in the caller's process, with the server's settings.`,
    figures: [
      { what: "bare SQLite inserts", unit, values: values.sqlite },
      { what: "bare HTTPS echo", unit, values: values.echo },
      { what: "create a ConfigMap", unit, values: values.create, reference: bare },
      { what: "patch the status of a Deployment", unit, values: values.patch, reference: bare },
      { what: "get a Deployment", unit, values: values.get, reference: bare },
    ],
  };
}

function aDeployment(name: string): AnyObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "app:v1" }] } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
  };
}

/** Milliseconds for so many rows, a transaction each. */
function insertRows(path: string, round: number, count: number): number {
  const database = openDatabase(path);
  try {
    const insert = database.prepare(
      "INSERT INTO objects (collection, key, revision, body) VALUES ('configmaps', ?, ?, ?)",
    );
    const raise = database.prepare("UPDATE counters SET value = ? WHERE name = 'revision'");
    const body = JSON.stringify(aConfigMap("bare"));
    const started = performance.now();
    for (let index = 0; index < count; index++) {
      database.exec("BEGIN");
      insert.run(`${round}/${index}`, index, body);
      raise.run(index);
      database.exec("COMMIT");
    }
    return performance.now() - started;
  } finally {
    database.close();
  }
}

async function lists({ api, echo, context: { quick, signal, say } }: Bed): Promise<Table> {
  say("lists");
  const count = quick ? 100 : 1_000;
  const labels = { list: "yes" };
  await inParallel(count, width, (index) =>
    api.create(resources.configMaps, {
      ...aConfigMap(`list-${index}`),
      metadata: { name: `list-${index}`, namespace, labels },
    }),
  );
  const listPath = `/api/v1/namespaces/${namespace}/configmaps?labelSelector=list%3Dyes`;
  await echo.raw("POST", "/echo", { body: await api.raw("GET", listPath) });
  const values = await takeTurns(
    {
      echo: () => timed(() => echo.raw("GET", "/echo")),
      list: () => timed(() => api.raw("GET", listPath)),
      paged: () => timed(() => api.list(resources.configMaps, { namespace, labelSelector: "list=yes", limit: 100 })),
    },
    { warmUps: 3, runs: quick ? 3 : 15 },
    signal,
  );
  const reference = { name: "same bytes by HTTPS echo", values: values.echo };
  return {
    title: "Lists",
    note: `${count} ConfigMaps of 1 kB, chosen by a label, one list at a time, parsed by the caller.`,
    figures: [
      { what: "bare HTTPS echo", unit: "ms", values: values.echo },
      { what: "in one answer", unit: "ms", values: values.list, reference },
      { what: "in pages of 100", unit: "ms", values: values.paged, reference },
    ],
  };
}

async function fanOut(bed: Bed, workspace: Workspace, kubeconfigPath: string): Promise<Table> {
  const { api, context } = bed;
  const watchers = await workspace.start("watchers", kubeconfigPath);
  await api.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "watched" } });
  const plain = await plainFigures(bed);
  const figures: Figure[] = [...plain];
  for (const count of [1, 10, 100]) {
    context.say(`${count} watches`);
    await watchers.ask("open", { count, namespace: "watched" });
    figures.push(...(await fanOutTo(bed, watchers, count, plain)));
    await watchers.ask("close");
  }
  return {
    title: "Watch fan-out",
    note: "ConfigMaps are created while so many watches on connections of their own, all in one process, receive them. Burst: 16 writers at full speed. Delay: one write every 20 ms, from before it is sent until the watcher has the parsed event.",
    figures,
  };
}

let writes = 0;

function writeOne(api: KubeClient): Promise<unknown> {
  const metadata = { name: `event-${++writes}`, namespace: "watched" };
  return api.create(resources.configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    data: { sentAt: String(preciseNow()) },
  });
}

type Plain = readonly [writes: Figure, roundTrip: Figure];

/** The same writes with nobody watching, and what a request and its answer take. */
async function plainFigures({ api, echo, context: { quick, signal } }: Bed): Promise<Plain> {
  const times = { warmUps: 1, runs: quick ? 1 : 3 };
  const burst = quick ? 20 : 200;
  const rates = await repeat(
    times,
    signal,
    async () => (burst / (await inParallel(burst, width, () => writeOne(api)))) * 1_000,
  );
  const trips = await repeat(times, signal, async () => {
    const tookMs: number[] = [];
    for (let index = 0; index < burst / 4; index++)
      tookMs.push(await timed(() => echo.raw("POST", "/echo", { body: aConfigMap("trip") })));
    return median(tookMs);
  });
  return [
    { what: "writes in a burst, no watch", unit: "per second", values: rates },
    { what: "bare HTTPS round trip p50", unit: "ms", values: trips },
  ];
}

async function fanOutTo(
  { api, context: { quick, signal } }: Bed,
  watchers: Child,
  count: number,
  [writesAlone, roundTrip]: Plain,
): Promise<Figure[]> {
  const times = { warmUps: 1, runs: quick ? 1 : 3 };
  const burst = quick ? 20 : 200;
  const rates = await repeat(times, signal, async () => {
    const started = preciseNow();
    await inParallel(burst, width, () => writeOne(api));
    const { events, lastAt } = await delivered(watchers, burst * count);
    return { events: (events / (lastAt - started)) * 1_000, written: (burst / (lastAt - started)) * 1_000 };
  });
  const delays = await repeat(times, signal, async () => {
    for (let index = 0; index < (quick ? 10 : 50); index++) {
      await writeOne(api);
      await sleep(20);
    }
    return delivered(watchers, (quick ? 10 : 50) * count);
  });
  const name = count === 1 ? "1 watch" : `${count} watches`;
  return [
    { what: `burst, ${name}`, unit: "events/s", values: rates.map(({ events }) => events) },
    {
      what: `writes in that burst, ${name}`,
      unit: "per second",
      values: rates.map(({ written }) => written),
      reference: { name: "no watch", values: writesAlone.values },
    },
    {
      what: `delay p50, ${name}`,
      unit: "ms",
      values: delays.map(({ p50Ms }) => p50Ms),
      reference: { name: "HTTPS round trip", values: roundTrip.values },
    },
    { what: `delay p99, ${name}`, unit: "ms", values: delays.map(({ p99Ms }) => p99Ms) },
  ];
}

/** Waits until every watch has every event. */
async function delivered(watchers: Child, expected: number): Promise<WatchCount> {
  const deadline = preciseNow() + 20_000;
  while ((await watchers.ask<number>("counted")) < expected) {
    if (preciseNow() > deadline) throw new Error(`fewer than ${expected} events were delivered`);
    await sleep(10);
  }
  return watchers.ask<WatchCount>("collect");
}
