import { resources } from "../../src/api/resources.ts";
import type { FoundKubectl } from "./findKubectl.ts";
import { createKubectl, type Kubectl } from "./kubectl.ts";
import type { TestCluster } from "./testCluster.ts";

/** What the cases of one kubectl work with. */
export type Session = {
  /** Minor version of the kubectl. */
  readonly minor: number;
  /** Makes a namespace that no other case uses. */
  space(name: string): Promise<Kubectl>;
  /** Makes a directory that no other case uses. */
  directory(name: string): Promise<string>;
};

export async function openSession(found: FoundKubectl, { cluster, directory }: TestCluster): Promise<Session> {
  const home = await directory(`home-${found.minor}`);
  const kubeconfig = cluster.kubeconfigPath;
  return {
    minor: found.minor,
    space: async (name) => {
      const namespace = `${name}-${found.minor}`;
      const kubectl = createKubectl(found, { kubeconfig, home, namespace });
      await cluster.client.create(resources.namespaces, {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: namespace },
      });
      return kubectl;
    },
    directory: (name) => directory(`${name}-${found.minor}`),
  };
}

/** Runs the preparation when it is first asked for, once. */
export function once<T>(prepare: () => Promise<T>): () => Promise<T> {
  let prepared: Promise<T> | undefined;
  return () => (prepared ??= prepare());
}
