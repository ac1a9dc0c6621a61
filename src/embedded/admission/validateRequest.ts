import { messageOf } from "../../api/error.ts";
import { ApiError } from "../wire/apiError.ts";
import type { BoundPolicy } from "./boundPolicies.ts";
import type { Scope, Validation } from "./compilePolicy.ts";
import { scopeOf } from "./compilePolicy.ts";
import { denial } from "./denial.ts";
import { conditionsHold, EvaluationFailed } from "./matchConditions.ts";
import type { AccessAttributes, AdmissionRequest } from "./request.ts";

type Authorize = (attributes: AccessAttributes) => boolean;
type Finding = { readonly message: string; readonly reason: string | undefined };

/** The warnings of all these policies. Throws ApiError for the first that denies. */
export function validateRequest(
  bound: readonly BoundPolicy[],
  request: AdmissionRequest,
  authorize: Authorize,
): string[] {
  const warnings: string[] = [];
  let denied: ApiError | undefined;
  for (const each of bound) {
    const { policy, binding, actions } = each;
    for (const finding of findingsOf(each, request, authorize)) {
      const origin = `ValidatingAdmissionPolicy '${policy.name}' with binding '${binding}'`;
      if (actions.includes("Warn")) warnings.push(`Validation failed for ${origin}: ${finding.message}`);
      if (!actions.includes("Deny")) continue;
      denied ??= denial(request, `${origin} denied request: ${finding.message}`, finding.reason);
    }
  }
  if (denied !== undefined) throw denied;
  return warnings;
}

function findingsOf({ policy }: BoundPolicy, request: AdmissionRequest, authorize: Authorize): Finding[] {
  const failure = (message: string): Finding[] => (policy.ignoresFailure ? [] : [{ message, reason: undefined }]);
  if (policy.unsupported !== undefined) return failure(policy.unsupported);
  const scope = scopeOf(policy, request, authorize);
  try {
    if (!conditionsHold(policy, scope)) return [];
  } catch (error) {
    if (error instanceof EvaluationFailed) return failure(error.message);
    throw error;
  }
  return policy.validations.flatMap((validation) => check(validation, scope, failure));
}

function check(validation: Validation, scope: Scope, failure: (message: string) => Finding[]): Finding[] {
  try {
    if (validation.expression.evaluate(scope) === true) return [];
  } catch (error) {
    return failure(`expression '${validation.expression.text}' resulted in error: ${messageOf(error)}`);
  }
  return [{ message: wording(validation, scope), reason: validation.reason === "" ? undefined : validation.reason }];
}

/** The computed message where it can be used, else the fixed one, else the expression. */
function wording({ messageExpression, message, expression }: Validation, scope: Scope): string {
  return computed(messageExpression, scope) || message || `failed expression: ${expression.text}`;
}

function computed(expression: Validation["messageExpression"], scope: Scope): string {
  if (expression === undefined) return "";
  try {
    const text = expression.evaluate(scope);
    return typeof text === "string" && !text.includes("\n") ? text.trim() : "";
  } catch {
    // What cannot be computed leaves the fixed message.
    return "";
  }
}
