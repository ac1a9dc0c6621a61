import { messageOf } from "../../src/api/error.ts";
import type { AnyObject } from "../../src/api/object.ts";
import { resources } from "../../src/api/resources.ts";
import type { Release } from "../../src/api/release.ts";
import { tellStory } from "../../src/core/release/story.ts";
import { createResourceMapper } from "../../src/kube/discovery.ts";
import { findViolations } from "../observer/invariants.ts";
import type { LoadReport } from "../load/report.ts";
import type { Observer } from "../observer/observer.ts";
import type { Seen } from "../observer/seen.ts";
import type { Bed } from "./bed.ts";
import type { ScenarioContext } from "./context.ts";
import type { Scenario } from "./scenarioFile.ts";

export type ScenarioResult = {
  readonly name: string;
  readonly tookMs: number;
  /** What its loads saw, all together, in words; empty without a load. */
  readonly load: string;
  /** Absent when it passed. */
  readonly failure?: string;
};

export const namespacePrefix = "scenario-";
const logLines = 30;

/** Runs one scenario in a namespace of its own, with an observer beside it; leaves nothing behind. */
export async function runScenario(
  scenario: Scenario,
  folder: string,
  bed: Bed,
  observer: Observer,
): Promise<ScenarioResult> {
  const startedMs = Date.now();
  const namespace = `${namespacePrefix}${scenario.name}`;
  const { port, url } = await bed.openPort();
  const ending = new AbortController();
  const context: ScenarioContext = {
    bed,
    client: bed.client,
    mapper: createResourceMapper(bed.client),
    namespace,
    folder,
    url,
    variables: { GATEWAY_PORT: String(port), GATEWAY_CLASS: bed.gatewayClass },
    loads: new Map(),
    loadReports: new Map(),
    remembered: new Map(),
    background: new Map(),
    signal: AbortSignal.any([ending.signal, AbortSignal.timeout(scenario.timeoutMs)]),
  };
  await bed.client.create(resources.namespaces, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  const failed = await runSteps(scenario, context);
  const load = await endBackground(context, ending);
  const { events, atRest } = await observer.take(namespace);
  const violations = findViolations(events);
  const broken = violations.map(
    ({ invariant, version, at, message }) =>
      `  invariant ${invariant} broken at revision ${version} (${at}): ${message}`,
  );
  const restless = failed === undefined && !atRest ? [`  something still writes: ${lastWrites(events)}`] : [];
  const failure = [...(failed === undefined ? [] : [failed]), ...broken, ...restless];
  const told = failure.length === 0 ? undefined : [...failure, ...(await whatWasGoingOn(context))].join("\n");
  await bed.client
    .delete(resources.namespaces, { name: namespace }, { propagationPolicy: "Background" })
    .catch(() => undefined);
  return {
    name: scenario.name,
    tookMs: Date.now() - startedMs,
    load,
    ...(told === undefined ? {} : { failure: told }),
  };
}

function lastWrites(events: readonly Seen[]): string {
  const last = events.slice(-10).map(({ kind, object }) => `${kind} ${object.metadata.name}`);
  return [...new Set(last)].join(", ");
}

async function runSteps(scenario: Scenario, context: ScenarioContext): Promise<string | undefined> {
  for (const [index, step] of scenario.steps.entries()) {
    try {
      context.signal.throwIfAborted();
      await step.run(context);
    } catch (error) {
      const why = context.signal.aborted
        ? `the scenario took longer than ${scenario.timeoutMs / 1_000} s`
        : messageOf(error);
      return `  step ${index + 1} of ${scenario.steps.length}, ${step.kind} ${step.told}\n  ${why}`;
    }
  }
  return undefined;
}

/** Resolves with what all loads have seen, in words. */
async function endBackground(context: ScenarioContext, ending: AbortController): Promise<string> {
  await Promise.allSettled([...context.background.values()].map((running) => running.stop()));
  const told: string[] = [];
  for (const [name, load] of context.loads) told.push(summary(name, await load.stop().catch(() => load.report())));
  ending.abort();
  return told.join("; ");
}

function summary(name: string, { requests, foreignFailures, unsent, versions, stalledMs }: LoadReport): string {
  const each = Object.entries(versions).map(
    ([version, { requests: count, latencyMs }]) =>
      `v${version} ${count} p50 ${latencyMs.p50} p99 ${latencyMs.p99} max ${latencyMs.max} ms`,
  );
  return `${name}: ${requests} requests, ${foreignFailures} failed${unsent === 0 ? "" : `, ${unsent} not sent`}, ${each.join(", ")}${stalledMs > 100 ? `, generator stalled ${stalledMs} ms` : ""}`;
}

async function whatWasGoingOn({ bed, client, namespace }: ScenarioContext): Promise<string[]> {
  const { items } = await client
    .list<Release>(resources.releases, { namespace })
    .catch(() => ({ items: [] as Release[] }));
  const stories = items.flatMap((release) => tellStory(release).map((line) => `  | ${line}`));
  const deliveries = await client.list(resources.deliveries, { namespace }).catch(() => ({ items: [] as AnyObject[] }));
  const states = deliveries.items.map(
    (delivery) => `  | Delivery ${delivery.metadata.name}: ${JSON.stringify(delivery["status"])}`,
  );
  return [...states, ...stories, ...bed.controllerLog(namespace, logLines).map((line) => `  > ${line}`)];
}
