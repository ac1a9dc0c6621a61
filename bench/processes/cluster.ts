import { fileURLToPath } from "node:url";
import { startCluster } from "../../src/embedded/cluster.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { systemRandom } from "../../src/ports/random.ts";
import { serveParent } from "./parent.ts";

/** The embedded cluster without Tidegate's controller; the argument is its state directory. */
const [, , stateDir = ""] = process.argv;
const workingDir = fileURLToPath(new URL("../..", import.meta.url));
const cluster = await startCluster({ stateDir, workingDir, clock: systemClock, random: systemRandom, log: () => {} });
const { kubeconfigPath, controllerKubeconfigPath } = cluster;
serveParent({ kubeconfigPath, controllerKubeconfigPath }, {}, () => cluster.stop());
