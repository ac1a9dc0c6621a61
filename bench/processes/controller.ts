import { startController } from "../../src/controller/manager.ts";
import { createClient } from "../../src/kube/client.ts";
import { loadKubeConfig } from "../../src/kube/config.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { systemRandom } from "../../src/ports/random.ts";
import { countingClient } from "../countingClient.ts";
import { serveParent } from "./parent.ts";

/** Tidegate's controller, with its API requests counted; the argument is its kubeconfig. */
const [, , kubeconfig = ""] = process.argv;
const config = await loadKubeConfig({ env: {}, paths: [kubeconfig] });
const counted = countingClient(createClient(config, { clock: systemClock, random: systemRandom }));
const ending = new AbortController();
const controller = await startController(
  { client: counted.client, clock: systemClock, random: systemRandom, log: () => {} },
  ending.signal,
);
serveParent({}, { counts: () => counted.counts() }, async () => {
  ending.abort();
  await controller.stopped;
  counted.client.close();
});
