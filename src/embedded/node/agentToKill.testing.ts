import { resources } from "../../api/resources.ts";
import { systemClock } from "../../ports/clock.ts";
import { systemRandom } from "../../ports/random.ts";
import { aPod } from "../../../testing/builders/pod.ts";
import { createFakeKubeClient } from "../../../testing/fakes/kubeClient.ts";
import { until } from "../../../testing/fakes/until.ts";
import { startNodeAgent } from "./agent.ts";
import type { Pod } from "./podTypes.ts";

/** A node in a process of its own, which prints its pod once that runs and waits to be killed. */
const [, , stateDir = ""] = process.argv;
const client = createFakeKubeClient(Date.now);
const signal = new AbortController().signal;
// A process that outlives the pipe that it writes to.
const command = ["sh", "-c", "trap '' PIPE; exec sleep 60"];
client.put(resources.pods, aPod({ containers: [{ name: "web", image: "shop:1", command }] }));
await startNodeAgent({ client, clock: systemClock, random: systemRandom, nodeName: "node-1", stateDir, signal });
const pod = (): Pod | undefined => client.find(resources.pods, { namespace: "shop", name: "web-1" }) as Pod | undefined;
await until(
  () => pod()?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true,
);
process.stdout.write(`${JSON.stringify(pod())}\n`);
