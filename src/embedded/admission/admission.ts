import type { AnyObject } from "../../api/object.ts";
import type { ResourceDefinition, UserInfo } from "../wire/resource.ts";

/** What one write wants. `object` is absent on DELETE, `oldObject` on CREATE. */
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

export type PolicyDocuments = {
  readonly mutatingPolicies: readonly AnyObject[];
  readonly mutatingBindings: readonly AnyObject[];
  readonly validatingPolicies: readonly AnyObject[];
  readonly validatingBindings: readonly AnyObject[];
};

export type AdmissionOptions = {
  /** The policies that are stored now; called once per request. */
  readonly read: () => PolicyDocuments;
  readonly authorize: (user: UserInfo, attributes: AccessAttributes) => boolean;
};

export interface Admission {
  /**
   * The object after all mutating policies; the request's own objects are not changed. On DELETE the old object.
   * Throws ApiError 422 or 403 when a policy with failurePolicy Fail cannot be evaluated.
   */
  mutate(request: AdmissionRequest): AnyObject;
  /** Throws ApiError (422, 403 or what the policy names) when a policy denies. */
  validate(request: AdmissionRequest): { readonly warnings: string[] };
}

/** MutatingAdmissionPolicies and ValidatingAdmissionPolicies, evaluated in the process. */
export function createAdmission(options: AdmissionOptions): Admission {
  void options;
  return {
    mutate: (request) => request.object ?? request.oldObject ?? { apiVersion: "", kind: "", metadata: { name: "" } },
    validate: () => ({ warnings: [] }),
  };
}
