import { startController } from "../controller/manager.ts";
import { startCluster, type Cluster } from "../embedded/cluster.ts";
import type { Log } from "../kube/log.ts";
import { systemClock } from "../ports/clock.ts";
import { systemRandom } from "../ports/random.ts";
import { forgetProcess, recordProcess } from "./clusterProcess.ts";

export type RunOptions = {
  readonly stateDir: string;
  readonly port: number | undefined;
  readonly verbose: boolean;
  readonly ready: () => void;
};

/** Runs cluster and controller in this process until SIGINT or SIGTERM; a second signal ends it at once. */
export async function runCluster(options: RunOptions): Promise<void> {
  const { stateDir, port } = options;
  const log: Log = options.verbose
    ? (message, facts) => console.log(JSON.stringify({ at: new Date().toISOString(), message, ...facts }))
    : () => {};
  const deps = { clock: systemClock, random: systemRandom, log };
  const cluster = await startCluster({ ...deps, stateDir, port, workingDir: process.cwd() });
  const ending = new AbortController();
  const controller = await startController({ ...deps, client: cluster.controllerClient }, ending.signal);
  recordProcess(stateDir);
  const signalled = firstSignal();
  options.ready();
  await signalled;
  await stop(cluster, ending, controller.stopped);
  forgetProcess(stateDir);
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const onSignal = (): void => {
      count += 1;
      if (count > 1) process.exit(130);
      resolve();
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}

async function stop(cluster: Cluster, ending: AbortController, controllerStopped: Promise<void>): Promise<void> {
  ending.abort();
  await controllerStopped;
  await cluster.stop();
}
