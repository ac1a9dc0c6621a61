import type { Log } from "../../kube/log.ts";
import type { KubeClient } from "../../kube/types.ts";
import { createWorkQueue } from "../../kube/workQueue.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Compiled } from "./compile/compile.ts";
import { createMetricsRegistry } from "./metrics/registry.ts";
import { startMetricsServer } from "./metrics/server.ts";
import { observeGateway } from "./observe.ts";
import { createProxy } from "./proxy/proxy.ts";
import { createReconciler } from "./reconcile.ts";
import { createStatusPublisher } from "./status/publisher.ts";
import { createStatusWriter } from "./status/writer.ts";

export type GatewayAddress = {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly listener: string;
  readonly port: number;
  readonly url: string;
};

export type EmbeddedGateway = {
  /** Where the counters are served, for example `http://127.0.0.1:40123/metrics`. */
  readonly metricsUrl: string;
  /** The listeners that are served now. */
  addresses(): GatewayAddress[];
  /** Resolves when everything is closed after the signal was aborted. */
  readonly stopped: Promise<void>;
};

export type GatewayOptions = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly log?: Log;
  /** `tidegate.dev/embedded-gateway` when absent. */
  readonly controllerName?: string;
  /** `127.0.0.1` when absent. */
  readonly bindAddress?: string;
};

export const defaultControllerName = "tidegate.dev/embedded-gateway";

/**
 * Serves the Gateways of all GatewayClasses with this controller name. Needs nothing of the cluster but its API, so it
 * works with any. Resolves when the caches are filled and the first table is served; rejects with KUBE_TIMEOUT when
 * a kind cannot be listed, for example because the Gateway API is not installed.
 */
export async function startGateway(options: GatewayOptions): Promise<EmbeddedGateway> {
  const { client, clock, random, signal, log = () => {} } = options;
  const { controllerName = defaultControllerName, bindAddress = "127.0.0.1" } = options;
  const metrics = createMetricsRegistry(clock);
  const metricsServer = await startMetricsServer(metrics, bindAddress);
  const metricsUrl = metricsServer.url;
  const proxy = createProxy({ clock, random, metrics, bindAddress });
  const writer = createStatusWriter({ client, clock, controllerName, metricsUrl });
  const queue = createWorkQueue({ clock, random, log });
  const publisher = createStatusPublisher(queue, writer, controllerName);
  const observed = observeGateway(client, { clock, random, log }, () => reconciler.changed());
  const objects = (): ReturnType<typeof observed.objects> => observed.objects(controllerName);
  const reconciler = createReconciler({ clock, proxy, publisher, address: bindAddress, objects, log });

  async function close(): Promise<void> {
    await reconciler.stop();
    await proxy.close();
    await metricsServer.close();
  }

  try {
    await observed.start(signal);
    await reconciler.pass();
  } catch (error) {
    await close();
    throw error;
  }
  const stopped = publisher.run(signal).then(close);
  const addresses = (): GatewayAddress[] => listAddresses(reconciler.current(), new Set(proxy.ports()), bindAddress);
  return { metricsUrl, addresses, stopped };
}

function listAddresses(compiled: Compiled | undefined, ports: ReadonlySet<number>, address: string): GatewayAddress[] {
  return (compiled?.gateways ?? []).flatMap(({ gateway, refusal, listeners }) =>
    listeners
      .filter((listener) => refusal === undefined && listener.refusal === undefined && ports.has(listener.spec.port))
      .map(({ spec }) => ({
        gateway: `${gateway.metadata.namespace}/${gateway.metadata.name}`,
        listener: spec.name,
        port: spec.port,
        url: `http://${address}:${spec.port}`,
      })),
  );
}
