import type { AnyObject } from "../../api/object.ts";

export type Column = {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** Columns above 0 are shown by `-o wide` only. */
  readonly priority: number;
};

/** A fact about the whole row that kubectl may use to leave it out. */
export type RowCondition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
};

/** How objects of one kind are shown. */
export type Printer = {
  readonly columns: readonly Column[];
  /** One cell per column. `now` is in milliseconds since the epoch. */
  cells(object: AnyObject, now: number): unknown[];
  conditions?(object: AnyObject): RowCondition[];
};

export const nameColumn: Column = {
  name: "Name",
  type: "string",
  format: "name",
  description: "Name of the object, unique among those of its kind in its namespace.",
  priority: 0,
};

export const ageColumn: Column = column("Age", "Time since the object was created.");

export function column(name: string, description: string, type = "string"): Column {
  return { name, type, format: "", description, priority: 0 };
}

export function wideColumn(name: string, description: string, type = "string"): Column {
  return { ...column(name, description, type), priority: 1 };
}
