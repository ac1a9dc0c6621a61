import type { ContainerRecord } from "./containerRecord.ts";
import type { Pod } from "./podTypes.ts";

/** All that the status of a pod follows from. */
export type PodView = {
  readonly pod: Pod;
  readonly records: readonly ContainerRecord[];
  readonly hostIP: string;
  readonly podIP: string | undefined;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly ending: boolean;
  /** Why the pod cannot be run at all at present, such as a full node. */
  readonly obstacle?: { readonly reason: string; readonly message: string } | undefined;
};
