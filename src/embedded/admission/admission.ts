import type { AnyObject } from "../../api/object.ts";
import type { UserInfo } from "../wire/resource.ts";
import { boundPolicies } from "./boundPolicies.ts";
import { mutateObject } from "./mutateObject.ts";
import { createPolicyCache } from "./policyCache.ts";
import type { AccessAttributes, AdmissionRequest } from "./request.ts";
import { validateRequest } from "./validateRequest.ts";

export type { AccessAttributes, AdmissionRequest } from "./request.ts";

export type PolicyDocuments = {
  readonly mutatingPolicies: readonly AnyObject[];
  readonly mutatingBindings: readonly AnyObject[];
  readonly validatingPolicies: readonly AnyObject[];
  readonly validatingBindings: readonly AnyObject[];
};

export type AdmissionOptions = {
  /** The policies that are stored now; called for every request. */
  readonly read: () => PolicyDocuments;
  readonly authorize: (user: UserInfo, attributes: AccessAttributes) => boolean;
};

export interface Admission {
  /**
   * The object after all mutating policies; the request's own objects are not changed. On DELETE the old object, as it
   * is. Throws ApiError 422 when a policy with failurePolicy Fail cannot be evaluated.
   */
  mutate(request: AdmissionRequest): AnyObject;
  /** `request.object` is what `mutate` made. Throws ApiError (422, or what the policy names) when a policy denies. */
  validate(request: AdmissionRequest): { readonly warnings: string[] };
}

/** MutatingAdmissionPolicies and ValidatingAdmissionPolicies, evaluated in the process. */
export function createAdmission({ read, authorize }: AdmissionOptions): Admission {
  const compiled = createPolicyCache();
  const authorizeFor = (user: UserInfo) => (attributes: AccessAttributes) => authorize(user, attributes);
  return {
    mutate(request) {
      const { mutatingPolicies: policies, mutatingBindings: bindings } = read();
      const bound = request.object === undefined ? [] : boundPolicies({ policies, bindings }, request, compiled);
      const object = mutateObject(bound, request, authorizeFor(request.user)) ?? request.oldObject;
      if (object === undefined) throw new TypeError("an admission request holds an object, an old one or both");
      return object;
    },
    validate(request) {
      const { validatingPolicies: policies, validatingBindings: bindings } = read();
      const bound = boundPolicies({ policies, bindings }, request, compiled);
      return { warnings: validateRequest(bound, request, authorizeFor(request.user)) };
    },
  };
}
