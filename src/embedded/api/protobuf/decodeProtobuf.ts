import { messageOf } from "../../../api/error.ts";
import { badRequest } from "../errors.ts";
import type { Json } from "../json.ts";
import { messageFields } from "./messageFields.ts";
import { readFields } from "./wire.ts";

export const protobufMediaType = "application/vnd.kubernetes.protobuf";

/** Every document begins with it. */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

const packages: Readonly<Record<string, string>> = {
  v1: "core",
  "apps/v1": "apps",
  "coordination.k8s.io/v1": "coordination",
  "discovery.k8s.io/v1": "discovery",
  "authorization.k8s.io/v1": "authz",
  "authentication.k8s.io/v1": "authn",
  "policy/v1": "policy",
  "autoscaling/v1": "autoscaling",
  "autoscaling/v2": "autoscaling",
  "rbac.authorization.k8s.io/v1": "rbac",
  "meta.k8s.io/v1": "meta",
};

/**
 * Reads a document in the protobuf form of the built-in kinds, in which kubectl 1.32 and newer send what they create.
 * Throws ApiError 400 for kinds and fields that are not known here.
 */
export function decodeProtobuf(body: Buffer): unknown {
  if (!body.subarray(0, 4).equals(magic)) throw badRequest("the body is no Kubernetes protobuf document");
  try {
    return decodeDocument(body.subarray(4));
  } catch (error) {
    if (error instanceof RangeError) throw badRequest(`the protobuf body cannot be read: ${messageOf(error)}`);
    throw error;
  }
}

function decodeDocument(envelope: Buffer): Json {
  let [apiVersion, kind] = ["", ""];
  let raw: Buffer = Buffer.alloc(0);
  for (const { number, value } of readFields(envelope)) {
    if (number === 1 && Buffer.isBuffer(value)) [apiVersion, kind] = decodeType(value);
    if (number === 2 && Buffer.isBuffer(value)) raw = value;
  }
  const type = kind === "DeleteOptions" ? "meta.DeleteOptions" : `${packages[apiVersion] ?? apiVersion}.${kind}`;
  if (messageFields[type] === undefined)
    throw new RangeError(`${kind} of ${apiVersion} is not read in protobuf; send JSON`);
  return { apiVersion, kind, ...decodeMessage(type, raw) };
}

function decodeType(message: Buffer): [string, string] {
  const texts = new Map([...readFields(message)].map(({ number, value }) => [number, String(value)]));
  return [texts.get(1) ?? "", texts.get(2) ?? ""];
}

type Field = { readonly name: string; readonly type: string; readonly form: "one" | "list" | "map" };
const tables = new Map<string, ReadonlyMap<number, Field>>();

function fieldsOf(type: string): ReadonlyMap<number, Field> {
  const known = tables.get(type);
  if (known !== undefined) return known;
  const table = new Map<number, Field>();
  for (const entry of (messageFields[type] ?? "").split(", ").filter((text) => text !== "")) {
    const [number, name = "", typeText = ""] = entry.split(" ");
    const form = typeText.startsWith("[]") ? "list" : typeText.startsWith("{}") ? "map" : "one";
    table.set(Number(number), { name, type: form === "one" ? typeText : typeText.slice(2), form });
  }
  tables.set(type, table);
  return table;
}

function decodeMessage(type: string, message: Buffer): Json {
  const fields = fieldsOf(type);
  const result: Json = {};
  for (const { number, value } of readFields(message)) {
    const field = fields.get(number);
    if (field === undefined) throw new RangeError(`field ${number} of ${type} is not read in protobuf; send JSON`);
    put(result, field, value);
  }
  return result;
}

function put(result: Json, { name, type, form }: Field, value: bigint | Buffer): void {
  if (form === "list") return void ((result[name] ??= []) as unknown[]).push(decodeValue(type, value));
  if (form === "map") return putEntry((result[name] ??= {}) as Json, type, value);
  if (name === "*") Object.assign(result, decodeValue(type, value));
  else result[name] = decodeValue(type, value);
}

function putEntry(map: Json, type: string, entry: bigint | Buffer): void {
  let key = "";
  let value: unknown = type === "string" || type === "bytes" ? "" : {};
  for (const field of readFields(asBuffer(entry))) {
    if (field.number === 1) key = asBuffer(field.value).toString();
    if (field.number === 2) value = decodeValue(type, field.value);
  }
  map[key] = value;
}

function decodeValue(type: string, value: bigint | Buffer): unknown {
  switch (type) {
    case "string":
      return asBuffer(value).toString();
    case "bytes":
      return asBuffer(value).toString("base64");
    case "bool":
      return value !== 0n;
    case "int":
      return Number(BigInt.asIntN(64, asNumber(value)));
    case "double":
      return asBuffer(value).readDoubleLE();
    case "meta.Time":
      return decodeTime(asBuffer(value), 0);
    case "meta.MicroTime":
      return decodeTime(asBuffer(value), 6);
    case "resource.Quantity":
      return textOf(asBuffer(value));
    case "intstr.IntOrString":
      return decodeIntOrString(asBuffer(value));
    case "meta.FieldsV1":
    case "runtime.RawExtension":
      return JSON.parse(textOf(asBuffer(value)) || "{}") as unknown;
    default:
      return decodeMessage(type, asBuffer(value));
  }
}

/** The text of a message that has only one field. */
function textOf(message: Buffer): string {
  for (const { number, value } of readFields(message)) if (number === 1) return asBuffer(value).toString();
  return "";
}

/** Seconds and nanoseconds; a time that is not set is an empty message. */
function decodeTime(message: Buffer, digits: number): string | null {
  const parts = new Map(
    [...readFields(message)].map(({ number, value }) => [number, BigInt.asIntN(64, asNumber(value))]),
  );
  const seconds = parts.get(1);
  if (seconds === undefined) return null;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  if (digits === 0) return `${text}Z`;
  return `${text}.${String(parts.get(2) ?? 0n)
    .padStart(9, "0")
    .slice(0, digits)}Z`;
}

function decodeIntOrString(message: Buffer): number | string {
  let isText = false;
  let [number, text] = [0, ""];
  for (const field of readFields(message)) {
    if (field.number === 1) isText = field.value === 1n;
    if (field.number === 2) number = Number(BigInt.asIntN(64, asNumber(field.value)));
    if (field.number === 3) text = asBuffer(field.value).toString();
  }
  return isText ? text : number;
}

function asBuffer(value: bigint | Buffer): Buffer {
  if (!Buffer.isBuffer(value)) throw new RangeError("a field has another type than it should");
  return value;
}

function asNumber(value: bigint | Buffer): bigint {
  if (Buffer.isBuffer(value)) throw new RangeError("a field has another type than it should");
  return value;
}
