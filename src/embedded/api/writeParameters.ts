import type { FieldError, FieldReason } from "../wire/apiError.ts";
import type { FieldValidation } from "./context.ts";
import { invalid } from "./errors.ts";

export type OptionsKind = "CreateOptions" | "UpdateOptions" | "PatchOptions" | "DeleteOptions";

export type WriteParameters = {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly manager: string;
};

const longestManager = 128;

/** The options that all writes share. Throws 422 for values that do not exist. */
export function readWriteParameters(
  query: URLSearchParams,
  kind: OptionsKind,
  userAgent: string,
  bodyDryRun: unknown,
): WriteParameters {
  const dryRun = query.getAll("dryRun").filter((value) => value !== "");
  const asked = dryRun.length > 0 || !Array.isArray(bodyDryRun) ? dryRun : bodyDryRun.map(String);
  const fieldValidation = query.get("fieldValidation") ?? "";
  const manager = query.get("fieldManager") ?? "";
  const errors = [
    ...(asked.every((value) => value === "All") ? [] : [unsupported("dryRun", asked, ["All"])]),
    ...(["", "Ignore", "Strict", "Warn"].includes(fieldValidation)
      ? []
      : [unsupported("fieldValidation", fieldValidation, ["", "Ignore", "Strict", "Warn"])]),
    ...managerErrors(manager),
  ];
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind }, "", errors);
  return {
    dryRun: asked.length > 0,
    fieldValidation: fieldValidation === "" ? "Warn" : (fieldValidation as FieldValidation),
    manager: manager === "" ? managerOf(userAgent) : manager,
  };
}

function unsupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const list = supported.map((one) => JSON.stringify(one)).join(", ");
  const reason: FieldReason = "FieldValueNotSupported";
  return { reason, field, message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}` };
}

function managerErrors(manager: string): FieldError[] {
  if (manager.length <= longestManager) return [];
  return [
    {
      reason: "FieldValueTooLong",
      field: "fieldManager",
      message: `Too long: may not be more than ${longestManager} bytes`,
    },
  ];
}

/** Who does not name a field manager is known by the first part of the user agent. */
function managerOf(userAgent: string): string {
  const name = (userAgent.split("/")[0] ?? "").slice(0, longestManager);
  return name === "" ? "unknown" : name;
}
