import type { KubeClient } from "../../kube/types.ts";
import type { Clock } from "../../ports/clock.ts";
import type { AddressPool } from "./addresses.ts";
import type { Backoff } from "./containerRecord.ts";
import type { PodEvents } from "./podEvents.ts";
import type { ProcessLedger } from "./processLedger.ts";

/** What all pods of a node share. */
export type PodDeps = {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly hostIP: string;
  readonly addresses: AddressPool;
  readonly ledger: ProcessLedger;
  readonly events: PodEvents;
  readonly backoff: Backoff;
  readonly defaultWorkingDir: string;
  /** The mark of this node's processes. */
  readonly owner: string;
  /** Where the pods' directories are. */
  readonly podsDirectory: string;
  /** Takes one of the node's places for pods, or tells why there is none. */
  readonly admit: (uid: string) => string | undefined;
  readonly dismiss: (uid: string) => void;
  /** Aborted when nothing more is to be written to the API. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
};
