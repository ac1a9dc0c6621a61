import { setTimeout as sleep } from "node:timers/promises";
import { compareAnswer, compareEvents, type Answer, type Difference, type Differences } from "./compare.ts";
import { at, conditionFor } from "./conditions.ts";
import { listedDifference } from "./listedDifferences.ts";
import { Connection, type Target } from "./target.ts";
import type { Case, RequestStep, Step } from "./vectors.ts";

export type StepFault = Difference & { readonly step: number; readonly request: string };
export type CaseResult = { readonly faults: readonly StepFault[]; readonly wording: readonly StepFault[] };

const untilDeadlineMs = 20_000;
const untilPauseMs = 50;

/** The state of one case: its values, and the watches that it opened. */
type Run = {
  readonly connection: Connection;
  readonly values: Map<string, string>;
  readonly watches: Map<string, { status: number; events: Promise<unknown[]> }>;
};

/**
 * Replays a recorded case in a namespace and an API group of its own, and returns everything that differs. `id` tells
 * the case from others that run against the same server.
 */
export async function runCase(recorded: Case, target: Target, id: string): Promise<CaseResult> {
  const values = new Map([
    ["ns", `vector-${id}`],
    ["group", `g${id}.example.com`],
  ]);
  const run: Run = { connection: new Connection(target), values, watches: new Map() };
  const result = { faults: [] as StepFault[], wording: [] as StepFault[] };
  try {
    await run.connection.send(namespaceRequest(values.get("ns") ?? ""));
    for (const [index, step] of recorded.steps.entries()) {
      const filled = fill(step, values);
      const differences = await runStep(run, filled, recorded, index);
      const request = "path" in filled ? `${filled.method} ${filled.path}` : JSON.stringify(filled).slice(0, 80);
      result.faults.push(...differences.faults.map((difference) => ({ ...difference, step: index, request })));
      result.wording.push(...differences.wording.map((difference) => ({ ...difference, step: index, request })));
    }
  } finally {
    await cleanUp(run);
  }
  return result;
}

function namespaceRequest(name: string): { method: string; path: string; body: unknown } {
  return {
    method: "POST",
    path: "/api/v1/namespaces",
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
  };
}

async function cleanUp({ connection, values }: Run): Promise<void> {
  const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  await connection.send({ method: "DELETE", path: `${definitions}/widgets.${values.get("group")}` });
  await connection.send({ method: "DELETE", path: `/api/v1/namespaces/${values.get("ns")}` });
  connection.close();
}

async function runStep(run: Run, step: Step, recorded: Case, index: number): Promise<Differences> {
  if ("sleep" in step) await sleep(step.sleep * 1000);
  else if ("watch" in step) run.watches.set(step.as, await run.connection.watch(step.watch));
  else if ("events" in step) return readEvents(run, step);
  else return runRequest(run, step, recorded, index);
  return { faults: [], wording: [] };
}

async function readEvents(run: Run, step: Extract<Step, { events: string }>): Promise<Differences> {
  const watch = run.watches.get(step.events);
  if (watch === undefined) throw new Error(`no watch is called ${step.events}`);
  const differences = compareEvents(step.response, await watch.events);
  if (watch.status !== step.response.status)
    differences.faults.push({ path: "<status>", expected: step.response.status, actual: watch.status });
  return differences;
}

async function runRequest(run: Run, step: RequestStep, recorded: Case, index: number): Promise<Differences> {
  const answer = await settled(run.connection, step);
  for (const [name, path] of Object.entries(step.save ?? {})) run.values.set(name, String(at(answer.body, path)));
  const listed = listedDifference(recorded.name, index);
  if (listed === undefined) return compareAnswer(step.response, answer);
  const complaint = listed.instead(step.response, answer);
  return {
    faults: complaint === undefined ? [] : [{ path: "<listed>", expected: listed.why, actual: complaint }],
    wording: [],
  };
}

/** Sends the request, again and again where the recording waited for something. */
async function settled(connection: Connection, step: RequestStep): Promise<Answer> {
  const holds = step.until === undefined ? undefined : conditionFor(step.until);
  for (let waited = 0; ; waited += untilPauseMs) {
    const answer = await connection.send(step);
    if (holds === undefined || waited > untilDeadlineMs || holds(answer)) return answer;
    await sleep(untilPauseMs);
  }
}

/** The step with the values of the case in place of `{name}`; braces around anything else stay. */
function fill(step: Step, values: ReadonlyMap<string, string>): Step {
  const text = JSON.stringify(step).replaceAll(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
  return JSON.parse(text) as Step;
}
