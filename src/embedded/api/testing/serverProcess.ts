import { builtInDefinitions } from "../../kinds/builtInDefinitions.ts";
import { systemClock } from "../../../ports/clock.ts";
import { systemRandom } from "../../../ports/random.ts";
import { startApiServer } from "../server.ts";

// A server as a process of its own, to be killed: `node serverProcess.ts <state directory>`.
const [, , stateDir = ""] = process.argv;
const { url, caPem, token } = await startApiServer({
  stateDir,
  port: 0,
  clock: systemClock,
  random: systemRandom,
  definitions: builtInDefinitions,
});
process.stdout.write(`${JSON.stringify({ url, caPem, token })}\n`);
