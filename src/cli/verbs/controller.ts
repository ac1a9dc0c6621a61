import { startController } from "../../controller/manager.ts";
import type { Log } from "../../kube/log.ts";
import { systemClock } from "../../ports/clock.ts";
import { systemRandom } from "../../ports/random.ts";
import { connect, type ConnectOptions } from "../connect.ts";

/** `tidegate controller`: runs until SIGINT or SIGTERM, then ends what is under way. */
export async function controller(options: ConnectOptions & { readonly verbose?: boolean }): Promise<void> {
  const { client, server } = await connect(options);
  const log: Log = (message, facts) => {
    if (options.verbose === true) console.log(JSON.stringify({ at: new Date().toISOString(), message, ...facts }));
  };
  const ending = new AbortController();
  process.once("SIGINT", () => ending.abort());
  process.once("SIGTERM", () => ending.abort());
  const { stopped } = await startController(
    { client, clock: systemClock, random: systemRandom, log, namespace: options.namespace },
    ending.signal,
  );
  console.log(
    `The controller watches ${options.namespace === undefined ? "all namespaces" : `namespace ${options.namespace}`} of ${server}`,
  );
  await stopped;
  client.close();
}
