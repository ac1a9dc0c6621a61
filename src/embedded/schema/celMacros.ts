import type { Environment } from "@marcbachmann/cel-js";

/** The part of the library's checker, evaluator and scopes that macros meet; it publishes no types for them. */
type Node = { readonly op: string; readonly args: unknown };
type Type = { readonly kind: string; readonly valueType?: Type; readonly keyType?: Type };
type Scope = {
  forkWithVariable(name: string, type: Type): Scope;
  reuse(parent: Scope): Scope;
  setIterValue(value: unknown, evaluator: Evaluator): Scope;
};
type Checker = { check(node: Node, scope: Scope): Type; getType(name: string): Type };
type Evaluator = { run(node: Node, scope: Scope): unknown };
type MacroCall = { readonly args: readonly Node[]; readonly receiver: Node };
type Macro = {
  readonly async: false;
  scopes: [Scope, Scope] | undefined;
  typeCheck(checker: Checker, macro: Macro, scope: Scope): Type;
  evaluate(evaluator: Evaluator, macro: Macro, scope: Scope): unknown;
};

type Entry = readonly [key: unknown, value: unknown];
type Loop = {
  readonly result: string;
  /** Gets a function per expression of the macro that evaluates it for an entry. */
  readonly run: (entries: readonly Entry[], evaluate: readonly ((entry: Entry) => unknown)[]) => unknown;
};

const loops: Readonly<Record<string, Loop>> = {
  "all:1": { result: "bool", run: (entries, [test]) => entries.every((entry) => test?.(entry) === true) },
  "exists:1": { result: "bool", run: (entries, [test]) => entries.some((entry) => test?.(entry) === true) },
  "existsOne:1": {
    result: "bool",
    run: (entries, [test]) => entries.filter((entry) => test?.(entry) === true).length === 1,
  },
  "exists_one:1": {
    result: "bool",
    run: (entries, [test]) => entries.filter((entry) => test?.(entry) === true).length === 1,
  },
  "transformList:1": { result: "list", run: (entries, [make]) => entries.map((entry) => make?.(entry)) },
  "transformList:2": {
    result: "list",
    run: (entries, [test, make]) => entries.filter((entry) => test?.(entry) === true).map((entry) => make?.(entry)),
  },
  "transformMap:1": {
    result: "map",
    run: (entries, [make]) => new Map(entries.map((entry) => [entry[0], make?.(entry)])),
  },
  "transformMap:2": {
    result: "map",
    run: (entries, [test, make]) =>
      new Map(entries.filter((entry) => test?.(entry) === true).map((entry) => [entry[0], make?.(entry)])),
  },
};

/** Macros over key and value (index and item), and `optMap` and `optFlatMap` of optionals. */
export function registerMacros(environment: Environment): void {
  for (const [name, loop] of Object.entries(loops)) {
    const [macro = "", expressions = "1"] = name.split(":");
    const parameters = ["ast", "ast", ...Array.from({ length: Number(expressions) }, () => "ast")].join(", ");
    environment.registerFunction(`list.${macro}(${parameters}): ${loop.result}`, ((call: MacroCall) =>
      loopMacro(call, loop)) as never);
  }
  environment.registerFunction("optional.optMap(ast, ast): optional<dyn>", ((call: MacroCall) =>
    optionalMacro(call, true)) as never);
  environment.registerFunction("optional.optFlatMap(ast, ast): optional<dyn>", ((call: MacroCall) =>
    optionalMacro(call, false)) as never);
}

function nameOf(node: Node | undefined): string {
  if (node?.op === "id" && typeof node.args === "string") return node.args;
  throw new Error("the iteration variable of a macro must be a simple name");
}

function loopMacro({ args, receiver }: MacroCall, loop: Loop): Macro {
  const [keyName, valueName] = [nameOf(args[0]), nameOf(args[1])];
  const expressions = args.slice(2);
  return {
    async: false,
    scopes: undefined,
    typeCheck(checker, macro, scope) {
      checker.check(receiver, scope);
      const dyn = checker.getType("dyn");
      const outer = scope.forkWithVariable(keyName, dyn);
      const inner = outer.forkWithVariable(valueName, dyn);
      macro.scopes = [outer, inner];
      for (const expression of expressions) checker.check(expression, inner);
      return checker.getType(loop.result);
    },
    evaluate(evaluator, macro, scope) {
      const entries = entriesOf(evaluator.run(receiver, scope));
      const bound = expressions.map(
        (expression) => (entry: Entry) => evaluator.run(expression, bind(macro, scope, entry, evaluator)),
      );
      return loop.run(entries, bound);
    },
  };
}

function bind(macro: Macro, scope: Scope, [key, value]: Entry, evaluator: Evaluator): Scope {
  const [outer, inner] = macro.scopes ?? [scope, scope];
  return inner.reuse(outer.reuse(scope).setIterValue(key, evaluator)).setIterValue(value, evaluator);
}

function entriesOf(value: unknown): readonly Entry[] {
  if (Array.isArray(value)) return value.map((item, index) => [BigInt(index), item] as const);
  if (value instanceof Map) return [...value.entries()];
  if (typeof value === "object" && value !== null) return Object.entries(value);
  throw new Error("a macro needs a list or a map");
}

type OptionalLike = { hasValue(): boolean; value(): unknown; constructor: { of(value: unknown): unknown } };

function optionalMacro({ args, receiver }: MacroCall, wrap: boolean): Macro {
  const name = nameOf(args[0]);
  const expression = args[1] ?? receiver;
  return {
    async: false,
    scopes: undefined,
    typeCheck(checker, macro, scope) {
      const type = checker.check(receiver, scope);
      const inner = scope.forkWithVariable(name, type.valueType ?? checker.getType("dyn"));
      macro.scopes = [inner, inner];
      checker.check(expression, inner);
      return checker.getType("optional<dyn>");
    },
    evaluate(evaluator, macro, scope) {
      const optional = evaluator.run(receiver, scope) as OptionalLike;
      if (!optional.hasValue()) return optional;
      const inner = (macro.scopes?.[0] ?? scope).reuse(scope).setIterValue(optional.value(), evaluator);
      const result = evaluator.run(expression, inner);
      return wrap ? optional.constructor.of(result) : result;
    },
  };
}
