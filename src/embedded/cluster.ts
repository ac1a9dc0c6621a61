import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { customResourceDefinitions } from "../api/crd.ts";
import { fieldManager } from "../api/names.ts";
import type { AnyObject } from "../api/object.ts";
import { controllerUsernames, interlockPolicies, interventionPolicies } from "../api/policies.ts";
import { createClient } from "../kube/client.ts";
import { applyManifest } from "../kube/applyManifests.ts";
import { createResourceMapper } from "../kube/discovery.ts";
import type { Log } from "../kube/log.ts";
import type { KubeClient } from "../kube/types.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { kubeconfigText } from "./api/kubeconfig.ts";
import { startApiServer, type ApiServer } from "./api/server.ts";
import { startControllers } from "./controllers/start.ts";
import { defaultControllerName, startGateway, type EmbeddedGateway } from "./gateway/start.ts";
import { builtInDefinitions } from "./kinds/builtInDefinitions.ts";
import { gatewayApiCustomResourceDefinitions } from "./kinds/gatewayApi.ts";
import { startNodeAgent } from "./node/agent.ts";

export type ClusterOptions = {
  /** Keeps everything: objects, certificates, logs of pods. */
  readonly stateDir: string;
  /** Port of the API server; absent: the one of the last start, or a free one. */
  readonly port?: number | undefined;
  /** Where pods start whose container says no `workingDir`. */
  readonly workingDir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

export type Cluster = {
  readonly url: string;
  readonly kubeconfigPath: string;
  /** For a controller in a process of its own; good until the cluster stops. */
  readonly controllerKubeconfigPath: string;
  /** As the administrator. */
  readonly client: KubeClient;
  /** As Tidegate's own controller, whom the policies know by name. */
  readonly controllerClient: KubeClient;
  readonly gateway: EmbeddedGateway;
  /** Ends pods, gateway and controllers, then the API server. Bounded in time; idempotent. */
  stop(): Promise<void>;
};

const nodeName = "local";
const controllerUser = { username: controllerUsernames[1], groups: ["system:masters", "system:authenticated"] };

/** The cluster in one process: API server, workload controllers, one node that runs pods as processes, and a gateway. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { stateDir, clock, random, log, workingDir } = options;
  const server = await startApiServer({
    stateDir,
    port: options.port,
    clock,
    random,
    definitions: builtInDefinitions,
    log: (message, facts) => log(message, facts),
  });
  const ending = new AbortController();
  const controllerToken = crypto.randomUUID();
  server.addToken(controllerToken, controllerUser);
  const client = clientOf(server, server.token, options);
  const controllerClient = clientOf(server, controllerToken, options);
  try {
    await applyFoundation(client, ending.signal);
    const { signal } = ending;
    await startControllers({ client, clock, random, signal, log });
    const agent = await startNodeAgent({
      client,
      clock,
      random,
      nodeName,
      stateDir: join(stateDir, "node"),
      defaultWorkingDir: workingDir,
      signal,
      log: (line) => log(line),
    });
    server.setPodLogs(agent.podLogs);
    const gateway = await startGateway({ client, clock, random, signal, log });
    const kubeconfigPath = await writeKubeconfig(join(stateDir, "kubeconfig"), server.kubeconfig());
    const controllerKubeconfigPath = await writeKubeconfig(
      join(stateDir, "controller.kubeconfig"),
      kubeconfigText({ url: server.url, caPem: server.caPem, token: controllerToken }),
    );
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      ending.abort();
      await Promise.allSettled([agent.stopped, gateway.stopped]);
      client.close();
      controllerClient.close();
      await server.close();
    };
    return {
      url: server.url,
      kubeconfigPath,
      controllerKubeconfigPath,
      client,
      controllerClient,
      gateway,
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    ending.abort();
    await server.close();
    throw error;
  }
}

function clientOf(server: ApiServer, token: string, { clock, random }: ClusterOptions): KubeClient {
  return createClient(
    { server: server.url, namespace: "default", tls: { caPem: server.caPem }, user: { token } },
    { clock, random },
  );
}

async function writeKubeconfig(path: string, text: string): Promise<string> {
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
  return path;
}

/** The Gateway API, Tidegate's kinds and policies, and a class for the gateway: what a real cluster gets installed. */
async function applyFoundation(client: KubeClient, signal: AbortSignal): Promise<void> {
  const gatewayClass: AnyObject = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GatewayClass",
    metadata: { name: "tidegate" },
    spec: { controllerName: defaultControllerName, description: "The gateway of the embedded cluster" },
  };
  const objects = [
    ...gatewayApiCustomResourceDefinitions,
    ...customResourceDefinitions(),
    ...interlockPolicies(),
    ...interventionPolicies(),
    gatewayClass,
  ];
  const mapper = createResourceMapper(client);
  for (const object of objects) await applyManifest(client, mapper, object, { fieldManager, force: true, signal });
}
