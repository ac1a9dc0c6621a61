import { ApiError } from "../wire/apiError.ts";

/** In which form the client wants objects. */
export type View = {
  readonly as: "object" | "table" | "metadata";
  readonly syntax: "json" | "yaml";
  /** Names the form; part of the key under which serialised forms are kept. */
  readonly key: string;
};

export type MediaRange = { readonly type: string; readonly parameters: ReadonlyMap<string, string> };

/** The media ranges of an Accept header, the preferred ones first; without a header anything goes. */
export function parseAccept(header: string | undefined): MediaRange[] {
  if (header === undefined || header.trim() === "") return [{ type: "*/*", parameters: new Map() }];
  const ranges = header.split(",").map((part) => parseRange(part));
  const quality = (range: MediaRange): number => Number(range.parameters.get("q") ?? 1);
  return ranges.filter((range) => quality(range) > 0).toSorted((a, b) => quality(b) - quality(a));
}

function parseRange(text: string): MediaRange {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  const pairs = parameters.map((parameter): [string, string] => {
    const at = parameter.indexOf("=");
    return at < 0 ? [parameter, ""] : [parameter.slice(0, at).trim(), parameter.slice(at + 1).trim()];
  });
  return { type: type.toLowerCase(), parameters: new Map(pairs) };
}

const jsonTypes = ["application/json", "application/*", "*/*"];

/** The form to answer in. Throws 406 when none fits. */
export function viewOf(header: string | undefined): View {
  for (const range of parseAccept(header)) {
    const syntax = jsonTypes.includes(range.type) ? "json" : range.type === "application/yaml" ? "yaml" : undefined;
    const as = formOf(range);
    if (syntax !== undefined && as !== undefined) return { as, syntax, key: `${as}.${syntax}` };
  }
  throw notAcceptable();
}

function formOf({ parameters }: MediaRange): View["as"] | undefined {
  const as = parameters.get("as");
  if (as === undefined) return "object";
  if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") return undefined;
  if (as === "Table") return "table";
  return as === "PartialObjectMetadata" || as === "PartialObjectMetadataList" ? "metadata" : undefined;
}

export function notAcceptable(): ApiError {
  const available =
    "Available representations: application/json, application/yaml, application/vnd.kubernetes.protobuf";
  return new ApiError(406, "NotAcceptable", `406: Not Acceptable\n\n${available}`, {});
}
