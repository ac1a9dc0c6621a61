import type { Environment } from "@marcbachmann/cel-js";
import { type Quantity, parseQuantity } from "./quantity.ts";

const nano = 1_000_000_000n;

/** The type of `quantity("1Gi")`. */
export class CelQuantity {
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    this.quantity = quantity;
  }
}

/** Makes `quantity`, `isQuantity` and the methods of quantities known. */
export function registerQuantities(environment: Environment): void {
  environment.registerType("Quantity", { ctor: CelQuantity, fields: {} });
  environment.registerFunction("isQuantity(string): bool", (text: string) => parseQuantity(text) !== undefined);
  environment.registerFunction("quantity(string): Quantity", read);
  environment.registerFunction(
    "Quantity.isGreaterThan(Quantity): bool",
    (a: CelQuantity, b: CelQuantity) => nanos(a) > nanos(b),
  );
  environment.registerFunction(
    "Quantity.isLessThan(Quantity): bool",
    (a: CelQuantity, b: CelQuantity) => nanos(a) < nanos(b),
  );
  environment.registerFunction("Quantity.compareTo(Quantity): int", compare);
  environment.registerFunction("Quantity.sign(): int", (a: CelQuantity) => sign(nanos(a)));
  environment.registerFunction("Quantity.isInteger(): bool", (a: CelQuantity) => nanos(a) % nano === 0n);
  environment.registerFunction("Quantity.asInteger(): int", asInteger);
  environment.registerFunction("Quantity.asApproximateFloat(): double", (a: CelQuantity) => Number(nanos(a)) / 1e9);
  environment.registerFunction("Quantity.add(Quantity): Quantity", (a: CelQuantity, b: CelQuantity) =>
    plus(a, nanos(b)),
  );
  environment.registerFunction("Quantity.add(int): Quantity", (a: CelQuantity, b: bigint) => plus(a, b * nano));
  environment.registerFunction("Quantity.sub(Quantity): Quantity", (a: CelQuantity, b: CelQuantity) =>
    plus(a, -nanos(b)),
  );
  environment.registerFunction("Quantity.sub(int): Quantity", (a: CelQuantity, b: bigint) => plus(a, -b * nano));
  environment.registerOperator("Quantity == Quantity", (a: CelQuantity, b: CelQuantity) => nanos(a) === nanos(b));
}

function read(text: string): CelQuantity {
  const quantity = parseQuantity(text);
  if (quantity === undefined)
    throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  return new CelQuantity(quantity);
}

function nanos(value: CelQuantity): bigint {
  return value.quantity.nanos;
}

function sign(value: bigint): bigint {
  return value > 0n ? 1n : value < 0n ? -1n : 0n;
}

function compare(a: CelQuantity, b: CelQuantity): bigint {
  return sign(nanos(a) - nanos(b));
}

function asInteger(a: CelQuantity): bigint {
  if (nanos(a) % nano !== 0n) throw new Error("cannot convert value to integer");
  return nanos(a) / nano;
}

function plus(a: CelQuantity, more: bigint): CelQuantity {
  return new CelQuantity({ nanos: nanos(a) + more, form: a.quantity.form });
}
