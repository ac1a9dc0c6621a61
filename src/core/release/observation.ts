import type { Delivery } from "../../api/delivery.ts";
import type { Intervention } from "../../api/intervention.ts";
import type { Condition } from "../../api/object.ts";
import type { Release } from "../../api/release.ts";
import type { JudgeWindow } from "../judge/index.ts";
import type { TrafficCapabilities, TrafficGoal } from "../traffic/goal.ts";

/** Everything that a decision may depend on, read at one moment; frozen plain data. */
export type Observation = {
  readonly nowMs: number;
  readonly delivery: Delivery;
  /** All Releases of the Delivery, by ascending number. */
  readonly releases: readonly Release[];
  /** Interventions about one of them that have no answer yet, oldest first. */
  readonly interventions: readonly Intervention[];
  readonly workload: WorkloadView | undefined;
  readonly replicaSets: readonly ReplicaSetView[];
  readonly service: ServiceView | undefined;
  readonly contenderService: { readonly name: string; readonly deleting: boolean } | undefined;
  readonly traffic: TrafficView;
  readonly interlock: "policy" | "reactive";
  /** Reasons outside the Delivery why it cannot work, most important first. */
  readonly problems: readonly Problem[];
  /** Counted since the last pass; absent when it was not time to look. */
  readonly look: EvidenceLook | undefined;
  /** The answer of a probe that `probeWanted` asked for. */
  readonly probe: ProbeResult | undefined;
};

export type Problem = {
  readonly reason:
    | "WorkloadNotFound"
    | "WorkloadUnsuitable"
    | "WorkloadClaimed"
    | "ServiceNotFound"
    | "ServiceUnsuitable"
    | "RouteNotFound"
    | "RouteUnsuitable"
    | "RouteClaimed"
    | "PlanUnsuitable";
  readonly message: string;
};

export type WorkloadView = {
  readonly name: string;
  readonly uid: string;
  readonly deleting: boolean;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly paused: boolean;
  readonly managed: boolean;
  /** Content of the annotation tidegate.dev/held. */
  readonly held: string | undefined;
  readonly templateHash: string;
  readonly images: readonly string[];
  readonly source: Readonly<Record<string, string>>;
  readonly conditions: readonly Condition[];
  /** All replicas run the template of the spec, are available, and nothing else runs. */
  readonly rolledOut: boolean;
};

export type ReplicaSetView = {
  readonly name: string;
  readonly uid: string;
  readonly templateHash: string;
  readonly podTemplateHash: string;
  /** Who controls it. */
  readonly owner: "workload" | "release" | "nobody" | "other";
  readonly ownerName: string | undefined;
  /** Pods wanted. */
  readonly replicas: number;
  /** Pods that exist. */
  readonly current: number;
  readonly ready: number;
  readonly deleting: boolean;
  readonly images: readonly string[];
  readonly pods: readonly PodView[];
};

export type PodView = {
  readonly name: string;
  readonly uid: string;
  readonly ip: string | undefined;
  readonly ready: boolean;
  readonly startedAtMs: number | undefined;
  readonly restarts: number;
  /** `CrashLoopBackOff`, `ErrImagePull`, ...: why a container waits. */
  readonly waitingReason: string | undefined;
  readonly waitingMessage: string | undefined;
};

export type ServiceView = {
  readonly name: string;
  readonly deleting: boolean;
  readonly selector: Readonly<Record<string, string>>;
  /** Ready endpoints by the pod-template-hash of their pods. */
  readonly endpoints: Readonly<Record<string, number>>;
};

/** What the router says is in force. */
export type TrafficView = {
  readonly router: "gatewayAPI" | "pods";
  readonly capabilities: TrafficCapabilities;
  /** The goal that all routes carry now; undefined when they carry none, or not the same. */
  readonly live: TrafficGoal | undefined;
  /** No route carries anything of Tidegate's. */
  readonly pristine: boolean;
  /** Every parent of every route has accepted the newest version. */
  readonly accepted: boolean;
  /** Why it is not accepted, in words. */
  readonly pending: string | undefined;
  /** Rules of each route as the user wrote them, as JSON. */
  readonly originals: Readonly<Record<string, string>>;
  /** Who wrote the routes last, where that was not Tidegate. */
  readonly rewrittenBy: string | undefined;
  /** True when a route that the Delivery names is missing. */
  readonly missing: boolean;
};

export type EvidenceLook =
  | { readonly kind: "window"; readonly window: JudgeWindow }
  | { readonly kind: "error"; readonly message: string };

export type Track = "stable" | "contender";

export type ProbeResult = { readonly track: Track; readonly reached: boolean; readonly message: string };
