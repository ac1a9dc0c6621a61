import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { messageOf, TidegateError } from "../api/error.ts";
import { createClient } from "../kube/client.ts";
import { loadKubeConfig } from "../kube/config.ts";
import type { KubeClient } from "../kube/types.ts";
import { isRunning } from "./clusterProcess.ts";

export type ConnectOptions = {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly stateDir?: string | undefined;
};

export type Connection = { readonly client: KubeClient; readonly namespace: string; readonly server: string };

export function stateDirOf(given: string | undefined): string {
  return resolve(given ?? process.env["TIDEGATE_STATE_DIR"] ?? ".tidegate");
}

/**
 * The cluster that a verb talks to: --kubeconfig, else KUBECONFIG, else the embedded cluster that runs in the state
 * directory, else kubectl's default file. Throws KUBECONFIG_INVALID.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const embedded = join(stateDirOf(options.stateDir), "kubeconfig");
  const useEmbedded =
    options.kubeconfig === undefined &&
    process.env["KUBECONFIG"] === undefined &&
    existsSync(embedded) &&
    isRunning(stateDirOf(options.stateDir));
  const path = options.kubeconfig ?? (useEmbedded ? embedded : undefined);
  const config = await loadKubeConfig({
    env: process.env,
    ...(path === undefined ? {} : { paths: [path] }),
    ...(options.context === undefined ? {} : { context: options.context }),
  });
  return {
    client: createClient(config, { userAgent: "tidegate-cli" }),
    namespace: options.namespace ?? config.namespace,
    server: config.server,
  };
}

/** The content of a file, or of standard input for `-`. Throws USAGE when it cannot be read. */
export function readText(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new TidegateError("USAGE", `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
