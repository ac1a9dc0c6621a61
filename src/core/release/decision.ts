import type { DeliveryStatus } from "../../api/delivery.ts";
import type { Reason } from "../../api/reasons.ts";
import type { ReleaseSpec, ReleaseStatus } from "../../api/release.ts";
import type { TrafficGoal } from "../traffic/goal.ts";

/**
 * Deeds as data. Each is idempotent, names what it expects, and is checked again against the live object just before
 * it is done.
 */
export type Command =
  | { readonly kind: "adoptWorkload" }
  | { readonly kind: "leaveWorkload"; readonly unpause: boolean }
  | { readonly kind: "pauseWorkload"; readonly held: string }
  | { readonly kind: "unpauseWorkload" }
  | { readonly kind: "reportToWorkload"; readonly message: string }
  | { readonly kind: "addFinalizer" }
  | { readonly kind: "removeFinalizer" }
  | {
      readonly kind: "createRelease";
      readonly name: string;
      readonly spec: ReleaseSpec;
      readonly status: ReleaseStatus;
    }
  | { readonly kind: "sealRelease"; readonly name: string }
  | { readonly kind: "deleteRelease"; readonly name: string }
  | {
      readonly kind: "createContender";
      readonly release: string;
      readonly templateHash: string;
      readonly replicas: number;
    }
  | {
      readonly kind: "takeOverReplicaSet";
      readonly release: string;
      readonly name: string;
      readonly uid: string;
      readonly replicas: number;
    }
  | { readonly kind: "giveBackReplicaSet"; readonly name: string; readonly uid: string }
  | { readonly kind: "scaleReplicaSet"; readonly name: string; readonly uid: string; readonly replicas: number }
  | { readonly kind: "deleteReplicaSet"; readonly name: string; readonly uid: string }
  | { readonly kind: "handOver"; readonly name: string; readonly uid: string; readonly replicas: number }
  | { readonly kind: "createContenderService"; readonly release: string; readonly podTemplateHash: string }
  | { readonly kind: "deleteContenderService" }
  | { readonly kind: "selectPods"; readonly selector: Readonly<Record<string, string>> }
  | { readonly kind: "splitTraffic"; readonly goal: TrafficGoal; readonly originals: Readonly<Record<string, string>> }
  | { readonly kind: "restoreTraffic"; readonly originals: Readonly<Record<string, string>> }
  | {
      readonly kind: "answer";
      readonly intervention: string;
      readonly phase: "Done" | "Refused";
      readonly message: string;
    }
  | {
      readonly kind: "emit";
      readonly about: "delivery" | "release";
      readonly type: "Normal" | "Warning";
      readonly reason: Reason;
      readonly message: string;
    };

export type Because = {
  /** Name of the rule that decided. */
  readonly rule: string;
  readonly reason: Reason;
  /** Plain words with the numbers. */
  readonly message: string;
  readonly facts?: Readonly<Record<string, string>>;
};

export type Decision = {
  readonly because: Because;
  /** Written before the commands are carried out. */
  readonly releaseStatus?: { readonly name: string; readonly status: ReleaseStatus };
  readonly deliveryStatus?: DeliveryStatus;
  readonly commands: readonly Command[];
  /** When to look again though nothing was seen to change; absent: only on change. */
  readonly lookAgainMs?: number;
};
