/** Says where in a scenario file something is wrong. */
export class ScenarioError extends Error {}

/** Turns a value of a file into what a step works with; throws ScenarioError naming the path. */
export type Reader<T> = (value: unknown, path: string) => T;

type Shape = Readonly<Record<string, Reader<unknown>>>;
type OptionalKeys<S extends Shape> = { [K in keyof S]: undefined extends ReturnType<S[K]> ? K : never }[keyof S];
export type Read<S extends Shape> = { readonly [K in Exclude<keyof S, OptionalKeys<S>>]: ReturnType<S[K]> } & {
  readonly [K in OptionalKeys<S>]?: Exclude<ReturnType<S[K]>, undefined>;
};

/** An object with these keys and no others. */
export function record<S extends Shape>(shape: S): Reader<Read<S>> {
  return (value, path) => {
    const fields = fieldsOf(value, path);
    const unknown = Object.keys(fields).find((key) => !(key in shape));
    if (unknown !== undefined)
      throw new ScenarioError(`${path}.${unknown}: unknown key; known are ${Object.keys(shape).join(", ")}`);
    const read = Object.entries(shape).map(([key, reader]): [string, unknown] => [
      key,
      reader(fields[key], `${path}.${key}`),
    ]);
    return Object.fromEntries(read.filter(([, entry]) => entry !== undefined)) as Read<S>;
  };
}

function fieldsOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ScenarioError(`${path}: expected an object, found ${describe(value)}`);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  return Array.isArray(value) ? "a list" : JSON.stringify(value);
}

export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, path) => (value === undefined ? undefined : reader(value, path));
}

export const text: Reader<string> = (value, path) => {
  if (typeof value === "string") return value;
  throw new ScenarioError(`${path}: expected a text, found ${describe(value)}`);
};

export const wholeNumber: Reader<number> = (value, path) => {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new ScenarioError(`${path}: expected a whole number, found ${describe(value)}`);
};

export const yesOrNo: Reader<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw new ScenarioError(`${path}: expected true or false, found ${describe(value)}`);
};

export const anything: Reader<unknown> = (value, path) => {
  if (value !== undefined) return value;
  throw new ScenarioError(`${path}: expected a value, found nothing`);
};

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ScenarioError(`${path}: expected a list, found ${describe(value)}`);
    return value.map((entry, index) => reader(entry, `${path}[${index}]`));
  };
}

export function mapOf<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(
      Object.entries(fieldsOf(value, path)).map(([key, entry]) => [key, reader(entry, `${path}[${key}]`)]),
    );
}

/** Seconds or milliseconds, as `20s` or `300ms`. */
export const span: Reader<number> = (value, path) => {
  const found = typeof value === "string" ? /^(\d+(?:\.\d+)?)(ms|s)$/.exec(value) : null;
  if (found === null)
    throw new ScenarioError(`${path}: expected a span such as 20s or 300ms, found ${describe(value)}`);
  return Number(found[1]) * (found[2] === "s" ? 1_000 : 1);
};
