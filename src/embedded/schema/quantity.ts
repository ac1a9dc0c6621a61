const decimal: Record<string, number> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Record<string, bigint> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const pattern = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;
const nano = 1_000_000_000n;

/** A Kubernetes quantity in billionths, exact down to them. */
export type Quantity = { readonly nanos: bigint; readonly form: "decimal" | "binary" | "exponent" };

/** Reads `500m`, `1.5Gi`, `2e3` or a number; undefined where it is no quantity. Finer than nano is rounded up. */
export function parseQuantity(value: string | number): Quantity | undefined {
  const match = pattern.exec(String(value));
  if (match === null) return undefined;
  const [, sign = "", digits = "0", exponent, suffix = ""] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  const shift = binary[suffix];
  const scale = exponent === undefined ? (decimal[suffix] ?? 0) : Number(exponent.slice(1));
  const size = scaled(
    BigInt(`${whole}${fraction}` || "0"),
    (shift === undefined ? scale : 0) - fraction.length,
    shift ?? 0n,
  );
  const form = shift !== undefined ? "binary" : exponent !== undefined ? "exponent" : "decimal";
  return { nanos: sign === "-" ? -size : size, form };
}

function scaled(digits: bigint, tens: number, shift: bigint): bigint {
  const exponent = tens + 9;
  const value = digits << shift;
  if (exponent >= 0) return value * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (value + divisor - 1n) / divisor;
}

/** The shortest form that keeps the value and the family of suffixes, as the API server writes it. */
export function formatQuantity({ nanos, form }: Quantity): string {
  if (nanos === 0n) return "0";
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  const binaryText = form === "binary" ? formatBinary(size) : undefined;
  return `${sign}${binaryText ?? formatDecimal(size, form === "exponent")}`;
}

function formatBinary(size: bigint): string | undefined {
  if (size % nano !== 0n) return undefined;
  const whole = size / nano;
  if (whole < 1024n) return undefined;
  const [suffix, shift] = Object.entries(binary).findLast(([, bits]) => whole % (1n << bits) === 0n) ?? ["", 0n];
  return `${whole >> shift}${suffix}`;
}

function formatDecimal(size: bigint, exponent: boolean): string {
  const fits = Object.entries(decimal).findLast(([, scale]) => size % 10n ** BigInt(scale + 9) === 0n);
  const [suffix, scale] = fits ?? ["n", -9];
  const shown = exponent && scale !== 0 ? `e${scale}` : suffix;
  return `${size / 10n ** BigInt(scale + 9)}${shown}`;
}
