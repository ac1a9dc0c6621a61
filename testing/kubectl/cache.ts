import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where programs are kept that tests need and that are slow to get: outside the repository, shared by all clones. */
export function cacheDir(): string {
  return process.env["TIDEGATE_CACHE"] ?? join(homedir(), ".cache", "tidegate");
}

/** Path of the cached kubectl of that version, whether it is there or not. */
export function cachedKubectl(version: string): string {
  return join(cacheDir(), `kubectl-${version}`);
}

export function isCached(version: string): boolean {
  return existsSync(cachedKubectl(version));
}
