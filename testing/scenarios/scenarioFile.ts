import { parse } from "yaml";
import { listOf, optional, record, ScenarioError, span, text, yesOrNo, anything } from "./reader.ts";
import type { Step } from "./step.ts";
import { stepKinds } from "./steps/index.ts";

export type Scenario = {
  readonly name: string;
  readonly description: string;
  /** It disturbs others, so that it runs alone. */
  readonly alone: boolean;
  readonly timeoutMs: number;
  readonly steps: readonly Step[];
};

const defaultTimeoutMs = 90_000;
const shape = record({ description: text, alone: optional(yesOrNo), timeout: optional(span), steps: listOf(anything) });

/** Reads a scenario. Throws ScenarioError naming the file and the path of what is wrong. */
export function parseScenario(name: string, source: string): Scenario {
  const { description, alone = false, timeout = defaultTimeoutMs, steps } = shape(parsed(name, source), name);
  return {
    name,
    description,
    alone,
    timeoutMs: timeout,
    steps: steps.map((step, index) => readStep(step, `${name}.steps[${index}]`)),
  };
}

function parsed(name: string, source: string): unknown {
  try {
    return parse(source);
  } catch (error) {
    throw new ScenarioError(`${name}: ${(error as Error).message}`);
  }
}

function readStep(value: unknown, path: string): Step {
  const entries = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const [only] = entries;
  if (only === undefined || entries.length > 1)
    throw new ScenarioError(`${path}: a step has exactly one key, its kind`);
  const [kind, args] = only;
  const known = stepKinds[kind];
  if (known === undefined)
    throw new ScenarioError(`${path}.${kind}: unknown kind of step; known are ${Object.keys(stepKinds).join(", ")}`);
  return { kind, ...known.read(args ?? {}, `${path}.${kind}`) };
}
