import { isTidegateError, messageOf } from "../../api/error.ts";
import type { AnyObject, KubeObject } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { NodeFacts } from "./nodeObject.ts";
import { nodeObject, nodeStatus } from "./nodeObject.ts";
import { microSeconds } from "./times.ts";

export type RegistrationDeps = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly address: string;
  readonly maxPods: number;
  readonly log: (line: string) => void;
};

export interface Registration {
  /** Renews the lease and reports the node until the signal is aborted. */
  keep(signal: AbortSignal): Promise<void>;
  /** Says that the node no longer runs pods. */
  withdraw(signal: AbortSignal): Promise<void>;
}

const LEASE_NAMESPACE = "kube-node-lease";
const RENEW_MS = 10_000;
const LEASE_SECONDS = 40;
const REPORT_MS = 300_000;
const RETRY_MS = 200;

/** Makes the Node, or takes over the one of that name, and its Lease. Tries again until the signal is aborted. */
export async function register(deps: RegistrationDeps, signal: AbortSignal): Promise<Registration> {
  const { client, clock, nodeName, log } = deps;
  const facts = (ready: boolean): NodeFacts => ({
    name: nodeName,
    address: deps.address,
    maxPods: deps.maxPods,
    ready,
    nowMs: clock.now(),
  });
  const ref = { name: nodeName };

  async function report(ready: boolean, within: AbortSignal): Promise<AnyObject> {
    const former = await getOrUndefined(client, within);
    const node = former ?? (await client.create(resources.nodes, nodeObject(facts(ready)), { signal: within }));
    const body = { status: nodeStatus(facts(ready), former) };
    await client.patch(resources.nodes, ref, { kind: "strategic", body }, { subresource: "status", signal: within });
    return node;
  }

  async function getOrUndefined(from: KubeClient, within: AbortSignal): Promise<AnyObject | undefined> {
    try {
      return await from.get(resources.nodes, ref, { signal: within });
    } catch (error) {
      if (isTidegateError(error, "KUBE_NOT_FOUND")) return undefined;
      throw error;
    }
  }

  async function attempt<T>(what: string, run: () => Promise<T>, within: AbortSignal): Promise<T | undefined> {
    for (let waitMs = RETRY_MS; !within.aborted; waitMs = Math.min(RENEW_MS, waitMs * 2)) {
      try {
        return await run();
      } catch (error) {
        if (!within.aborted) log(`${what} of node ${nodeName} failed: ${messageOf(error)}`);
        await clock.sleep(waitMs, within);
      }
    }
    return undefined;
  }

  const node = await attempt("registration", () => report(true, signal), signal);
  await attempt("lease", () => renewLease(deps, node, signal), signal);
  return {
    async keep(within) {
      let reportAtMs = clock.now() + REPORT_MS;
      for (;;) {
        await clock.sleep(RENEW_MS, within);
        if (within.aborted) return;
        await attempt("lease", () => renewLease(deps, node, within), within);
        if (clock.now() < reportAtMs) continue;
        await attempt("report", () => report(true, within), within);
        reportAtMs = clock.now() + REPORT_MS;
      }
    },
    async withdraw(within) {
      await report(false, within).catch((error: unknown) =>
        log(`withdrawal of node ${nodeName} failed: ${messageOf(error)}`),
      );
    },
  };
}

async function renewLease(
  { client, clock, nodeName }: RegistrationDeps,
  node: AnyObject | undefined,
  signal: AbortSignal,
): Promise<void> {
  const renewTime = microSeconds(clock.now());
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime };
  const ref = { namespace: LEASE_NAMESPACE, name: nodeName };
  try {
    await client.patch(resources.leases, ref, { kind: "merge", body: { spec } }, { signal });
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
    await createLease(client, leaseObject(nodeName, node, spec), signal);
  }
}

async function createLease(client: KubeClient, lease: KubeObject, signal: AbortSignal): Promise<void> {
  try {
    await client.create(resources.leases, lease, { signal });
  } catch (error) {
    if (!isTidegateError(error, "KUBE_NOT_FOUND")) throw error;
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: LEASE_NAMESPACE } };
    await client.create<KubeObject>(resources.namespaces, namespace, { signal });
    await client.create(resources.leases, lease, { signal });
  }
}

function leaseObject(nodeName: string, node: AnyObject | undefined, spec: object): AnyObject {
  const owner = { apiVersion: "v1", kind: "Node", name: nodeName, uid: node?.metadata.uid ?? "" };
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: nodeName, namespace: LEASE_NAMESPACE, ...(owner.uid === "" ? {} : { ownerReferences: [owner] }) },
    spec,
  };
}
