import { messageOf } from "../../../api/error.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";
import type { MetricsRegistry } from "../metrics/registry.ts";
import type { RouteTable } from "../routeTable.ts";
import { emptyRouteTable } from "../routeTable.ts";
import type { ProxyContext } from "./context.ts";
import { createEndpointPools } from "./endpoints.ts";
import type { PortListener } from "./listener.ts";
import { openListener } from "./listener.ts";
import { seriesKeysOf } from "./seriesKeys.ts";

export type Applied = {
  /** Ports that cannot be had, with what a person can do about it. */
  readonly problems: ReadonlyMap<number, string>;
  /** When `apply` is to be called again for them; undefined when all is well. */
  readonly retryAfterMs: number | undefined;
};

export type Proxy = {
  /**
   * Serves this table from now on: ports that stay change at once and in one step, requests under way are not touched.
   * Resolves when the ports that were added are open too. Not to be called again before that.
   */
  apply(table: RouteTable): Promise<Applied>;
  /** The ports that are open. */
  ports(): number[];
  close(): Promise<void>;
};

export type ProxyOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: MetricsRegistry;
  readonly bindAddress: string;
  /** `performance.now` when absent. */
  readonly elapsedMs?: () => number;
};

type Trouble = { readonly message: string; readonly failures: number; readonly retryAt: number };

const firstRetryMs = 250;
const maxRetryMs = 10_000;

export function createProxy(options: ProxyOptions): Proxy {
  const { clock, random, metrics, bindAddress, elapsedMs = () => performance.now() } = options;
  const pools = createEndpointPools();
  const context: ProxyContext = { clock, random, elapsedMs, metrics, pools, mirrors: { underWay: 0 } };
  const listeners = new Map<number, PortListener>();
  const troubles = new Map<number, Trouble>();
  const closing = new Set<Promise<void>>();
  let current = emptyRouteTable;

  function shut(port: number, listener: PortListener): void {
    listeners.delete(port);
    const closed = listener.close().finally(() => closing.delete(closed));
    closing.add(closed);
  }

  async function open(port: number): Promise<void> {
    const before = troubles.get(port);
    if (before !== undefined && clock.now() < before.retryAt) return;
    try {
      listeners.set(port, await openListener(context, { address: bindAddress, port }, () => current.ports.get(port)));
      troubles.delete(port);
    } catch (error) {
      const failures = (before?.failures ?? 0) + 1;
      const retryAt = clock.now() + Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(10, failures - 1));
      troubles.set(port, { message: explain(error, bindAddress, port), failures, retryAt });
    }
  }

  return {
    async apply(table) {
      current = table;
      pools.swap(table);
      metrics.retain(seriesKeysOf(table));
      for (const [port, listener] of listeners) if (!table.ports.has(port)) shut(port, listener);
      for (const port of troubles.keys()) if (!table.ports.has(port)) troubles.delete(port);
      const missing = [...table.ports.keys()].filter((port) => !listeners.has(port));
      await Promise.all(missing.map(open));
      const problems = new Map([...troubles].map(([port, { message }]) => [port, message]));
      const retryAt = Math.min(...[...troubles.values()].map((trouble) => trouble.retryAt));
      return { problems, retryAfterMs: troubles.size === 0 ? undefined : Math.max(0, retryAt - clock.now()) };
    },
    ports: () => [...listeners.keys()],
    async close() {
      for (const [port, listener] of listeners) shut(port, listener);
      await Promise.all(closing);
      pools.close();
    },
  };
}

function explain(error: unknown, address: string, port: number): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return `Port ${port} of ${address} is in use by another process; stop that process or give the listener another port. It is tried again by itself`;
  }
  if (code === "EACCES") {
    return `Port ${port} of ${address} needs a privilege that the gateway does not have; give the listener a port above 1023`;
  }
  return `Port ${port} of ${address} cannot be opened: ${messageOf(error)}`;
}
