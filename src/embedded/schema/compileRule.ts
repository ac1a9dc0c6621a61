import type { Schema, ValidationRule } from "../wire/resource.ts";
import { type CelProgram, compileCel } from "./compileCel.ts";

export type CompiledRule = {
  readonly program: CelProgram;
  readonly messageProgram: CelProgram | undefined;
  readonly message: string;
  readonly reason: string;
  /** With its leading dot, or empty. */
  readonly fieldPath: string;
  /** Whether it compares with the stored value. */
  readonly isTransition: boolean;
  readonly optionalOldSelf: boolean;
};

/** Compiles a rule that belongs to this schema. Throws CelError. */
export function compileRule(rule: ValidationRule, schema: Schema): CompiledRule {
  const optionalOldSelf = rule.optionalOldSelf === true;
  const expression = rule.rule.trim();
  const options = {
    variables: ["self", "oldSelf"],
    schemas: { self: schema, oldSelf: schema },
    optional: optionalOldSelf ? ["oldSelf"] : [],
  };
  return {
    program: compileCel(expression, options),
    messageProgram: rule.messageExpression === undefined ? undefined : compileCel(rule.messageExpression, options),
    message: rule.message?.trim() || `failed rule: ${expression}`,
    reason: rule.reason ?? "FieldValueInvalid",
    fieldPath: rule.fieldPath ?? "",
    isTransition: /\boldSelf\b/.test(expression),
    optionalOldSelf,
  };
}
