import { setTimeout as sleep } from "node:timers/promises";
import { resources } from "../src/api/resources.ts";
import { createClient } from "../src/kube/client.ts";
import { loadKubeConfig } from "../src/kube/config.ts";
import type { KubeClient } from "../src/kube/types.ts";
import { countsSince, totalOf, type RequestCounts } from "./countingClient.ts";
import { inParallel, preciseNow, type Benchmark, type BenchContext, type Figure } from "./harness.ts";
import { numberText } from "./markdown.ts";
import { processStats } from "./processStats.ts";
import { buildProcess } from "./built.ts";
import { withWorkspace, type Workspace } from "./workspace.ts";
import type { Child } from "./child.ts";

const namespace = "idle";
/** Keeps V8 from setting much memory aside for objects that die young, of which there are many while lists are read. */
const smallHeap = "--optimize-for-size";
const width = 16;
const adoptTimeoutMs = 120_000;

type Idle = {
  readonly count: number;
  readonly rssAdopted: number;
  readonly rss: number;
  readonly cpuPerMinute: number;
  readonly requests: RequestCounts;
};
type Bed = {
  readonly client: KubeClient;
  readonly workspace: Workspace;
  readonly kubeconfig: string;
  /** The controller as it is published. */
  readonly built: string;
  readonly context: BenchContext;
};

/** What the controller costs while nothing happens. */
export const memory: Benchmark = {
  name: "memory",
  deadlineMs: 360_000,
  run: (context) =>
    withWorkspace(context.signal, async (workspace) => {
      const cluster = await workspace.start("cluster", await workspace.directory());
      const config = await loadKubeConfig({ env: {}, paths: [String(cluster.ready["kubeconfigPath"])] });
      const client = createClient(config);
      try {
        await client.create(resources.namespaces, {
          apiVersion: "v1",
          kind: "Namespace",
          metadata: { name: namespace },
        });
        const built = await buildProcess("controller", await workspace.directory());
        const kubeconfig = String(cluster.ready["controllerKubeconfigPath"]);
        const bed: Bed = { client, workspace, kubeconfig, built, context };
        const sizes = context.quick ? [0, 20] : [0, 100, 1_000];
        const all: Idle[] = [];
        for (const size of sizes) all.push(await measure(bed, all.at(-1)?.count ?? 0, size));
        const bareRss = [await rssOf(await workspace.start(await buildProcess("bare", await workspace.directory())))];
        const variant = async (what: string, child: Child): Promise<Figure> => ({
          what: `${numberText(sizes.at(-1) ?? 0)}: RSS, ${what}`,
          unit: "MB",
          values: [await rssOf(child)],
          reference: { name: "bare Node", values: bareRss },
        });
        const variants = [
          await variant(`node ${smallHeap}`, await workspace.startWith([smallHeap], built, kubeconfig)),
          await variant("run from source", await workspace.start("controller", kubeconfig)),
        ];
        const figures = [...all.flatMap((idle) => figuresOf(idle, bareRss)), ...variants];
        return [{ title: "Idle Deliveries", note: noteOf(context), figures }];
      } finally {
        client.close();
      }
    }),
};

/** Long for the size that has bounds: the kernel counts CPU time in steps of 10 ms. */
function idleMs(quick: boolean, count: number): number {
  if (quick) return 5_000;
  return count === 1_000 ? 30_000 : 10_000;
}

function noteOf({ quick }: BenchContext): string {
  return `The controller in a process of its own, built as it is published; Deployments without pods, Deliveries adopted. RSS after adoption: of the process that adopted them. The rest: of a process started afterwards, over ${idleMs(quick, 1_000) / 1_000} s (${idleMs(quick, 0) / 1_000} s with fewer than 1,000) in which nothing happens; CPU time scaled to a minute. Bounds apply to 1,000.`;
}

/** One controller adopts what is new, then another one is watched doing nothing. */
async function measure(bed: Bed, before: number, count: number): Promise<Idle> {
  const { context, workspace, kubeconfig, built } = bed;
  context.say(`${count} Deliveries`);
  const first = await workspace.start(built, kubeconfig);
  await inParallel(count - before, width, (index) => addDelivery(bed.client, `app-${before + index}`));
  await adopted(bed, count);
  await settled(first);
  const rssAdopted = processStats(first.pid).rssMegabytes;
  await first.stop();
  const second = await workspace.start(built, kubeconfig);
  await settled(second);
  const [startStats, startCounts, startedAt] = [
    processStats(second.pid),
    await second.ask<RequestCounts>("counts"),
    preciseNow(),
  ];
  await sleep(idleMs(context.quick, count), undefined, { signal: context.signal });
  const minutes = (preciseNow() - startedAt) / 60_000;
  const stats = processStats(second.pid);
  const requests = countsSince(startCounts, await second.ask<RequestCounts>("counts"));
  await second.stop();
  return {
    count,
    rssAdopted,
    rss: stats.rssMegabytes,
    cpuPerMinute: (stats.cpuSeconds - startStats.cpuSeconds) / minutes,
    requests,
  };
}

