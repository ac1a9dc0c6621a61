import type { AnyObject, ObjectMeta, OwnerReference } from "../../api/object.ts";
import type { FieldError } from "../wire/apiError.ts";
import type { ResourceDefinition } from "../wire/resource.ts";
import { equalJson } from "./json.ts";
import {
  dnsLabelErrors,
  dnsSubdomainErrors,
  labelValueErrors,
  pathSegmentErrors,
  qualifiedNameErrors,
} from "./names.ts";

const wrong = (field: string, value: unknown, why: string): FieldError => ({
  reason: "FieldValueInvalid",
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});
const required = (field: string, why?: string): FieldError => ({
  reason: "FieldValueRequired",
  field,
  message: why === undefined ? "Required value" : `Required value: ${why}`,
});

const annotationLimitBytes = 256 * 1024;

/** What is wrong with the metadata of an object, whatever its kind. */
export function validateMeta(object: AnyObject, definition: ResourceDefinition): FieldError[] {
  const { metadata } = object;
  return [
    ...nameErrors(metadata, definition),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => [
      ...qualifiedNameErrors(key).map((why) => wrong("metadata.labels", key, why)),
      ...labelValueErrors(value).map((why) => wrong("metadata.labels", value, why)),
    ]),
    ...annotationErrors(metadata.annotations ?? {}),
    ...ownerErrors(metadata.ownerReferences ?? []),
    ...(metadata.finalizers ?? []).flatMap((name) =>
      qualifiedNameErrors(name).map((why) => wrong("metadata.finalizers", name, why)),
    ),
  ];
}

const nameChecks = { label: dnsLabelErrors, subdomain: dnsSubdomainErrors, path: pathSegmentErrors } as const;

function nameErrors({ name, generateName }: ObjectMeta, definition: ResourceDefinition): FieldError[] {
  if (name === "" || name === undefined) return [required("metadata.name", "name or generateName is required")];
  const check = nameChecks[definition.nameRule ?? "subdomain"];
  const prefix =
    generateName === undefined
      ? []
      : check(generateName.replace(/-$/, "a")).map((why) => wrong("metadata.generateName", generateName, why));
  return [...prefix, ...check(name).map((why) => wrong("metadata.name", name, why))];
}

function annotationErrors(annotations: Record<string, string>): FieldError[] {
  const errors = Object.keys(annotations).flatMap((key) =>
    qualifiedNameErrors(key.toLowerCase()).map((why) => wrong("metadata.annotations", key, why)),
  );
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (bytes <= annotationLimitBytes) return errors;
  return [
    ...errors,
    {
      reason: "FieldValueTooLong",
      field: "metadata.annotations",
      message: `Too long: may not be more than ${annotationLimitBytes} bytes`,
    },
  ];
}

function ownerErrors(owners: readonly OwnerReference[]): FieldError[] {
  const missing = owners.flatMap((owner, at) =>
    (["apiVersion", "kind", "name", "uid"] as const)
      .filter((field) => (owner[field] ?? "") === "")
      .map((field) =>
        wrong(
          `metadata.ownerReferences[${at}].${field}`,
          "",
          `${field === "apiVersion" ? "version" : field} must not be empty`,
        ),
      ),
  );
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length < 2) return missing;
  const named = controllers.map((owner) => `${owner.kind}/${owner.name}`);
  const why = `Only one reference can have Controller set to true. Found "true" in references for ${named.slice(0, 2).join(" and ")}`;
  return [...missing, wrong("metadata.ownerReferences", owners, why)];
}

/** What an update may not do to the metadata. */
export function validateMetaUpdate(object: AnyObject, old: AnyObject): FieldError[] {
  const before = new Set(old.metadata.finalizers);
  const added = (object.metadata.finalizers ?? []).filter((name) => !before.has(name));
  if (old.metadata.deletionTimestamp === undefined || added.length === 0) return [];
  const list = added.map((name) => JSON.stringify(name)).join(", ");
  const error: FieldError = {
    reason: "FieldValueForbidden",
    field: "metadata.finalizers",
    message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
  };
  // The real server judges this twice and reports it twice.
  return [error, error];
}

/** Drops owner references that are there twice; returns the warning to give, if any. */
export function dedupOwners(metadata: ObjectMeta): string | undefined {
  const owners = metadata.ownerReferences ?? [];
  const kept = owners.filter((owner, at) => !owners.slice(0, at).some((earlier) => equalJson(earlier, owner)));
  if (kept.length === owners.length) return undefined;
  const uids = new Set(
    owners.filter((owner, at) => owners.findIndex((other) => other.uid === owner.uid) !== at).map((owner) => owner.uid),
  );
  metadata.ownerReferences = kept;
  return `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${[...uids].join(", ")}`;
}
