import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { resources } from "../../api/resources.ts";
import { createClient } from "../../kube/client.ts";
import type { KubeClient } from "../../kube/types.ts";
import { systemClock } from "../../ports/clock.ts";
import { systemRandom } from "../../ports/random.ts";
import { aPod } from "../../../testing/builders/pod.ts";
import { until } from "../../../testing/fakes/until.ts";
import { startApiServer } from "../api/server.ts";
import { builtInDefinitions } from "../kinds/builtInDefinitions.ts";
import { startNodeAgent } from "./agent.ts";
import type { Pod, PodCondition, PodStatus } from "./podTypes.ts";

const ended: (() => Promise<void>)[] = [];
const ref = { namespace: "default", name: "web-1" };

afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});

async function aCluster(): Promise<KubeClient> {
  const directory = await mkdtemp(join(tmpdir(), "tidegate-cluster-"));
  ended.push(() => rm(directory, { recursive: true, force: true }));
  const ports = { clock: systemClock, random: systemRandom };
  const api = await startApiServer({ ...ports, stateDir: directory, definitions: builtInDefinitions });
  ended.push(() => api.close());
  const user = { token: api.token };
  const client = createClient({ server: api.url, namespace: "default", tls: { caPem: api.caPem }, user });
  ended.push(async () => client.close());
  const stopping = new AbortController();
  const stateDir = join(directory, "node");
  const agent = await startNodeAgent({ ...ports, client, nodeName: "node-1", stateDir, signal: stopping.signal });
  ended.push(async () => {
    stopping.abort();
    await agent.stopped;
  });
  api.setPodLogs(agent.podLogs);
  return client;
}

async function statusOf(client: KubeClient): Promise<PodStatus | undefined> {
  return (await client.get<Pod>(resources.pods, ref)).status;
}

function readyOf(status: PodStatus | undefined): PodCondition | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

describe("a node of the embedded API server", () => {
  it("runs a pod, serves its log, records its events and ends it", async () => {
    const client = await aCluster();
    const command = ["sh", "-c", 'echo "at $IP"; exec sleep 60'];
    const env = [{ name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }];
    const pod = aPod({ ...ref, containers: [{ name: "web", image: "shop:1", command, env }] });
    delete pod.metadata.uid;
    delete pod.metadata.generation;
    await client.create(resources.pods, pod);
    await until(async () => readyOf(await statusOf(client))?.status === "True");
    const status = await statusOf(client);
    expect(status).toMatchObject({ phase: "Running", observedGeneration: 1, containerStatuses: [{ ready: true }] });
    expect(readyOf(status)).not.toHaveProperty("reason");
    const path = "/api/v1/namespaces/default/pods/web-1/log";
    await until(async () => (await client.raw("GET", path)) === `at ${status?.podIP}\n`);
    await until(async () => (await client.list(resources.events)).items[0]?.["reason"] === "Started");
    await client.delete(resources.pods, ref);
    await until(async () => (await client.list(resources.pods)).items.length === 0);
  });
});
