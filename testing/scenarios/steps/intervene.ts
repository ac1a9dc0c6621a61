import { resources } from "../../../src/api/resources.ts";
import { findObject, type ScenarioContext } from "../context.ts";
import { valueAt } from "../match.ts";
import { anything, optional, record, text } from "../reader.ts";
import { StepFailed, stepKind, until } from "../step.ts";
import { fieldManager } from "./writes.ts";

const interveneShape = {
  release: text,
  action: text,
  full: optional(anything),
  reason: optional(text),
  answer: optional(text),
  says: optional(text),
};
let orders = 0;

/** Creates an Intervention and waits for its answer. */
export const intervene = stepKind(
  record(interveneShape),
  async ({ release, action, full, reason, answer = "Done", says = "" }, context) => {
    const { client, namespace, signal } = context;
    const name = `${release}-${action}-${++orders}`;
    const spec = {
      release,
      action,
      ...(full === undefined ? {} : { full }),
      ...(reason === undefined ? {} : { reason }),
    };
    await client.create(
      resources.interventions,
      { apiVersion: "tidegate.dev/v1alpha1", kind: "Intervention", metadata: { name, namespace }, spec },
      { fieldManager, signal },
    );
    await until(() => answerProblems(context, name, answer, says), 10_000, signal);
  },
);

async function answerProblems(context: ScenarioContext, name: string, answer: string, says: string): Promise<string[]> {
  const order = await findObject(context, "Intervention", name);
  const phase = valueAt(order, "status.phase") as string | undefined;
  const message = valueAt(order, "status.message");
  if (phase !== undefined && phase !== answer)
    throw new StepFailed(`the order was answered ${phase} (${String(message)}), not ${answer}`);
  if (phase === undefined) return ["the order has no answer"];
  if (!String(message).includes(says)) throw new StepFailed(`the answer was "${String(message)}", not "${says}"`);
  const actor = valueAt(order, "spec.actor.username");
  return typeof actor === "string" && actor !== "" ? [] : ["the order carries no actor"];
}
