import type { Entry, KubeConfigFile } from "./kubeConfigFile.ts";

export type MergedKubeConfig = {
  /** All files, for messages. */
  readonly source: string;
  readonly currentContext: string | undefined;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
};

function firstByName(entries: readonly Entry[]): Map<string, Entry> {
  const byName = new Map<string, Entry>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return byName;
}

/** For each name, and for the current context, the first file that has it wins. */
export function mergeKubeConfigs(files: readonly KubeConfigFile[]): MergedKubeConfig {
  return {
    source: files.map(({ file }) => file).join(", "),
    currentContext: files.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
    clusters: firstByName(files.flatMap(({ clusters }) => clusters)),
    users: firstByName(files.flatMap(({ users }) => users)),
    contexts: firstByName(files.flatMap(({ contexts }) => contexts)),
  };
}
