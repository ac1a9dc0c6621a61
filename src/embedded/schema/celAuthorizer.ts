import type { Environment } from "@marcbachmann/cel-js";
import type { AuthorizerAttributes } from "./compileCel.ts";

export type Authorize = (attributes: AuthorizerAttributes) => boolean;

const nothing = { group: "", resource: "", subresource: "", namespace: "", name: "", verb: "" };

/** `authorizer` in an expression, with what has been asked so far. */
export class CelAuthorizer {
  readonly authorize: Authorize;
  readonly attributes: AuthorizerAttributes;

  constructor(authorize: Authorize, attributes: AuthorizerAttributes = nothing) {
    this.authorize = authorize;
    this.attributes = attributes;
  }

  with(more: Partial<AuthorizerAttributes>): CelAuthorizer {
    return new CelAuthorizer(this.authorize, { ...this.attributes, ...more });
  }
}

/** The answer to `check`. */
class CelDecision {
  readonly allowed: boolean;

  constructor(allowed: boolean) {
    this.allowed = allowed;
  }
}

/** Makes `authorizer.group(...).resource(...).check(verb).allowed()` known. */
export function registerAuthorizer(environment: Environment): void {
  environment.registerType("Authorizer", { ctor: CelAuthorizer, fields: {} });
  environment.registerType("Decision", { ctor: CelDecision, fields: {} });
  for (const part of ["group", "resource", "subresource", "namespace", "name"] as const) {
    environment.registerFunction(`Authorizer.${part}(string): Authorizer`, (authorizer: CelAuthorizer, value: string) =>
      authorizer.with({ [part]: value }),
    );
  }
  environment.registerFunction(
    "Authorizer.check(string): Decision",
    (authorizer: CelAuthorizer, verb: string) =>
      new CelDecision(authorizer.authorize({ ...authorizer.attributes, verb })),
  );
  environment.registerFunction("Decision.allowed(): bool", (decision: CelDecision) => decision.allowed);
  environment.registerFunction("Decision.reason(): string", () => "");
  environment.registerFunction("Decision.errored(): bool", () => false);
  environment.registerFunction("Decision.error(): string", () => "");
}
