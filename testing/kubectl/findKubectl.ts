import { execFileSync } from "node:child_process";
import { cachedKubectl, isCached } from "./cache.ts";
import { isServed, kubectlVersions, parseVersion } from "./versions.ts";

export type FoundKubectl = {
  readonly path: string;
  /** `1.36.3` */
  readonly version: string;
  readonly minor: number;
};

/**
 * The kubectls that tests can run here: the one that `KUBECTL` names; or else those in the cache; or else the one on
 * the PATH if the API server promises to serve it. Throws when `KUBECTL` names none.
 */
export function findKubectls(): FoundKubectl[] {
  const named = process.env["KUBECTL"] ?? "";
  if (named !== "") return [inspected(named)];
  const cached = kubectlVersions
    .filter((version) => isCached(version))
    .map((version) => inspected(cachedKubectl(version)));
  return cached.length > 0 ? cached : onPath();
}

/**
 * What a suite has to say about kubectls that are missing, or undefined when it can run as it should. It is to fail
 * with it when `TIDEGATE_REQUIRE_KUBECTL` is 1.
 */
export function missingKubectl(found: readonly FoundKubectl[]): string | undefined {
  const how = "`node testing/kubectl/build.ts` builds it with Go, or KUBECTL names a binary";
  if (found.length === 0) return `no kubectl was found: ${how}`;
  if (process.env["TIDEGATE_REQUIRE_KUBECTL"] !== "1" || (process.env["KUBECTL"] ?? "") !== "") return undefined;
  const missing = kubectlVersions.filter((version) => !found.some((one) => one.version === version));
  return missing.length === 0 ? undefined : `missing: kubectl ${missing.join(" and ")}; ${how}`;
}

export const isKubectlRequired = (): boolean => process.env["TIDEGATE_REQUIRE_KUBECTL"] === "1";

function inspected(path: string): FoundKubectl {
  const text = execFileSync(path, ["version", "--client", "--output=json"], { encoding: "utf8", timeout: 20_000 });
  const { clientVersion } = JSON.parse(text) as { clientVersion: { gitVersion: string } };
  const version = clientVersion.gitVersion.replace(/^v/, "");
  return { path, version, minor: parseVersion(version)?.minor ?? 0 };
}

function onPath(): FoundKubectl[] {
  try {
    const found = inspected("kubectl");
    const version = parseVersion(found.version);
    return version !== undefined && isServed(version) ? [found] : [];
  } catch {
    // There is none, or one that does not even tell its version.
    return [];
  }
}
