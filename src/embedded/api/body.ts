import type { IncomingMessage } from "node:http";
import { parse as parseYaml } from "yaml";
import { messageOf } from "../../api/error.ts";
import { ApiError } from "../wire/apiError.ts";
import { badRequest } from "./errors.ts";
import { decodeProtobuf, protobufMediaType } from "./protobuf/decodeProtobuf.ts";

export const bodyLimitBytes = 3 * 1024 * 1024;

/** The media type of the request's body, without parameters; JSON when none is named. */
export function mediaTypeOf(request: IncomingMessage): string {
  const header = request.headers["content-type"];
  return header === undefined ? "application/json" : (header.split(";")[0] ?? "").trim().toLowerCase();
}

/** Reads the body. Throws 413 beyond the limit, 400 when the client goes away. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > bodyLimitBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw badRequest(`the body could not be read: ${messageOf(error)}`);
  }
  if (size > bodyLimitBytes)
    throw new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${bodyLimitBytes}`, {});
  return Buffer.concat(chunks);
}

/** Parses JSON, or YAML or protobuf for the types that say so. An empty body is undefined. Throws 400. */
export function parseBody(body: Buffer, mediaType: string): unknown {
  if (body.length === 0) return undefined;
  if (mediaType === protobufMediaType) return decodeProtobuf(body);
  const text = body.toString("utf8");
  try {
    if (!mediaType.endsWith("yaml")) return JSON.parse(text) as unknown;
    // JSON is YAML, and most clients send it as such: the JSON parser is many times faster.
    return text.startsWith("{") ? (parseLenient(text) ?? parseYaml(text)) : (parseYaml(text) as unknown);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized (must be of type JSON or YAML): ${messageOf(error)}`);
  }
}

function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Throws 415 unless the body is a document that this server reads; only built-in kinds have a protobuf form. */
export function requireDocumentType(mediaType: string, builtIn: boolean): void {
  const documentTypes = ["application/json", "application/yaml", ...(builtIn ? [protobufMediaType] : [])];
  if (documentTypes.includes(mediaType)) return;
  throw new ApiError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${documentTypes.join(", ")}`,
  );
}
