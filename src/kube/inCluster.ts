import { readFile as readFileOfNode } from "node:fs/promises";
import { messageOf, TidegateError } from "../api/error.ts";
import type { ClusterConfig } from "./clusterConfig.ts";

export type InClusterOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile?: ((path: string) => Promise<string>) | undefined;
  /** Where the service account is mounted. */
  readonly folder?: string | undefined;
};

const defaultFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The pod's own service account. Its token is read again each minute. Throws KUBECONFIG_INVALID outside a pod. */
export async function inClusterConfig(options: InClusterOptions): Promise<ClusterConfig> {
  const { env, readFile = (file) => readFileOfNode(file, "utf8"), folder = defaultFolder } = options;
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"] ?? "443";
  if (host === undefined || host === "") {
    throw new TidegateError(
      "KUBECONFIG_INVALID",
      "KUBERNETES_SERVICE_HOST is not set: this process is not in a pod; give a kubeconfig",
    );
  }
  const tokenFile = `${folder}/token`;
  const [caPem, namespace] = await Promise.all([
    mounted(`${folder}/ca.crt`, readFile),
    mounted(`${folder}/namespace`, readFile),
    mounted(tokenFile, readFile),
  ]);
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    namespace: namespace.trim() || "default",
    tls: { caPem },
    user: { tokenFile },
    source: folder,
  };
}

async function mounted(file: string, readFile: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new TidegateError(
      "KUBECONFIG_INVALID",
      `${file} cannot be read (${messageOf(error)}); the pod needs automountServiceAccountToken and a service account`,
      { cause: error },
    );
  }
}
