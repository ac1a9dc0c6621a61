import type { AnyObject, ManagedFieldsEntry } from "../../api/object.ts";
import type { FieldSet } from "./fieldSet.ts";
import { isEmptySet } from "./fieldSet.ts";
import { isObject } from "./shape.ts";

/** What one manager owns by one kind of operation. */
export type Manager = {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339, whole seconds; absent when the manager never changed a value. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
};

/** By `managerId`. */
export type Managers = ReadonlyMap<string, Manager>;

/** Applying again with another version of the kind is the same manager; updating is not. */
export function managerId(manager: Pick<Manager, "manager" | "operation" | "apiVersion" | "subresource">): string {
  const apiVersion = manager.operation === "Apply" ? "" : manager.apiVersion;
  return [manager.operation, manager.manager, apiVersion, manager.subresource].join("\n");
}

/** The managers of an object; undefined when its entries cannot be understood. */
export function readManagers(entries: unknown): Managers | undefined {
  if (entries === undefined || entries === null) return new Map();
  if (!Array.isArray(entries)) return undefined;
  const managers = new Map<string, Manager>();
  for (const entry of entries as unknown[]) {
    const manager = readEntry(entry);
    if (manager === undefined) return undefined;
    if (!isEmptySet(manager.fields)) managers.set(managerId(manager), manager);
  }
  return managers;
}

/** An empty list, or a list of one empty entry, is the way to clear all ownership. */
export function resetsManagers(entries: unknown): boolean {
  if (!Array.isArray(entries)) return false;
  return entries.length === 0 || (entries.length === 1 && isObject(entries[0]) && Object.keys(entries[0]).length === 0);
}

/** The object with these managers and no others. */
export function withManagers(object: AnyObject, managers: Managers): AnyObject {
  const bare = withoutManagers(object);
  if (managers.size === 0) return bare;
  const managedFields = [...managers.values()].toSorted(inOrder).map(entryOf);
  return { ...bare, metadata: { ...bare.metadata, managedFields } };
}

export function withoutManagers(object: AnyObject): AnyObject {
  if (!isObject(object.metadata) || !("managedFields" in object.metadata)) return object;
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** RFC 3339 of milliseconds since the epoch, without fractions. */
export function timeOf(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
}

function readEntry(entry: unknown): Manager | undefined {
  if (!isObject(entry)) return undefined;
  const { manager, operation, apiVersion, time, fieldsType, fieldsV1, subresource } = entry;
  if (operation !== "Apply" && operation !== "Update") return undefined;
  if (fieldsType !== "FieldsV1" || typeof apiVersion !== "string" || !isFieldSet(fieldsV1)) return undefined;
  return {
    manager: typeof manager === "string" ? manager : "",
    operation,
    apiVersion,
    subresource: typeof subresource === "string" ? subresource : "",
    time: typeof time === "string" ? time : undefined,
    fields: fieldsV1,
  };
}

function isFieldSet(value: unknown): value is FieldSet {
  return isObject(value) && Object.values(value).every(isFieldSet);
}

function entryOf(manager: Manager): ManagedFieldsEntry {
  return {
    manager: manager.manager,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fieldsType: "FieldsV1",
    fieldsV1: manager.fields,
    ...(manager.subresource === "" ? {} : { subresource: manager.subresource }),
  };
}

function inOrder(left: Manager, right: Manager): number {
  return (
    compareText(left.operation, right.operation) ||
    secondsOf(left) - secondsOf(right) ||
    compareText(left.manager, right.manager) ||
    compareText(left.apiVersion, right.apiVersion) ||
    compareText(left.subresource, right.subresource)
  );
}

export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function secondsOf(manager: Manager): number {
  return manager.time === undefined ? 0 : Math.floor(Date.parse(manager.time) / 1000);
}
