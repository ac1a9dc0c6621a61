import type { Clock } from "../../ports/clock.ts";
import type { MetricSource } from "../../ports/metricSource.ts";

export type GatewaySourceOptions = {
  /** The gateway's metrics endpoint. */
  readonly url: string;
  readonly clock: Clock;
  /** From the first to the last byte. Default 2,000. */
  readonly timeoutMs?: number;
  /** Default 16 MiB. */
  readonly maxBytes?: number;
};

export function createGatewaySource(_options: GatewaySourceOptions): MetricSource {
  throw new Error("not ready");
}
