import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { PodLogs } from "../wire/podLogs.ts";

export type NodeAgentOptions = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly nodeName: string;
  /** Directory of this agent alone: process records, logs and volumes. Made when missing. */
  readonly stateDir: string;
  /** The range of which each pod gets an address of its own; `127.64.0.0/10` when absent. */
  readonly addresses?: { readonly cidr: string } | undefined;
  /** Delay before the second restart of a container in a row, doubled up to 5 minutes; 10,000 when absent. */
  readonly restartBackoffMs?: number | undefined;
  /** Where processes start whose container has no `workingDir`; the agent's own directory when absent. */
  readonly defaultWorkingDir?: string | undefined;
  /** How long pods may take to end when the agent is stopped, whatever their own grace period; 5,000 when absent. */
  readonly stopGraceMs?: number | undefined;
  /** Ends the agent and every process that it started. */
  readonly signal: AbortSignal;
  readonly log?: ((line: string) => void) | undefined;
};

export type NodeAgent = {
  readonly podLogs: PodLogs;
  /** Resolves when, after the signal was aborted, no process of any pod is left. */
  readonly stopped: Promise<void>;
};

/**
 * Starts a node that runs pods as local processes: registers the Node, keeps its Lease, and does for every pod bound
 * to it what a kubelet does. Resolves when the node is registered and the pods are known.
 */
export async function startNodeAgent(options: NodeAgentOptions): Promise<NodeAgent> {
  throw new Error(`not started: ${options.nodeName}`);
}
