import { startController } from "../../src/controller/manager.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadKubeConfig } from "../../src/kube/config.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { systemRandom } from "../../src/ports/random.ts";

/** Tidegate's controller in a process of its own, so that it can be killed; the argument is its kubeconfig. */
const [kubeconfig = ""] = process.argv.slice(2);
const config = await loadKubeConfig({ env: {}, paths: [kubeconfig] });
const client = createClient(config, { userAgent: "tidegate-controller", clock: systemClock, random: systemRandom });
const ending = new AbortController();
const log = (message: string, facts?: object): void =>
  console.log(JSON.stringify({ at: new Date().toISOString(), message, ...facts }));
const controller = await startController({ client, clock: systemClock, random: systemRandom, log }, ending.signal);
console.log("ready");
// Nobody is left who would end it.
process.stdin.on("end", () => ending.abort());
process.stdin.resume();
process.on("SIGTERM", () => ending.abort());
process.on("SIGINT", () => ending.abort());
await controller.stopped;
client.close();
process.exit(0);
