/** The versions of kubectl that the suite runs: the newest and the oldest that Tidegate promises to serve. */
export const kubectlVersions = ["1.36.3", "1.29.15"] as const;

export type KubectlVersion = { readonly major: number; readonly minor: number; readonly patch: number };

const oldest: KubectlVersion = { major: 1, minor: 29, patch: 0 };

/** Reads `1.36.3` or `v1.36.3`; undefined for anything else. */
export function parseVersion(text: string): KubectlVersion | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (found === null) return undefined;
  const [major = 0, minor = 0, patch = 0] = found.slice(1).map(Number);
  return { major, minor, patch };
}

/** Whether the API server promises to serve that kubectl. */
export function isServed({ major, minor }: KubectlVersion): boolean {
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}
