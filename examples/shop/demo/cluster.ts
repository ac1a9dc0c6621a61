import { setTimeout as sleep } from "node:timers/promises";
import { findCondition } from "../../../src/api/conditions.ts";
import type { Delivery } from "../../../src/api/delivery.ts";
import type { AnyObject } from "../../../src/api/object.ts";
import type { Release } from "../../../src/api/release.ts";
import { resources } from "../../../src/api/resources.ts";
import { createClient } from "../../../src/kube/client.ts";
import { loadKubeConfig } from "../../../src/kube/config.ts";
import type { KubeClient } from "../../../src/kube/types.ts";

const namespace = "shop";

/** What the demo reads of the cluster, to know when to go on and what to say at the end. */
export type ShopCluster = {
  deliveryReady(): Promise<void>;
  routeAnswers(url: string): Promise<void>;
  newestRelease(): Promise<Release>;
  /** uid and restarts of each running pod. */
  pods(): Promise<ReadonlyMap<string, number>>;
  close(): void;
};

export async function openShop(kubeconfig: string): Promise<ShopCluster> {
  const client = createClient(await loadKubeConfig({ env: {}, paths: [kubeconfig] }));
  return {
    deliveryReady: () =>
      until(
        "the Delivery is ready",
        async () => findCondition((await getDelivery(client)).status?.conditions, "Ready")?.status === "True",
      ),
    routeAnswers: (url) => until("the shop answers", async () => (await fetch(url)).status === 200),
    newestRelease: async () =>
      client.get<Release>(resources.releases, { namespace, name: (await getDelivery(client)).status?.release ?? "" }),
    pods: async () => podsOf(client),
    close: () => client.close(),
  };
}

function getDelivery(client: KubeClient): Promise<Delivery> {
  return client.get<Delivery>(resources.deliveries, { namespace, name: "shop" });
}

type PodStatus = {
  metadata: { uid?: string; deletionTimestamp?: string };
  status?: { containerStatuses?: { restartCount?: number }[] };
};

async function podsOf(client: KubeClient): Promise<ReadonlyMap<string, number>> {
  const { items } = await client.list<AnyObject & PodStatus>(resources.pods, { namespace, labelSelector: "app=shop" });
  const running = items.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  return new Map(running.map((pod) => [pod.metadata.uid ?? "", pod.status?.containerStatuses?.[0]?.restartCount ?? 0]));
}

const deadlineMs = 30_000;

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  let last = "";
  for (let waited = 0; waited < deadlineMs; waited += 100) {
    try {
      if (await isSo()) return;
    } catch (error) {
      last = error instanceof Error ? `: ${error.message}` : "";
    }
    await sleep(100);
  }
  throw new Error(`${what}: not in ${deadlineMs / 1_000} s${last}`);
}
