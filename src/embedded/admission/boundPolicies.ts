import type { AnyObject } from "../../api/object.ts";
import type { CompiledPolicy } from "./compilePolicy.ts";
import type { MatchResources } from "./matchResources.ts";
import { matchesResources } from "./matchResources.ts";
import type { AdmissionRequest } from "./request.ts";

/** A policy with one of the bindings by which it looks at a request. */
export type BoundPolicy = {
  readonly policy: CompiledPolicy;
  readonly binding: string;
  readonly actions: readonly string[];
};

type Documents = { readonly policies: readonly AnyObject[]; readonly bindings: readonly AnyObject[] };

/** Policies do not look at themselves: a bad one can always be taken away. */
const exempt = new Set([
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
]);

/** Every policy and binding whose rules and selectors take the request, by name of policy, then of binding. */
export function boundPolicies(
  { policies, bindings }: Documents,
  request: AdmissionRequest,
  compiled: (policy: AnyObject) => CompiledPolicy,
): BoundPolicy[] {
  const { group, kind } = request.definition;
  if (policies.length === 0 || (group === "admissionregistration.k8s.io" && exempt.has(kind))) return [];
  return policies.toSorted(byName).flatMap((each) => {
    const bound = bindings.filter((binding) => specOf(binding).policyName === each.metadata.name).toSorted(byName);
    if (bound.length === 0) return [];
    const policy = compiled(each);
    if (!matchesResources(policy.constraints, request)) return [];
    return bound
      .filter((binding) => matchesResources(specOf(binding).matchResources, request))
      .map((binding) => ({
        policy,
        binding: binding.metadata.name,
        actions: specOf(binding).validationActions ?? [],
      }));
  });
}

type BindingSpec = {
  readonly policyName?: string;
  readonly matchResources?: MatchResources;
  readonly validationActions?: readonly string[];
};

function specOf(binding: AnyObject): BindingSpec {
  const spec = binding["spec"];
  return typeof spec === "object" && spec !== null ? spec : {};
}

function byName(left: AnyObject, right: AnyObject): number {
  if (left.metadata.name === right.metadata.name) return 0;
  return left.metadata.name < right.metadata.name ? -1 : 1;
}
