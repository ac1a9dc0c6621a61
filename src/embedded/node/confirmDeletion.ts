import { isTidegateError, messageOf } from "../../api/error.ts";
import { resources } from "../../api/resources.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Pod } from "./podTypes.ts";

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 5000;

/** Tells the API that nothing of the pod is left, again until it is heard or the signal is aborted. */
export async function confirmDeletion(
  pod: Pod,
  deps: { readonly client: KubeClient; readonly clock: Clock; readonly log: (line: string) => void },
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  for (let waitMs = FIRST_RETRY_MS; !signal.aborted; waitMs = Math.min(MAX_RETRY_MS, waitMs * 2)) {
    try {
      return await deps.client.delete(resources.pods, { namespace, name }, { uid, gracePeriodSeconds: 0, signal });
    } catch (error) {
      // It is gone already, or another pod has taken its name.
      if (isTidegateError(error, "KUBE_NOT_FOUND", "KUBE_CONFLICT")) return;
      if (!signal.aborted) deps.log(`deletion of pod ${namespace}/${name} was not confirmed: ${messageOf(error)}`);
      await deps.clock.sleep(waitMs, signal);
    }
  }
}
