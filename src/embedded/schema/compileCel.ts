import { EvaluationError, Optional, ParseError, TypeError as CelTypeError } from "@marcbachmann/cel-js";
import type { Schema } from "../wire/resource.ts";
import { type Authorize, CelAuthorizer } from "./celAuthorizer.ts";
import { celEnvironment } from "./celEnvironment.ts";
import { rewriteCel } from "./celSource.ts";
import { fromCel, toCel } from "./celValues.ts";

export type AuthorizerAttributes = {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly verb: string;
};

export type CelOptions = {
  /** Names that the expression may use. `authorizer` is one that `authorize` answers. */
  readonly variables: readonly string[];
  /** Schemas of variables, by which numbers, times and durations are told apart. */
  readonly schemas?: Readonly<Record<string, Schema>>;
  /** Variables that are optionals: `oldSelf.hasValue()`. */
  readonly optional?: readonly string[];
  /** Answers `authorizer...check(verb).allowed()` where `evaluate` gets no other; without any all is allowed. */
  readonly authorize?: Authorize;
};

export interface CelProgram {
  /**
   * Evaluates with plain JSON values (whole numbers become ints; getters are read when they are used). The answer is
   * plain JSON again: ints become numbers, `JSONPatch{}` and `Object{}` objects, durations and timestamps strings, an
   * empty optional undefined. Throws CelError where evaluation fails.
   */
  evaluate(values: Readonly<Record<string, unknown>>, authorize?: Authorize): unknown;
}

/** What does not compile or fails in evaluation. `message` is fit for a Status. */
export class CelError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CelError";
  }
}

/** Parses and checks a CEL expression once. Throws CelError. */
export function compileCel(expression: string, options: CelOptions): CelProgram {
  const source = rewriteCel(expression);
  const program = parse(source, options);
  const used = options.variables.filter((name) => new RegExp(`\\b${name}\\b`).test(source));
  return {
    evaluate(values, authorize = options.authorize ?? (() => true)) {
      const context: Record<string, unknown> = {};
      for (const name of used) context[name] = bind(name, values[name], options, authorize);
      try {
        return fromCel(program(context));
      } catch (error) {
        throw new CelError(reasonOf(error));
      }
    },
  };
}

function bind(name: string, value: unknown, options: CelOptions, authorize: Authorize): unknown {
  if (name === "authorizer") return new CelAuthorizer(authorize);
  const bound = value === undefined ? undefined : toCel(value, options.schemas?.[name]);
  return options.optional?.includes(name) === true ? Optional.of(bound) : (bound ?? null);
}

type Program = (context: Record<string, unknown>) => unknown;

const environments = new Map<string, ReturnType<typeof celEnvironment>>();
const mostEnvironments = 64;

function parse(source: string, options: CelOptions): Program {
  const environment = environmentOf(options);
  try {
    const program = environment.parse(source);
    const checked = program.check();
    if (!checked.valid) throw checked.error ?? new Error("the expression has no type");
    return program;
  } catch (error) {
    throw new CelError(compileMessage(error, source));
  }
}

function environmentOf({ variables, optional = [] }: CelOptions): ReturnType<typeof celEnvironment> {
  const key = `${variables.join(" ")}?${optional.join(" ")}`;
  const known = environments.get(key) ?? celEnvironment(variables, optional);
  if (environments.size >= mostEnvironments) environments.clear();
  environments.set(key, known);
  return known;
}

function compileMessage(error: unknown, source: string): string {
  const isKnown = error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError;
  const start = isKnown ? (error.range?.start ?? 0) : 0;
  const before = source.slice(0, start);
  const line = before.split("\n").length;
  const column = start - (before.lastIndexOf("\n") + 1) + 1;
  return `ERROR: <input>:${line}:${column}: ${reasonOf(error)}`;
}

function reasonOf(error: unknown): string {
  const summary = error instanceof Error && "summary" in error ? error.summary : undefined;
  const text = typeof summary === "string" ? summary : error instanceof Error ? error.message : String(error);
  return text
    .replace(/^Unknown variable: (.*)$/, "undeclared reference to '$1' (in container '')")
    .replace(/^No such key: (.*)$/, "no such key: $1");
}
