import type { KubeClient } from "../../src/kube/types.ts";

/** A cluster that scenarios run on. */
export interface Bed {
  readonly name: string;
  /** As a user who may do everything. */
  readonly client: KubeClient;
  /** Class of the Gateways that serve here. */
  readonly gatewayClass: string;
  /** A port that no other scenario of this run has, and the address where its listener is reached. */
  openPort(): Promise<{ readonly port: number; readonly url: string }>;
  /** Ends the controller as a power failure would. */
  killController(): Promise<void>;
  /** Resolves when it is at work. */
  startController(): Promise<void>;
  /** The newest log lines of the controller about one namespace. */
  controllerLog(namespace: string, lines: number): readonly string[];
  /** Each time that the controller ended though nobody killed it, in its last words. */
  readonly crashes: readonly string[];
  stop(): Promise<void>;
}
