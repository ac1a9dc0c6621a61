import type { AnyObject } from "../../api/object.ts";
import { messageOf } from "../../api/error.ts";
import { equalJson } from "../../api/equalJson.ts";
import { applyJsonPatch } from "../apply/jsonPatch.ts";
import { isKubeObject } from "../apply/kubeObject.ts";
import { mergeValues } from "../apply/mergeValues.ts";
import { objectSchema } from "../apply/objectSchema.ts";
import type { BoundPolicy } from "./boundPolicies.ts";
import type { Mutation } from "./compilePolicy.ts";
import { scopeOf } from "./compilePolicy.ts";
import { denial } from "./denial.ts";
import { conditionsHold, EvaluationFailed } from "./matchConditions.ts";
import type { AccessAttributes, AdmissionRequest } from "./request.ts";

type Authorize = (attributes: AccessAttributes) => boolean;

/**
 * The object after all these policies, each seeing what those before it made. One that may be invoked again is, once,
 * when a later one changed the object.
 */
export function mutateObject(
  bound: readonly BoundPolicy[],
  request: AdmissionRequest,
  authorize: Authorize,
): AnyObject | undefined {
  const ran: { readonly each: BoundPolicy; readonly result: AnyObject | undefined }[] = [];
  let { object } = request;
  for (const each of bound) {
    object = mutateOnce(each, { ...request, object }, authorize);
    ran.push({ each, result: object });
  }
  for (const { each, result } of ran) {
    if (each.policy.reinvokes && !equalJson(result, object))
      object = mutateOnce(each, { ...request, object }, authorize);
  }
  return object;
}

function mutateOnce(bound: BoundPolicy, request: AdmissionRequest, authorize: Authorize): AnyObject | undefined {
  try {
    return evaluate(bound, request, authorize);
  } catch (error) {
    if (!(error instanceof EvaluationFailed)) throw error;
    if (bound.policy.ignoresFailure) return request.object;
    throw denial(
      request,
      `policy '${bound.policy.name}' with binding '${bound.binding}' denied request: ${error.message}`,
    );
  }
}

function evaluate({ policy }: BoundPolicy, request: AdmissionRequest, authorize: Authorize): AnyObject | undefined {
  if (policy.unsupported !== undefined) throw new EvaluationFailed(policy.unsupported);
  if (!conditionsHold(policy, scopeOf(policy, request, authorize))) return request.object;
  let { object } = request;
  for (const mutation of policy.mutations) {
    if (object === undefined) return undefined;
    const current: AdmissionRequest = { ...request, object };
    const scope = scopeOf(policy, current, authorize);
    try {
      object = patched(object, mutation, { request: current, patch: mutation.expression.evaluate(scope) });
    } catch (error) {
      if (error instanceof EvaluationFailed) throw error;
      throw new EvaluationFailed(`expression '${mutation.expression.text}' resulted in error: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  return object;
}

function patched(
  object: AnyObject,
  { patchType }: Mutation,
  { request, patch }: { request: AdmissionRequest; patch: unknown },
): AnyObject {
  switch (patchType) {
    case "JSONPatch":
      return asObject(applyJsonPatch(object, patch));
    case "ApplyConfiguration":
      return asObject(mergeValues(objectSchema(request.definition.schema), object, patch));
    default:
      throw new EvaluationFailed(`unknown patchType ${JSON.stringify(patchType)}`);
  }
}

function asObject(value: unknown): AnyObject {
  if (isKubeObject(value)) return value;
  throw new EvaluationFailed("the mutation leaves no object");
}