/** Of a process at rest, which is ended then. */
async function rssOf(child: Child): Promise<number> {
  await sleep(2 * quietMs);
  const { rssMegabytes } = processStats(child.pid);
  await child.stop();
  return rssMegabytes;
}

async function addDelivery(client: KubeClient, name: string): Promise<void> {
  for (const [resource, object] of [
    [
      resources.deployments,
      { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec: deploymentSpec(name) },
    ],
    [
      resources.services,
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace },
        spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
      },
    ],
    [
      resources.deliveries,
      {
        apiVersion: "tidegate.dev/v1alpha1",
        kind: "Delivery",
        metadata: { name, namespace },
        spec: deliverySpec(name),
      },
    ],
  ] as const) {
    await client.create(resource, object);
  }
}

function deploymentSpec(name: string): Record<string, unknown> {
  const labels = { app: name };
  const env = Array.from({ length: 10 }, (_, index) => ({
    name: `SETTING_${index}`,
    value: `value ${index} of ${name}`,
  }));
  const container = {
    name: "app",
    image: `${name}:v1`,
    env,
    ports: [{ name: "http", containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/healthz", port: "http" } },
  };
  return {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  };
}

function deliverySpec(name: string): Record<string, unknown> {
  return {
    workload: { name },
    service: { name, port: "http" },
    plan: {
      steps: [
        { weight: 5, for: "2m" },
        { weight: 25, for: "5m" },
        { weight: 50, for: "5m" },
      ],
    },
  };
}

/** Waits until every Delivery says that its workload serves. */
async function adopted({ client, context: { signal } }: Bed, count: number): Promise<void> {
  const deadline = preciseNow() + adoptTimeoutMs;
  for (;;) {
    const { items } = await client.list(resources.deliveries, { namespace });
    const idle = items.filter(
      (delivery) => (delivery["status"] as { phase?: string } | undefined)?.phase === "Idle",
    ).length;
    if (idle >= count) return;
    if (preciseNow() > deadline) throw new Error(`only ${idle} of ${count} Deliveries were adopted`);
    await sleep(500, undefined, { signal });
  }
}

const quietMs = 3_000;
const settleTries = 20;

/** Waits until the controller has asked nothing and worked on nothing for a while, and the garbage of the start is gone. */
async function settled(controller: Child): Promise<void> {
  for (let tries = 0; tries < settleTries; tries++) {
    const before = {
      cpu: processStats(controller.pid).cpuSeconds,
      requests: totalOf(await controller.ask<RequestCounts>("counts")),
    };
    await sleep(quietMs);
    const requests = totalOf(await controller.ask<RequestCounts>("counts"));
    if (requests === before.requests && processStats(controller.pid).cpuSeconds - before.cpu < 0.05) return;
  }
  throw new Error("the controller does not come to rest");
}

function figuresOf({ count, rssAdopted, rss, cpuPerMinute, requests }: Idle, bareRss: readonly number[]): Figure[] {
  const reference = { name: "bare Node", values: bareRss };
  const bounded = <T extends object>(bound: T): T | Record<string, never> => (count === 1_000 ? bound : {});
  const writesAndReads = Object.entries(requests).filter(([name]) => !name.startsWith("watch "));
  return [
    { what: `${numberText(count)}: RSS after adoption`, unit: "MB", values: [rssAdopted], reference },
    {
      what: `${numberText(count)}: RSS`,
      unit: "MB",
      values: [rss],
      reference,
      ...bounded({ bound: { of: "max", atMost: 130 } as const }),
    },
    {
      what: `${numberText(count)}: CPU`,
      unit: "s/minute",
      values: [cpuPerMinute],
      ...bounded({ bound: { of: "max", atMost: 0.15 } as const }),
    },
    {
      what: `${numberText(count)}: API requests but watches`,
      unit: "",
      values: [writesAndReads.reduce((sum, [, number]) => sum + number, 0)],
      bound: { of: "max", atMost: 0 },
    },
  ];
}
