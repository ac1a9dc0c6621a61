import { parseAccept } from "./accept.ts";

const info = { title: "Kubernetes", version: "v1.36.3" };
const protobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
/** Clients still ask with the sign that no media type may have. */
const askedTypes = [protobufType, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"];

export type OpenApiV2Answer = { readonly code: 200; readonly text: string | Buffer; readonly contentType: string };

/**
 * The OpenAPI v2 document, which names no kinds: they are published as v3. kubectl still reads this one before it sends
 * a List or a kind that it does not find, and leaves the validation of kinds that are not in it to the server.
 */
export function openApiV2(accept: string | undefined): OpenApiV2Answer {
  const asked = parseAccept(accept).some(({ type }) => askedTypes.includes(type));
  if (!asked) {
    const document = { swagger: "2.0", info, paths: {}, definitions: {} };
    return { code: 200, text: `${JSON.stringify(document)}\n`, contentType: "application/json" };
  }
  const about = Buffer.concat([text(1, info.title), text(2, info.version)]);
  return { code: 200, text: Buffer.concat([text(1, "2.0"), text(2, about)]), contentType: protobufType };
}

/** A protobuf field of fewer than 128 bytes. */
function text(number: number, value: string | Buffer): Buffer {
  const content = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}
