import { messageOf } from "../../api/error.ts";
import type { CompiledPolicy, Scope } from "./compilePolicy.ts";

/** A policy that cannot be evaluated for a request; what that means is up to its failure policy. */
export class EvaluationFailed extends Error {}

/** Whether all conditions hold. One that is false outweighs one that fails. Throws EvaluationFailed. */
export function conditionsHold(policy: CompiledPolicy, scope: Scope): boolean {
  let failure: EvaluationFailed | undefined;
  for (const { name, expression } of policy.conditions) {
    try {
      if (expression.evaluate(scope) !== true) return false;
    } catch (error) {
      failure ??= new EvaluationFailed(
        `matchCondition ${JSON.stringify(name)} resulted in error: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }
  if (failure !== undefined) throw failure;
  return true;
}
