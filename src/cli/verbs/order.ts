import { setTimeout as sleep } from "node:timers/promises";
import { TidegateError } from "../../api/error.ts";
import type { Intervention, InterventionAction } from "../../api/intervention.ts";
import { apiVersion } from "../../api/names.ts";
import { resources } from "../../api/resources.ts";
import type { KubeClient } from "../../kube/types.ts";
import { connect, type ConnectOptions } from "../connect.ts";
import { findRelease } from "../findRelease.ts";

export type OrderOptions = ConnectOptions & {
  readonly reason?: string;
  readonly full?: boolean;
  readonly wait: boolean;
};

const answerTimeoutMs = 15_000;

/** Orders are objects: the API server says who asked and whether they may, the controller answers. */
export async function order(action: InterventionAction, given: string, options: OrderOptions): Promise<void> {
  const { client, namespace } = await connect(options);
  try {
    const release = await findRelease(client, namespace, given);
    const { name } = release.metadata;
    const created = await client.create<Intervention>(resources.interventions, {
      apiVersion,
      kind: "Intervention",
      metadata: { name: "", generateName: `${name}-${action}-`, namespace },
      spec: {
        release: name,
        action,
        ...(options.reason === undefined ? {} : { reason: options.reason }),
        ...(options.full === true ? { full: true } : {}),
      },
    });
    if (!options.wait) console.log(`intervention/${created.metadata.name} created`);
    else console.log(`release/${name}: ${await waitForAnswer(client, created)}`);
  } finally {
    client.close();
  }
}

async function waitForAnswer(client: KubeClient, { metadata }: Intervention): Promise<string> {
  for (let waited = 0; waited < answerTimeoutMs; waited += 100) {
    const { status } = await client.get<Intervention>(resources.interventions, metadata);
    if (status?.phase === "Done") return status.message ?? "done";
    if (status?.phase === "Refused")
      throw new TidegateError("ORDER_REFUSED", `refused: ${status.message ?? "no reason was given"}`);
    await sleep(100);
  }
  throw new TidegateError(
    "ORDER_UNANSWERED",
    `nobody answered intervention ${metadata.name} in ${answerTimeoutMs / 1_000} s; is the controller running?`,
  );
}
