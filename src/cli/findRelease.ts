import type { Delivery } from "../api/delivery.ts";
import { isTidegateError, TidegateError } from "../api/error.ts";
import type { Release } from "../api/release.ts";
import { resources } from "../api/resources.ts";
import type { KubeClient } from "../kube/types.ts";

/** A Release by its own name (also as `release/NAME`), or the newest of the Delivery of that name. Throws USAGE. */
export async function findRelease(client: KubeClient, namespace: string, given: string): Promise<Release> {
  const name = given.replace(/^(releases?|rel)(\.tidegate\.dev)?\//, "");
  const release = await getOrNothing<Release>(() => client.get<Release>(resources.releases, { namespace, name }));
  if (release !== undefined) return release;
  const delivery = await getOrNothing<Delivery>(() => client.get<Delivery>(resources.deliveries, { namespace, name }));
  if (delivery === undefined)
    throw new TidegateError(
      "USAGE",
      `there is neither a Release nor a Delivery ${name} in namespace ${namespace}; tidegate get releases -A lists what there is`,
    );
  if (delivery.status?.release === undefined)
    throw new TidegateError("USAGE", `Delivery ${name} has had no release yet`);
  return client.get<Release>(resources.releases, { namespace, name: delivery.status.release });
}

async function getOrNothing<T>(get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    if (isTidegateError(error, "KUBE_NOT_FOUND")) return undefined;
    throw error;
  }
}
