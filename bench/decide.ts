import { decide } from "../src/core/release/decide.ts";
import type { Observation } from "../src/core/release/observation.ts";
import { takeTurns, type Benchmark, type BenchContext, type Figure } from "./harness.ts";
import { fiftySteps, fourSteps, idleObservation, releasingObservation } from "./observations.ts";

type Case = { readonly what: string; readonly rule: string; readonly obs: Observation };

/** Decisions a second; what a decision may cost is measured by writing down what it looked at. */
export const decideBenchmark: Benchmark = {
  name: "decide",
  deadlineMs: 60_000,
  async run(context) {
    const cases: readonly Case[] = [
      { what: "idle Delivery", rule: "templateIsStable", obs: idleObservation() },
      { what: "release in a step, with a new window", rule: "stepRunning", obs: releasingObservation(fourSteps, 1) },
      { what: "the same in step 25 of 50", rule: "stepRunning", obs: releasingObservation(fiftySteps, 24) },
    ];
    const figures: Figure[] = [];
    for (const one of cases) figures.push(...(await measure(one, context)));
    const note =
      "One process, no I/O: what the controller does with an observation. The reference writes the same observation as JSON once; the ratio is of rates, so 2 means twice as fast as that.";
    return [{ title: "Decisions", note, figures }];
  },
};

async function measure({ what, rule, obs }: Case, { quick, signal, say }: BenchContext): Promise<Figure[]> {
  say(what);
  const decided = decide(obs).because.rule;
  if (decided !== rule)
    throw new Error(`${what}: decided by rule ${decided}, not ${rule}, so this measures something else`);
  const forMs = quick ? 50 : 250;
  let kept = 0;
  const rates = await takeTurns(
    {
      decide: () => Promise.resolve(rateOf(forMs, () => (kept += decide(obs).commands.length))),
      stringify: () => Promise.resolve(rateOf(forMs, () => (kept += JSON.stringify(obs).length))),
    },
    { warmUps: 1, runs: quick ? 3 : 5 },
    signal,
  );
  if (kept === 0) throw new Error(`${what}: nothing was done`);
  return [
    { what, unit: "decisions/s", values: rates.decide, reference: { name: "JSON.stringify", values: rates.stringify } },
  ];
}

/** Calls a second, over so many milliseconds. */
function rateOf(forMs: number, work: () => void): number {
  const started = performance.now();
  let calls = 0;
  let elapsedMs = 0;
  while (elapsedMs < forMs) {
    for (let index = 0; index < 20; index++) work();
    calls += 20;
    elapsedMs = performance.now() - started;
  }
  return (calls / elapsedMs) * 1_000;
}
