import { resources } from "../../src/api/resources.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadKubeConfig } from "../../src/kube/config.ts";
import { preciseNow, quantile } from "../harness.ts";
import { serveParent } from "./parent.ts";

export type WatchCount = {
  readonly events: number;
  readonly lastAt: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** Many watches of the ConfigMaps of one namespace on connections of their own; the argument is the kubeconfig. */
const [, , kubeconfig = ""] = process.argv;
const client = createClient(await loadKubeConfig({ env: {}, paths: [kubeconfig] }));
let ending = new AbortController();
let delays: number[] = [];
let lastAt = 0;

/** Opens so many, and resolves when each has delivered the object that is written meanwhile, again and again. */
async function open({ count, namespace }: { count: number; namespace: string }): Promise<void> {
  ending = new AbortController();
  const { resourceVersion } = await client.list(resources.configMaps, { namespace, limit: 0 });
  const opened = new Set<number>();
  const watches = Array.from({ length: count }, async (_, index) => {
    for await (const event of client.watch(resources.configMaps, {
      namespace,
      resourceVersion,
      signal: ending.signal,
    })) {
      if (event.type === "BOOKMARK" || event.type === "ERROR") continue;
      opened.add(index);
      note(event.object["data"]);
    }
  });
  for (const watch of watches) watch.catch(() => undefined);
  const deadline = preciseNow() + 10_000;
  for (let turn = 0; opened.size < count; turn++) {
    if (preciseNow() > deadline) throw new Error(`only ${opened.size} of ${count} watches deliver`);
    const metadata = { name: `opening-${count}-${turn}`, namespace };
    await client.create(resources.configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  collect();
}

function note(data: unknown): void {
  const sentAt = Number((data as { sentAt?: string } | undefined)?.sentAt);
  if (Number.isNaN(sentAt)) return;
  lastAt = preciseNow();
  delays.push(lastAt - sentAt);
}

/** What was delivered since the last time. */
function collect(): WatchCount {
  const counted = { events: delays.length, lastAt, p50Ms: quantile(delays, 0.5), p99Ms: quantile(delays, 0.99) };
  delays = [];
  return counted;
}

serveParent({}, { open, counted: () => delays.length, collect, close: () => ending.abort() }, () => {
  ending.abort();
  client.close();
  return Promise.resolve();
});
