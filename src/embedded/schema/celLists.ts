import type { Environment } from "@marcbachmann/cel-js";
import { same } from "./same.ts";

type Scalar = bigint | number | string | boolean | Date;

/** Kubernetes' list library, and the parts of cel-go's list, set and math extensions that rules use. */
export function registerLists(environment: Environment): void {
  const method = (signature: string, handler: (...values: never[]) => unknown): void => {
    environment.registerFunction(signature, handler as (...values: unknown[]) => unknown);
  };
  method("list.isSorted(): bool", (list: Scalar[]) =>
    list.every((item, index) => index === 0 || (list[index - 1] ?? item) <= item),
  );
  method("list.sum(): dyn", sum);
  method("list.min(): dyn", (list: Scalar[]) => best("min", list, (a, b) => a < b));
  method("list.max(): dyn", (list: Scalar[]) => best("max", list, (a, b) => a > b));
  method("list.indexOf(dyn): int", (list: unknown[], wanted: unknown) =>
    BigInt(list.findIndex((item) => same(item, wanted))),
  );
  method("list.lastIndexOf(dyn): int", (list: unknown[], wanted: unknown) =>
    BigInt(list.findLastIndex((item) => same(item, wanted))),
  );
  method("list.distinct(): list", (list: unknown[]) =>
    list.filter((item, index) => list.findIndex((other) => same(item, other)) === index),
  );
  method("list.reverse(): list", (list: unknown[]) => list.toReversed());
  method("list.flatten(): list", (list: unknown[]) => list.flat());
  method("list.slice(int, int): list", (list: unknown[], from: bigint, to: bigint) =>
    list.slice(Number(from), Number(to)),
  );
  method("list.sort(): list", (list: Scalar[]) => list.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  registerSets(environment);
  registerMath(environment);
}

function sum(list: Scalar[]): unknown {
  if (list.length === 0) return 0n;
  if (list.every((item) => typeof item === "bigint")) return list.reduce((total, item) => total + item, 0n);
  return list.reduce<number>((total, item) => total + Number(item), 0);
}

function best(name: string, list: Scalar[], better: (a: Scalar, b: Scalar) => boolean): Scalar {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error(`${name} called on empty list`);
  return rest.reduce((kept, item) => (better(item, kept) ? item : kept), first);
}

/** Holds the functions of a namespace such as `sets`. */
class Namespace {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

class Sets extends Namespace {}
class Numbers extends Namespace {}

function includes(list: unknown[], wanted: unknown): boolean {
  return list.some((item) => same(item, wanted));
}

function contains(list: unknown[], part: unknown[]): boolean {
  return part.every((item) => includes(list, item));
}

function greater(a: Scalar, b: Scalar): Scalar {
  return b > a ? b : a;
}

function lesser(a: Scalar, b: Scalar): Scalar {
  return b < a ? b : a;
}

function registerSets(environment: Environment): void {
  environment.registerType("SetsNamespace", Sets);
  environment.registerConstant("sets", "SetsNamespace", new Sets("sets"));
  environment.registerFunction(
    "SetsNamespace.contains(list, list): bool",
    (_: Sets, list: unknown[], part: unknown[]) => contains(list, part),
  );
  environment.registerFunction("SetsNamespace.intersects(list, list): bool", (_: Sets, a: unknown[], b: unknown[]) =>
    a.some((item) => includes(b, item)),
  );
  environment.registerFunction(
    "SetsNamespace.equivalent(list, list): bool",
    (_: Sets, a: unknown[], b: unknown[]) => contains(a, b) && contains(b, a),
  );
}

function registerMath(environment: Environment): void {
  environment.registerType("MathNamespace", Numbers);
  environment.registerConstant("math", "MathNamespace", new Numbers("math"));
  environment.registerFunction("MathNamespace.greatest(dyn, dyn): dyn", (_: Numbers, a: Scalar, b: Scalar) =>
    greater(a, b),
  );
  environment.registerFunction("MathNamespace.least(dyn, dyn): dyn", (_: Numbers, a: Scalar, b: Scalar) =>
    lesser(a, b),
  );
  environment.registerFunction("MathNamespace.greatest(list): dyn", (_: Numbers, list: Scalar[]) =>
    best("greatest", list, (a, b) => a > b),
  );
  environment.registerFunction("MathNamespace.least(list): dyn", (_: Numbers, list: Scalar[]) =>
    best("least", list, (a, b) => a < b),
  );
  environment.registerFunction("MathNamespace.abs(dyn): dyn", (_: Numbers, value: bigint | number) =>
    value < 0 ? -value : value,
  );
}
