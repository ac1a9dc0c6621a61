import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startApiServer } from "../../src/embedded/api/server.ts";
import { builtInDefinitions } from "../../src/embedded/kinds/builtInDefinitions.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { systemRandom } from "../../src/ports/random.ts";
import { serveParent } from "./parent.ts";

/** The embedded API server and nothing that works on its objects; the argument is its state directory. */
const [, , stateDir = ""] = process.argv;
const server = await startApiServer({
  stateDir,
  port: 0,
  clock: systemClock,
  random: systemRandom,
  definitions: builtInDefinitions,
});
const kubeconfigPath = join(stateDir, "kubeconfig");
await writeFile(kubeconfigPath, server.kubeconfig(), { mode: 0o600 });
serveParent({ kubeconfigPath }, {}, () => server.close());
