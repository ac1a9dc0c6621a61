import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type GeneratedFile = { readonly path: string; readonly content: string };

const root = join(import.meta.dirname, "../..");

export function writeFiles(files: readonly GeneratedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** Paths whose content on disk is not what the source says. */
export function findDrift(files: readonly GeneratedFile[]): string[] {
  return files
    .filter(({ path, content }) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== content)
    .map(({ path }) => path);
}
