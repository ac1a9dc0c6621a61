import type { ProbeResult, Problem, Track, TrafficView } from "../core/release/observation.ts";
import type { TrafficCapabilities, TrafficGoal } from "../core/traffic/goal.ts";

/** Whose traffic is moved. */
export type TrafficSubject = {
  readonly namespace: string;
  readonly delivery: string;
  /** The user's Service: the backend of the stable track. */
  readonly stableService: string;
  readonly contenderService: string;
  readonly routes: readonly string[];
  readonly probePath: string;
};

/** Splits traffic between two Services. Writes throw TidegateError with a `KUBE_*` code; a conflict is safe to retry. */
export interface TrafficRouter {
  readonly kind: TrafficView["router"];
  readonly capabilities: TrafficCapabilities;
  /** What is in force, from caches; no I/O. */
  observe(subject: TrafficSubject): TrafficView;
  /** Why this subject's traffic cannot be moved; empty when it can. */
  problems(subject: TrafficSubject): readonly Problem[];
  /** Makes every route carry the goal and the probe rules. Does nothing where it does already. */
  split(
    subject: TrafficSubject,
    goal: TrafficGoal,
    originals: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Puts every route back as its user wrote it. */
  restore(subject: TrafficSubject, originals: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
  /** Who it was that wrote a route past Tidegate; undefined when nobody did. Reads the route. Never throws. */
  writerOf(subject: TrafficSubject, signal: AbortSignal): Promise<string | undefined>;
  /** Asks through the data plane whether it reaches a track, ten times in a row. Never throws. */
  probe(subject: TrafficSubject, track: Track, signal: AbortSignal): Promise<ProbeResult>;
}
