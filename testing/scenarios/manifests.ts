import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AnyObject } from "../../src/api/object.ts";
import { parseManifests } from "../../src/kube/applyManifests.ts";
import type { ScenarioContext } from "./context.ts";
import { StepFailed } from "./step.ts";

export type ManifestPatch = { readonly kind: string; readonly name?: string; readonly merge: unknown };

/** The objects of a file beside the scenario, its `$NAMES` filled in and the patches merged into them. */
export async function readManifests(
  context: ScenarioContext,
  file: string,
  patches: readonly ManifestPatch[],
): Promise<AnyObject[]> {
  const written = await readFile(join(context.folder, file), "utf8");
  const filled = written.replaceAll(/\$([A-Z][A-Z_]*)/g, (whole, name: string) => context.variables[name] ?? whole);
  const objects = parseManifests(filled, file);
  for (const patch of patches) {
    if (!objects.some((object) => isMeant(object, patch)))
      throw new StepFailed(`${file} holds no ${patch.kind} ${patch.name ?? ""} that could be patched`);
  }
  return objects.map((object) =>
    patches
      .filter((patch) => isMeant(object, patch))
      .reduce<AnyObject>((merged, patch) => mergePatch(merged, patch.merge) as AnyObject, object),
  );
}

function isMeant(object: AnyObject, { kind, name }: ManifestPatch): boolean {
  return object.kind === kind && (name === undefined || object.metadata.name === name);
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const merged: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
