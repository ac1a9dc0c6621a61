import { check, claimShape, listObjects } from "../claim.ts";
import { optional, record, span, text } from "../reader.ts";
import { StepFailed, stepKind, until } from "../step.ts";
import { isDeepStrictEqual } from "node:util";
import { valueAt } from "../match.ts";
import type { ScenarioContext } from "../context.ts";

const defaultWithinMs = 20_000;

export const waitUntil = stepKind(
  record({ ...claimShape, within: optional(span) }),
  async ({ within = defaultWithinMs, ...claim }, context) => {
    await until(() => check(context, claim), within, context.signal);
  },
);

export const expect = stepKind(record(claimShape), async (claim, context) => {
  const problems = await check(context, claim);
  if (problems.length > 0) throw new StepFailed(problems.join("; "));
});

/** It is so, and stays so for a while. */
export const stays = stepKind(record({ ...claimShape, for: span }), async ({ for: forMs, ...claim }, context) => {
  const end = Date.now() + forMs;
  while (Date.now() < end) {
    const problems = await check(context, claim);
    if (problems.length > 0) throw new StepFailed(problems.join("; "));
    context.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

const which = { as: text, kind: text, name: optional(text), selector: optional(text), field: optional(text) };

/** Keeps what is at a field of the object (or of all of a kind) under a name, to be compared with later. */
export const remember = stepKind(record(which), async ({ as, ...about }, context) => {
  context.remembered.set(as, await pick(context, about));
});

export const expectSame = stepKind(record(which), async ({ as, ...about }, context) => {
  const now = await pick(context, about);
  const before = context.remembered.get(as);
  if (!isDeepStrictEqual(now, before))
    throw new StepFailed(`${as} was ${JSON.stringify(before)} and is ${JSON.stringify(now)}`);
});

/** Without a field: uids and, of pods, the counts of restarts, by name. */
async function pick(
  context: ScenarioContext,
  about: { kind: string; name?: string; selector?: string; field?: string },
): Promise<unknown> {
  const objects = await listObjects(context, about.kind, about.selector);
  const named = objects
    .filter((object) => about.name === undefined || object.metadata.name === about.name)
    .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  return named.map((object) => {
    if (about.field !== undefined) return valueAt(object, about.field);
    const statuses = valueAt(object, "status.containerStatuses");
    const restarts = Array.isArray(statuses) ? statuses.map((status) => valueAt(status, "restartCount")) : [];
    return [object.metadata.name, object.metadata.uid, ...restarts];
  });
}
