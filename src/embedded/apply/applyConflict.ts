import { ApiError } from "../wire/apiError.ts";
import type { FieldSet } from "./fieldSet.ts";
import { describePath, pathsOf } from "./fieldSet.ts";
import type { Manager, Managers } from "./managedFields.ts";
import { compareText } from "./managedFields.ts";

/** The 409 that names every field that somebody else owns. `conflicts` is by manager id and not empty. */
export function applyConflict(managers: Managers, conflicts: ReadonlyMap<string, FieldSet>): ApiError {
  const found = [...conflicts]
    .toSorted(([left], [right]) => compareText(left, right))
    .map(([id, set]) => ({ manager: describe(managers.get(id)), paths: pathsOf(set).map(describePath) }));
  const causes = found.flatMap(({ manager, paths }) =>
    paths.map((field) => ({ reason: "FieldManagerConflict", message: `conflict with ${manager}`, field })),
  );
  return new ApiError(409, "Conflict", messageOf(found, causes.length), { causes });
}

function messageOf(found: readonly { manager: string; paths: string[] }[], count: number): string {
  if (count === 1) return `Apply failed with 1 conflict: conflict with ${found[0]?.manager}: ${found[0]?.paths[0]}`;
  const parts = found.flatMap(({ manager, paths }) => [
    `conflicts with ${manager}:`,
    ...paths.map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${count} conflicts: ${parts.join("\n")}`;
}

function describe(manager: Manager | undefined): string {
  if (manager === undefined) return '""';
  const name = JSON.stringify(manager.manager);
  const through = manager.subresource === "" ? name : `${name} with subresource ${JSON.stringify(manager.subresource)}`;
  return manager.operation === "Update" ? `${through} using ${manager.apiVersion}` : through;
}
