import { readFile as readFileOfNode } from "node:fs/promises";
import type { ClusterConfig } from "./clusterConfig.ts";
import { inClusterConfig } from "./inCluster.ts";
import type { KubeConfigFile } from "./kubeConfigFile.ts";
import { parseKubeConfig } from "./kubeConfigFile.ts";
import { mergeKubeConfigs } from "./mergeKubeConfigs.ts";
import { resolveContext } from "./resolveContext.ts";
import { homedir } from "node:os";
import path from "node:path";
import { messageOf, TidegateError } from "../api/error.ts";
import { codeOfCause } from "./transportError.ts";

export type { ClusterConfig } from "./clusterConfig.ts";
export { parseKubeConfig } from "./kubeConfigFile.ts";

export type LoadOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Files named by the user; each must exist. Without: those of KUBECONFIG, else `~/.kube/config`. */
  readonly paths?: readonly string[] | undefined;
  /** Instead of the current context of the files. */
  readonly context?: string | undefined;
  readonly readFile?: ((path: string) => Promise<string>) | undefined;
};

type Candidates = { readonly paths: readonly string[]; readonly mustExist: boolean; readonly implicit: boolean };

function candidatesOf({ env, paths }: LoadOptions): Candidates {
  if (paths !== undefined && paths.length > 0) return { paths, mustExist: true, implicit: false };
  const listed = (env["KUBECONFIG"] ?? "").split(path.delimiter).filter((entry) => entry !== "");
  if (listed.length > 0) return { paths: [...new Set(listed)], mustExist: false, implicit: false };
  const home = env["HOME"] ?? env["USERPROFILE"] ?? homedir();
  return { paths: [path.join(home, ".kube", "config")], mustExist: false, implicit: true };
}

async function readConfig(
  file: string,
  mustExist: boolean,
  readFile: (path: string) => Promise<string>,
): Promise<KubeConfigFile | undefined> {
  let text: string;
  try {
    text = await readFile(file);
  } catch (error) {
    if (!mustExist && codeOfCause(error) === "ENOENT") return undefined;
    throw new TidegateError("KUBECONFIG_INVALID", `the kubeconfig ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return parseKubeConfig(text, file);
}

/**
 * The cluster and user of a context, from kubeconfig files merged as kubectl does (the first file that sets something
 * wins). Inside a pod with no kubeconfig: the pod's own service account. Throws KUBECONFIG_INVALID naming the file,
 * the context and what to do.
 */
export async function loadKubeConfig(options: LoadOptions): Promise<ClusterConfig> {
  const { env, readFile = (file) => readFileOfNode(file, "utf8") } = options;
  const { paths, mustExist, implicit } = candidatesOf(options);
  const files: KubeConfigFile[] = [];
  for (const file of paths) {
    const parsed = await readConfig(file, mustExist, readFile);
    if (parsed !== undefined) files.push(parsed);
  }
  if (files.length > 0) return resolveContext(mergeKubeConfigs(files), { context: options.context, readFile });
  if (implicit && options.context === undefined && env["KUBERNETES_SERVICE_HOST"] !== undefined)
    return inClusterConfig({ env, readFile });
  throw new TidegateError(
    "KUBECONFIG_INVALID",
    `no kubeconfig: ${paths.join(", ")} ${paths.length > 1 ? "do" : "does"} not exist; set KUBECONFIG, give --kubeconfig, or start a cluster with "tidegate up"`,
  );
}
