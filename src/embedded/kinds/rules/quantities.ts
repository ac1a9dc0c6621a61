import { invalid, shown } from "../../schema/fieldErrors.ts";
import { parseQuantity } from "../../schema/quantity.ts";
import type { FieldError } from "../../wire/apiError.ts";
import { fields } from "./fields.ts";

/** Judges requests and limits: not negative, and no request above its limit. */
export function validateResources(resources: unknown, path: string): FieldError[] {
  const { limits, requests } = fields(resources);
  return [
    ...amounts(limits, `${path}.limits`),
    ...amounts(requests, `${path}.requests`),
    ...excesses(fields(requests), fields(limits), path),
  ];
}

function amounts(values: unknown, path: string): FieldError[] {
  return Object.entries(fields(values)).flatMap(([name, value]) =>
    sizeOf(value) < 0n ? [invalid(`${path}[${name}]`, value, "must be greater than or equal to 0")] : [],
  );
}

function excesses(requests: Record<string, unknown>, limits: Record<string, unknown>, path: string): FieldError[] {
  return Object.entries(requests).flatMap(([name, value]) => {
    const limit = limits[name];
    if (limit === undefined || sizeOf(value) <= sizeOf(limit)) return [];
    return [invalid(`${path}.requests`, value, `must be less than or equal to ${name} limit of ${shown(limit)}`)];
  });
}

function sizeOf(value: unknown): bigint {
  const known = typeof value === "string" || typeof value === "number";
  return (known ? parseQuantity(value)?.nanos : undefined) ?? 0n;
}
