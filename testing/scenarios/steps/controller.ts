import type { Release } from "../../../src/api/release.ts";
import { resources } from "../../../src/api/resources.ts";
import { record, text, wholeNumber } from "../reader.ts";
import { StepFailed, stepKind } from "../step.ts";
import type { ScenarioContext } from "../context.ts";

export const restartController = stepKind(record({}), async (_args, { bed }) => {
  await bed.killController();
  await bed.startController();
});

/** From now on the controller is killed and started again each time that the release's phase, step or hand-over changes. */
export const killAtEveryStep = stepKind(record({ release: text }), ({ release }, context) => {
  const ending = new AbortController();
  let kills = 0;
  const signal = AbortSignal.any([ending.signal, context.signal]);
  const done = killOnChange(context, release, signal, () => {
    kills += 1;
  });
  done.catch(() => undefined);
  context.background.set(release, {
    count: () => kills,
    async stop() {
      ending.abort();
      await done;
    },
  });
  return Promise.resolve();
});

async function killOnChange(
  { bed, client, namespace }: ScenarioContext,
  name: string,
  signal: AbortSignal,
  killed: () => void,
): Promise<void> {
  let seen = "";
  while (!signal.aborted) {
    const state = await stateOf(client, namespace, name);
    if (state !== undefined && state !== seen) {
      seen = state;
      await bed.killController();
      await bed.startController();
      killed();
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stateOf(
  client: ScenarioContext["client"],
  namespace: string,
  name: string,
): Promise<string | undefined> {
  try {
    const { status } = await client.get<Release>(resources.releases, { namespace, name });
    return `${status?.phase} ${status?.intent} ${status?.step?.index} ${status?.handOver} ${status?.warm}`;
  } catch (error) {
    if ((error as { code?: string }).code === "KUBE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Ends the killing, and asks that there was enough of it. */
export const stopKilling = stepKind(
  record({ release: text, atLeast: wholeNumber }),
  async ({ release, atLeast }, { background }) => {
    const running = background.get(release);
    if (running === undefined) throw new StepFailed(`nobody kills the controller at the steps of ${release}`);
    await running.stop();
    if (running.count() < atLeast)
      throw new StepFailed(`the controller was killed ${running.count()} times, not ${atLeast}`);
  },
);
