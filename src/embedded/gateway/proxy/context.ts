import type { Clock } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";
import type { MetricsRegistry } from "../metrics/registry.ts";
import type { EndpointPools } from "./endpoints.ts";

/** What every request under way shares. */
export type ProxyContext = {
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds on a clock that only measures; with fractions, since latency buckets start at 1 ms. */
  readonly elapsedMs: () => number;
  readonly metrics: MetricsRegistry;
  readonly pools: EndpointPools;
  readonly mirrors: { underWay: number };
};

/** Deadlines and bounds of the data plane. */
export const proxyLimits = {
  connectTimeoutMs: 3000,
  maxAttempts: 4,
  /** A client connection on which nothing moved for so long is closed, and what hangs on it with it. */
  clientIdleMs: 600_000,
  keepAliveMs: 75_000,
  maxClientConnections: 20_000,
  mirrorTimeoutMs: 30_000,
  maxMirrors: 256,
  maxMirrorBufferBytes: 1_048_576,
  /** How long requests under way may take after their listener was removed. */
  drainMs: 10_000,
} as const;
