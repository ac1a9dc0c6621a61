import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster, type Cluster } from "../../src/embedded/cluster.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { systemRandom } from "../../src/ports/random.ts";

export type TestCluster = {
  readonly cluster: Cluster;
  /** A new directory that goes with the cluster. */
  readonly directory: (name: string) => Promise<string>;
  stop(): Promise<void>;
};

/** A whole embedded cluster with its state in a temporary directory. Pods start in the repository's root. */
export async function startTestCluster(): Promise<TestCluster> {
  const root = await mkdtemp(join(tmpdir(), "tidegate-clients-"));
  const cluster = await startCluster({
    stateDir: join(root, "state"),
    workingDir: new URL("../..", import.meta.url).pathname,
    clock: systemClock,
    random: systemRandom,
    log: () => undefined,
  });
  return {
    cluster,
    directory: async (name) => {
      const path = join(root, name);
      await mkdir(path, { recursive: true });
      return path;
    },
    stop: async () => {
      await cluster.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
