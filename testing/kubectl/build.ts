// Gets the kubectls that the test suite runs: `node testing/kubectl/build.ts [version...]`.
import { buildKubectl } from "./buildKubectl.ts";
import { isCached } from "./cache.ts";
import { kubectlVersions } from "./versions.ts";

const ending = new AbortController();
process.once("SIGINT", () => ending.abort());
process.once("SIGTERM", () => ending.abort());

const asked = process.argv.slice(2);
for (const version of asked.length > 0 ? asked : kubectlVersions) {
  if (!isCached(version)) console.log(`building kubectl ${version} from its Go modules, which takes some minutes`);
  console.log(await buildKubectl(version, ending.signal));
}
