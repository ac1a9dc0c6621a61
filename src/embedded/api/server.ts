import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { PodLogs } from "../wire/podLogs.ts";
import type { ResourceDefinition, UserInfo } from "../wire/resource.ts";

export type ApiServerOptions = {
  /** Directory of database, certificates and token; made when absent, mode 0700. */
  readonly stateDir: string;
  /** 0 or absent: a free one. */
  readonly port?: number | undefined;
  /** Address to listen on, 127.0.0.1 when absent. */
  readonly host?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** The built-in kinds. */
  readonly definitions: readonly ResourceDefinition[];
  readonly log?: ((message: string, facts?: Record<string, unknown>) => void) | undefined;
  /** Closes the server when aborted. */
  readonly signal?: AbortSignal | undefined;
};

export type ApiServer = {
  readonly url: string;
  readonly port: number;
  readonly caPem: string;
  /** The administrator's bearer token (group system:masters). */
  readonly token: string;
  /** A kubeconfig as YAML text, CA and token inside. */
  kubeconfig(): string;
  setPodLogs(source: PodLogs): void;
  /** Lets a further bearer token in, for that user. */
  addToken(token: string, user: UserInfo): void;
  /** Ends watches and connections, then closes the database. Idempotent. */
  close(): Promise<void>;
};

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  throw new Error(`not up yet: ${options.stateDir}`);
}
