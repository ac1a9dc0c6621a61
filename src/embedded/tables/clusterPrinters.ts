import type { AnyObject } from "../../api/object.ts";
import { humanAge } from "./humanDuration.ts";
import type { Printer } from "./printer.ts";
import { ageColumn, column, nameColumn } from "./printer.ts";
import { listAt, objectAt, textAt } from "./reading.ts";

/** For kinds without a printer of their own. */
export const genericPrinter: Printer = {
  columns: [nameColumn, ageColumn],
  cells: (object, now) => [object.metadata.name, humanAge(object.metadata.creationTimestamp, now)],
};

export const customResourceDefinitionPrinter: Printer = {
  columns: [nameColumn, column("Created At", "When the definition was created.", "date")],
  cells: (object) => [object.metadata.name, object.metadata.creationTimestamp ?? null],
};

export const validatingPolicyPrinter: Printer = {
  columns: [
    nameColumn,
    column("Validations", "Number of rules.", "integer"),
    column("ParamKind", "Kind of its parameters."),
    ageColumn,
  ],
  cells: (object, now) => policyCells(object, "validations", now),
};

export const mutatingPolicyPrinter: Printer = {
  columns: [
    nameColumn,
    column("Mutations", "Number of changes.", "integer"),
    column("ParamKind", "Kind of its parameters."),
    ageColumn,
  ],
  cells: (object, now) => policyCells(object, "mutations", now),
};

export const policyBindingPrinter: Printer = {
  columns: [
    nameColumn,
    column("PolicyName", "Policy that it puts to work."),
    column("ParamRef", "Parameters."),
    ageColumn,
  ],
  cells(object, now) {
    const { namespace, name } = objectAt(object, "spec", "paramRef");
    const reference = [namespace, name].filter((part) => typeof part === "string" && part !== "").join("/");
    const age = humanAge(object.metadata.creationTimestamp, now);
    return [object.metadata.name, textAt(object, "spec", "policyName"), reference || "<unset>", age];
  },
};

function policyCells(object: AnyObject, list: string, now: number): unknown[] {
  const { apiVersion, kind } = objectAt(object, "spec", "paramKind");
  const parameters = typeof kind === "string" ? `${String(apiVersion)}/${kind}` : "<unset>";
  return [
    object.metadata.name,
    listAt(object, "spec", list).length,
    parameters,
    humanAge(object.metadata.creationTimestamp, now),
  ];
}
