import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { resources } from "../../src/api/resources.ts";
import { startObserver, type Observer } from "../observer/observer.ts";
import type { Bed } from "./bed.ts";
import { startEmbeddedBed } from "./embedded/embeddedBed.ts";
import { namespacePrefix, runScenario, type ScenarioResult } from "./runScenario.ts";
import { parseScenario, type Scenario } from "./scenarioFile.ts";

const root = fileURLToPath(new URL("../../examples/scenarios/", import.meta.url));
const { values } = parseArgs({
  options: { only: { type: "string", multiple: true }, parallel: { type: "string", default: "3" } },
});

const goneWithinMs = 30_000;

type Found = { readonly scenario: Scenario; readonly folder: string };

async function readScenarios(): Promise<readonly Found[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name === "scenario.yaml")
    .map((entry) => entry.parentPath);
  const found = await Promise.all(
    files.toSorted().map(async (folder) => ({
      folder,
      scenario: parseScenario(folder.slice(root.length), await readFile(join(folder, "scenario.yaml"), "utf8")),
    })),
  );
  const wanted = values.only ?? [];
  const unknown = wanted.find((name) => !found.some(({ scenario }) => scenario.name === name));
  if (unknown !== undefined)
    throw new Error(
      `there is no scenario ${unknown}; there are ${found.map(({ scenario }) => scenario.name).join(", ")}`,
    );
  return wanted.length === 0 ? found : found.filter(({ scenario }) => wanted.includes(scenario.name));
}

async function runAll(found: readonly Found[], bed: Bed, observer: Observer): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  const work = async (queue: Found[]): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = await runScenario(next.scenario, next.folder, bed, observer);
      results.push(result);
      tell(result);
    }
  };
  const beside = found.filter(({ scenario }) => !scenario.alone);
  await Promise.all(Array.from({ length: Number(values.parallel) }, () => work(beside)));
  await work(found.filter(({ scenario }) => scenario.alone));
  return results;
}

function tell({ name, tookMs, load, failure }: ScenarioResult): void {
  const seconds = `${(tookMs / 1_000).toFixed(1)} s`.padStart(8);
  console.log(`${failure === undefined ? "passed" : "FAILED"} ${seconds}  ${name}${load === "" ? "" : `  (${load})`}`);
  if (failure !== undefined) console.log(failure);
}

/** Deleted namespaces have to go, whatever state their Deliveries and Releases were in. */
async function namespacesLeft({ client }: Bed): Promise<readonly string[]> {
  const end = Date.now() + goneWithinMs;
  for (;;) {
    const { items } = await client.list(resources.namespaces);
    const left = items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(namespacePrefix));
    if (left.length === 0 || Date.now() >= end) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function main(): Promise<number> {
  const startedMs = Date.now();
  const found = await readScenarios();
  const bed = await startEmbeddedBed();
  try {
    const observer = await startObserver(bed.client);
    const results = await runAll(found, bed, observer);
    const leftBehind = await namespacesLeft(bed);
    if (leftBehind.length > 0)
      console.log(`not gone ${goneWithinMs / 1_000} s after their deletion: ${leftBehind.join(", ")}`);
    for (const crash of bed.crashes) console.log(crash);
    for (const spot of observer.blindSpots) console.log(`observer: ${spot}`);
    await observer.stop();
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    console.log(`in ${((Date.now() - startedMs) / 1_000).toFixed(0)} s:`);
    console.log(`${results.length - failed} passed, ${failed} failed`);
    return failed + bed.crashes.length + observer.blindSpots.length + leftBehind.length === 0 ? 0 : 1;
  } finally {
    await bed.stop();
  }
}

process.exitCode = await main();
