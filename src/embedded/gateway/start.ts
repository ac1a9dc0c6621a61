import type { Log } from "../../kube/log.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";

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

export function startGateway(_options: GatewayOptions): Promise<EmbeddedGateway> {
  return Promise.reject(new Error("the gateway is not there yet"));
}
