import { startCluster } from "../../../src/embedded/cluster.ts";
import { systemClock } from "../../../src/ports/clock.ts";
import { systemRandom } from "../../../src/ports/random.ts";

/** The embedded cluster without Tidegate's controller, in a process of its own; the argument is its state directory. */
const [stateDir = ""] = process.argv.slice(2);
const log = (message: string, facts?: object): void => {
  if (process.env["SCENARIO_VERBOSE"] === "1") console.log(JSON.stringify({ message, ...facts }));
};
const cluster = await startCluster({
  stateDir,
  workingDir: process.cwd(),
  clock: systemClock,
  random: systemRandom,
  log,
});
console.log(`ready ${cluster.kubeconfigPath}`);
let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await cluster.stop();
  process.exit(0);
};
// Nobody is left who would end it.
process.stdin.on("end", () => void stop());
process.stdin.resume();
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
