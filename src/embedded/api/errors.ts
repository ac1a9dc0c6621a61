import type { AnyObject } from "../../api/object.ts";
import { ApiError, type FieldError } from "../wire/apiError.ts";
import type { ResourceDefinition } from "../wire/resource.ts";

type Kinded = Pick<ResourceDefinition, "group" | "plural" | "kind">;

const inGroup = (group: string): { group?: string } => (group === "" ? {} : { group });
/** `deployments.apps`, as messages name a collection. */
export const qualified = (name: string, group: string): string => (group === "" ? name : `${name}.${group}`);

export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

export function notFound(of: Kinded, name: string): ApiError {
  return new ApiError(404, "NotFound", `${qualified(of.plural, of.group)} "${name}" not found`, {
    name,
    ...inGroup(of.group),
    kind: of.plural,
  });
}

/** For paths that no kind answers. */
export function noSuchResource(): ApiError {
  return new ApiError(404, "NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
}

/** For what the real server has and this one refuses on purpose. */
export function notServed(message: string): ApiError {
  return new ApiError(405, "MethodNotAllowed", message, {});
}

export function alreadyExists(of: Kinded, name: string): ApiError {
  return new ApiError(409, "AlreadyExists", `${qualified(of.plural, of.group)} "${name}" already exists`, {
    name,
    ...inGroup(of.group),
    kind: of.plural,
  });
}

export const staleObject =
  "the object has been modified; please apply your changes to the latest version and try again";

export function conflict(of: Kinded, name: string, message: string): ApiError {
  return new ApiError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(of.plural, of.group)} "${name}": ${message}`,
    {
      name,
      ...inGroup(of.group),
      kind: of.plural,
    },
  );
}

export function forbidden(
  of: Kinded,
  name: string,
  message: string,
  causes?: { reason: string; message: string; field: string }[],
): ApiError {
  const quoted = name === "" ? "" : ` "${name}"`;
  return new ApiError(403, "Forbidden", `${qualified(of.plural, of.group)}${quoted} is forbidden: ${message}`, {
    ...(name === "" ? {} : { name }),
    ...inGroup(of.group),
    kind: of.plural,
    ...(causes === undefined ? {} : { causes }),
  });
}

/** 422 with one cause per field; the message joins them as the real server does. */
export function invalid(of: { group: string; kind: string }, name: string, errors: readonly FieldError[]): ApiError {
  const said = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  const list = said.length === 1 ? said[0] : `[${said.join(", ")}]`;
  return new ApiError(422, "Invalid", `${qualified(of.kind, of.group)} "${name}" is invalid: ${list}`, {
    ...(name === "" ? {} : { name }),
    ...inGroup(of.group),
    ...(of.kind === "" ? {} : { kind: of.kind }),
    causes: errors.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

/** What a patch makes of the object cannot be read as that kind. */
export function invalidPatch(result: AnyObject, why: string): ApiError {
  const message = `Invalid value: ${JSON.stringify(JSON.stringify(result))}: ${why}`;
  return invalid({ group: "", kind: "" }, "", [{ reason: "FieldValueInvalid", field: "patch", message }]);
}

export function expired(requested: number, horizon: number): ApiError {
  return new ApiError(410, "Expired", `too old resource version: ${requested} (${horizon})`);
}

/** A resourceVersion that this server has not reached. */
export function tooLargeVersion(requested: number, current: number): ApiError {
  return new ApiError(504, "Timeout", `Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
