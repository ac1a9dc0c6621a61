import { messageOf } from "../../api/error.ts";
import type { Log } from "../../kube/log.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Compiled } from "./compile/compile.ts";
import { compile } from "./compile/compile.ts";
import type { GatewayObjects } from "./compile/objects.ts";
import type { Proxy } from "./proxy/proxy.ts";
import type { StatusPublisher } from "./status/publisher.ts";

export type ReconcilerOptions = {
  readonly clock: Clock;
  readonly proxy: Proxy;
  readonly publisher: StatusPublisher;
  readonly address: string;
  readonly objects: () => GatewayObjects;
  readonly log: Log;
};

export type Reconciler = {
  /** Asks for a pass; changes of one moment share it. */
  changed(): void;
  /** Compiles, applies and queues statuses once; waits for a pass that is under way. */
  pass(): Promise<void>;
  /** What is served now. */
  current(): Compiled | undefined;
  /** No pass begins after this; resolves when the one under way has ended. */
  stop(): Promise<void>;
};

const defectRetryMs = 1000;

/** Objects to table to data plane to status, one pass at a time and in that order. */
export function createReconciler({ clock, proxy, publisher, address, objects, log }: ReconcilerOptions): Reconciler {
  let wanted: (() => void) | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let retry: (() => void) | undefined;
  let compiled: Compiled | undefined;
  let stopped = false;
  const reported = new Map<number, string>();

  async function once(): Promise<void> {
    if (stopped) return;
    const next = compile(objects());
    const { problems, retryAfterMs } = await proxy.apply(next.table);
    compiled = next;
    publisher.publish(next, { portProblems: problems, address });
    report(problems);
    retry?.();
    retry = retryAfterMs === undefined ? undefined : clock.schedule(retryAfterMs, changed);
  }

  function report(problems: ReadonlyMap<number, string>): void {
    for (const port of reported.keys()) if (!problems.has(port)) reported.delete(port);
    for (const [port, message] of problems) {
      if (reported.get(port) !== message) log("a port cannot be opened", { port, message });
      reported.set(port, message);
    }
  }

  function pass(): Promise<void> {
    underWay = underWay.then(once).catch((error: unknown) => {
      log("a pass of the gateway failed", { error: messageOf(error) });
      if (!stopped) retry ??= clock.schedule(defectRetryMs, changed);
    });
    return underWay;
  }

  function changed(): void {
    if (stopped) return;
    wanted ??= clock.schedule(0, () => {
      wanted = undefined;
      void pass();
    });
  }

  return {
    changed,
    pass,
    current: () => compiled,
    async stop() {
      stopped = true;
      wanted?.();
      retry?.();
      await underWay;
      retry?.();
    },
  };
}
