import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition, UserInfo } from "../wire/resource.ts";

/** What one write wants. `object` is absent on DELETE, `oldObject` on CREATE. Objects are defaulted and complete. */
export type AdmissionRequest = {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly definition: ResourceDefinition;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly object?: AnyObject | undefined;
  readonly oldObject?: AnyObject | undefined;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** The Namespace that the object lives in. */
  readonly namespaceObject?: AnyObject | undefined;
};

/** What is asked of `authorize`, as in a SubjectAccessReview. */
export type AccessAttributes = {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
};

/** The names that every expression of a policy may use. */
export const celVariables = [
  "object",
  "oldObject",
  "request",
  "namespaceObject",
  "params",
  "variables",
  "authorizer",
] as const;

/** Their values, but for `variables`. */
export function celValues(request: AdmissionRequest): Readonly<Record<string, unknown>> {
  return {
    object: request.object ?? null,
    oldObject: request.oldObject ?? null,
    namespaceObject: request.namespaceObject ?? null,
    params: null,
    request: describeRequest(request),
  };
}

function describeRequest(request: AdmissionRequest): Readonly<Record<string, unknown>> {
  const { group, version, kind, plural } = request.definition;
  const { username, uid, groups } = request.user;
  const subResource = request.subresource ?? "";
  return {
    kind: { group, version, kind },
    resource: { group, version, resource: plural },
    subResource,
    requestKind: { group, version, kind },
    requestResource: { group, version, resource: plural },
    requestSubResource: subResource,
    name: request.name,
    namespace: request.namespace ?? "",
    operation: request.operation,
    userInfo: { username, ...(uid === undefined ? {} : { uid }), groups },
    dryRun: request.dryRun,
  };
}
