import type { AnyObject } from "../../api/object.ts";
import type { CelProgram } from "../schema/compileCel.ts";
import { CelError, compileCel } from "../schema/compileCel.ts";
import type { MatchResources } from "./matchResources.ts";
import type { AccessAttributes, AdmissionRequest } from "./request.ts";
import { celValues, celVariables } from "./request.ts";

/** An expression that remembers why it does not compile: that is an error only when it is asked. */
export type Expression = { readonly text: string; evaluate(scope: Scope): unknown };

export type Validation = {
  readonly expression: Expression;
  readonly message: string;
  readonly messageExpression: Expression | undefined;
  readonly reason: string;
};

export type Mutation = { readonly patchType: string; readonly expression: Expression };

/** What both kinds of policy have, compiled; `validations` or `mutations` is empty. */
export type CompiledPolicy = {
  readonly name: string;
  readonly constraints: MatchResources | undefined;
  readonly ignoresFailure: boolean;
  readonly reinvokes: boolean;
  /** Why it cannot be evaluated at all. */
  readonly unsupported: string | undefined;
  readonly conditions: readonly { readonly name: string; readonly expression: Expression }[];
  readonly variables: readonly { readonly name: string; readonly expression: Expression }[];
  readonly validations: readonly Validation[];
  readonly mutations: readonly Mutation[];
};

/** What expressions are evaluated with. */
export type Scope = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly authorize: (attributes: AccessAttributes) => boolean;
};

type Raw = Readonly<Record<string, unknown>>;

export function compilePolicy(policy: AnyObject): CompiledPolicy {
  const spec = asObject(policy["spec"]);
  return {
    name: policy.metadata.name,
    constraints: constraintsOf(spec["matchConstraints"]),
    ignoresFailure: spec["failurePolicy"] === "Ignore",
    reinvokes: spec["reinvocationPolicy"] === "IfNeeded",
    unsupported: isSet(spec["paramKind"]) ? "paramKind is not supported by the embedded API server" : undefined,
    conditions: asList(spec["matchConditions"]).map(named),
    variables: asList(spec["variables"]).map(named),
    validations: asList(spec["validations"]).map(compileValidation),
    mutations: asList(spec["mutations"]).map(compileMutation),
  };
}

/** The scope of one request. A variable is evaluated when it is first used, at most once. */
export function scopeOf(
  policy: CompiledPolicy,
  request: AdmissionRequest,
  authorize: (attributes: AccessAttributes) => boolean,
): Scope {
  const variables = {};
  const scope: Scope = { values: { ...celValues(request), variables }, authorize };
  for (const { name, expression } of policy.variables) {
    let known: { readonly value: unknown } | undefined;
    const get = (): unknown => (known ??= { value: expression.evaluate(scope) }).value;
    Object.defineProperty(variables, name, { get, enumerable: true });
  }
  return scope;
}

function compileValidation(raw: Raw): Validation {
  const messageExpression = textOf(raw["messageExpression"]);
  return {
    expression: compile(textOf(raw["expression"])),
    message: textOf(raw["message"]),
    messageExpression: messageExpression === "" ? undefined : compile(messageExpression),
    reason: textOf(raw["reason"]),
  };
}

function compileMutation(raw: Raw): Mutation {
  const patchType = textOf(raw["patchType"]);
  const body = asObject(patchType === "JSONPatch" ? raw["jsonPatch"] : raw["applyConfiguration"]);
  return { patchType, expression: compile(textOf(body["expression"])) };
}

function named(raw: Raw): { name: string; expression: Expression } {
  return { name: textOf(raw["name"]), expression: compile(textOf(raw["expression"])) };
}

function compile(text: string): Expression {
  const program = tryCompile(text);
  return {
    text: text.trim(),
    evaluate(scope) {
      if (program instanceof CelError) throw program;
      return program.evaluate(scope.values, scope.authorize);
    },
  };
}

function tryCompile(text: string): CelProgram | CelError {
  try {
    return compileCel(text, { variables: celVariables });
  } catch (error) {
    if (error instanceof CelError) return new CelError(`compilation failed: ${error.message}`);
    throw error;
  }
}

function constraintsOf(value: unknown): MatchResources | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}

function asObject(value: unknown): Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function asList(value: unknown): Raw[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
