import type { AnyObject } from "../../api/object.ts";
import type { PrinterColumn, ResourceDefinition, ScalePaths } from "../wire/resource.ts";
import { type Fields, fields, rows, textOf } from "./rules/fields.ts";

/**
 * One definition per served version of a CustomResourceDefinition. Their strategies are empty: the server judges such
 * objects by their schema, with `validateObject`.
 */
export function definitionsOf(crd: AnyObject): ResourceDefinition[] {
  const spec = fields(crd["spec"]);
  return rows(spec["versions"])
    .filter(({ served }) => served === true)
    .map((version) => definitionOf(spec, version));
}

function definitionOf(spec: Fields, version: Fields): ResourceDefinition {
  const subresources = fields(version["subresources"]);
  const scale = subresources["scale"];
  const columns = version["additionalPrinterColumns"];
  return {
    group: textOf(spec["group"]),
    version: textOf(version["name"]),
    ...namesOf(fields(spec["names"])),
    namespaced: spec["scope"] === "Namespaced",
    schema: fields(fields(version["schema"])["openAPIV3Schema"]),
    builtIn: false,
    hasStatus: subresources["status"] !== undefined,
    hasGeneration: true,
    ...(scale === undefined ? {} : { scale: fields(scale) as ScalePaths }),
    selectableFields: rows(version["selectableFields"]).map(({ jsonPath }) => textOf(jsonPath).replace(/^\./, "")),
    ...(columns === undefined ? {} : { printerColumns: rows(columns) as PrinterColumn[] }),
    strategy: {},
  };
}

function namesOf(
  names: Fields,
): Pick<ResourceDefinition, "kind" | "listKind" | "plural" | "singular" | "shortNames" | "categories"> {
  const kind = textOf(names["kind"]);
  return {
    kind,
    listKind: textOf(names["listKind"]) || `${kind}List`,
    plural: textOf(names["plural"]),
    singular: textOf(names["singular"]) || kind.toLowerCase(),
    shortNames: texts(names["shortNames"]),
    categories: texts(names["categories"]),
  };
}

/**
 * The status of a CustomResourceDefinition whose names are accepted and whose kind is served.
 * @param now RFC 3339, whole seconds
 */
export function establishedStatus(crd: AnyObject, now: string): Record<string, unknown> {
  const names = fields(fields(crd["spec"])["names"]);
  const status = fields(crd["status"]);
  const versions = rows(fields(crd["spec"])["versions"]);
  const stored = versions.filter(({ storage }) => storage === true).map(({ name }) => name);
  const known = Array.isArray(status["storedVersions"]) ? status["storedVersions"] : [];
  return {
    conditions: [
      condition(status, now, "NamesAccepted", "NoConflicts", "no conflicts found"),
      condition(status, now, "Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: names,
    storedVersions: [...new Set([...known, ...stored])],
  };
}

function condition(status: Fields, now: string, type: string, reason: string, message: string): Fields {
  const before = rows(status["conditions"]).find((row) => row["type"] === type && row["status"] === "True");
  return { type, status: "True", lastTransitionTime: before?.["lastTransitionTime"] ?? now, reason, message };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
