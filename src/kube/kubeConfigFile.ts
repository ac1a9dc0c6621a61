import { parseDocument } from "yaml";
import { TidegateError } from "../api/error.ts";

/** An entry of a kubeconfig with the file that it came from, against which its relative paths count. */
export type Entry = { readonly name: string; readonly body: Fields; readonly file: string };

/** Fields of a mapping that was not looked into yet. */
export type Fields = Readonly<Record<string, unknown>>;

export type KubeConfigFile = {
  readonly file: string;
  readonly currentContext: string | undefined;
  readonly clusters: readonly Entry[];
  readonly users: readonly Entry[];
  readonly contexts: readonly Entry[];
};

export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** Undefined for absent, null and empty, which kubeconfigs use alike. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The parts of one kubeconfig. `file` is for messages and relative paths. Throws KUBECONFIG_INVALID. */
export function parseKubeConfig(text: string, file = "kubeconfig"): KubeConfigFile {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw invalid(file, `is not YAML: ${error.message.split("\n")[0] ?? ""}`);
  const value: unknown = document.toJS() ?? {};
  const root = fieldsOf(value);
  if (root === undefined) throw invalid(file, "is no mapping with clusters, users and contexts");
  const kind = textOf(root["kind"]);
  if (kind !== undefined && kind !== "Config") throw invalid(file, `holds a ${kind}, not a kubeconfig (kind: Config)`);
  return {
    file,
    currentContext: textOf(root["current-context"]),
    clusters: entriesOf(root["clusters"], "cluster", file),
    users: entriesOf(root["users"], "user", file),
    contexts: entriesOf(root["contexts"], "context", file),
  };
}

function entriesOf(value: unknown, field: string, file: string): Entry[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(file, `has ${field}s that are not a list`);
  return value.map((item: unknown, index) => {
    const name = textOf(fieldsOf(item)?.["name"]);
    if (name === undefined) throw invalid(file, `has no name in ${field}s[${index}]`);
    return { name, body: fieldsOf(fieldsOf(item)?.[field]) ?? {}, file };
  });
}

function invalid(file: string, what: string): TidegateError {
  return new TidegateError("KUBECONFIG_INVALID", `${file} ${what}; mend it or name another with --kubeconfig`);
}
