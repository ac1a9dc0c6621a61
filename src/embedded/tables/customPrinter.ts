import type { PrinterColumn } from "../wire/resource.ts";
import { humanAge } from "./humanDuration.ts";
import type { JsonPath } from "./jsonPath.ts";
import { findJsonPath, JsonPathError, parseJsonPath } from "./jsonPath.ts";
import type { Column, Printer } from "./printer.ts";
import { nameColumn } from "./printer.ts";

const printers = new WeakMap<readonly PrinterColumn[], Printer>();

/** The printer of a kind that declares its columns. */
export function customPrinter(columns: readonly PrinterColumn[]): Printer {
  let printer = printers.get(columns);
  if (printer === undefined) {
    printer = makePrinter(columns);
    printers.set(columns, printer);
  }
  return printer;
}

function makePrinter(columns: readonly PrinterColumn[]): Printer {
  const parsed = columns.map((each) => ({ type: each.type, path: tryParse(each.jsonPath) }));
  return {
    columns: [nameColumn, ...columns.map(describe)],
    cells: (object, now) => [
      object.metadata.name,
      ...parsed.map(({ type, path }) => (path === undefined ? null : cellOf(type, findJsonPath(path, object)[0], now))),
    ],
  };
}

function describe(each: PrinterColumn): Column {
  return {
    name: each.name,
    type: each.type,
    format: each.format ?? "",
    description: each.description || `Custom resource definition column (in JSONPath format): ${each.jsonPath}`,
    priority: each.priority ?? 0,
  };
}

/** A column whose path cannot be read stays empty, and the others are shown. */
function tryParse(path: string): JsonPath | undefined {
  try {
    return parseJsonPath(path);
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

function cellOf(type: string, value: unknown, now: number): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "string":
      return typeof value === "string" ? value : JSON.stringify(value);
    case "date":
      return typeof value === "string" ? humanAge(value, now) : null;
    default:
      return null;
  }
}
