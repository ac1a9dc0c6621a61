import path from "node:path";
import { messageOf, TidegateError } from "../api/error.ts";
import type { ClusterConfig, TlsConfig } from "./clusterConfig.ts";
import type { Entry } from "./kubeConfigFile.ts";
import { textOf } from "./kubeConfigFile.ts";
import type { MergedKubeConfig } from "./mergeKubeConfigs.ts";
import { resolveUser } from "./resolveUser.ts";

export type ResolveOptions = {
  readonly context?: string | undefined;
  readonly readFile: (path: string) => Promise<string>;
};

/** Reads what an entry gives inline (base64) or as a file, and complains with names. */
export type EntryReader = {
  text(field: string): string | undefined;
  pem(field: string): Promise<string | undefined>;
  /** A path of the entry, made absolute against its file. */
  file(field: string): string | undefined;
  invalid(what: string, cause?: unknown): TidegateError;
};

function createEntryReader(entry: Entry, context: string, readFile: (path: string) => Promise<string>): EntryReader {
  const invalid = (what: string, cause?: unknown): TidegateError =>
    new TidegateError("KUBECONFIG_INVALID", `context ${context} (${entry.name} of ${entry.file}): ${what}`, { cause });
  const text = (field: string): string | undefined => textOf(entry.body[field]);
  const file = (field: string): string | undefined => {
    const value = text(field);
    return value === undefined ? undefined : path.resolve(path.dirname(entry.file), value);
  };
  return {
    text,
    file,
    invalid,
    async pem(field) {
      const data = text(`${field}-data`);
      if (data !== undefined) {
        const decoded = Buffer.from(data, "base64").toString("utf8");
        if (!decoded.includes("-----BEGIN "))
          throw invalid(`${field}-data is not a base64-encoded PEM; write the kubeconfig anew`);
        return decoded;
      }
      const name = file(field);
      if (name === undefined) return undefined;
      try {
        return await readFile(name);
      } catch (error) {
        throw invalid(`${field} cannot be read (${messageOf(error)}); check the path`, error);
      }
    },
  };
}

/** The cluster and user of the context that is asked for, or else of the current one. */
export async function resolveContext(
  merged: MergedKubeConfig,
  { context: asked, readFile }: ResolveOptions,
): Promise<ClusterConfig> {
  const name = asked ?? merged.currentContext;
  const known = [...merged.contexts.keys()].join(", ") || "none";
  if (name === undefined) {
    throw new TidegateError(
      "KUBECONFIG_INVALID",
      `${merged.source} has no current-context; choose one with --context (known: ${known})`,
    );
  }
  const context = merged.contexts.get(name);
  if (context === undefined) {
    throw new TidegateError(
      "KUBECONFIG_INVALID",
      `${merged.source} has no context ${name}; choose one with --context (known: ${known})`,
    );
  }
  const reader = createEntryReader(context, name, readFile);
  const cluster = entryOf(merged.clusters, "cluster", reader);
  const user = reader.text("user") === undefined ? undefined : entryOf(merged.users, "user", reader);
  const found = await resolveCluster(cluster, createEntryReader(cluster, name, readFile));
  return {
    ...found,
    context: name,
    namespace: reader.text("namespace") ?? "default",
    source: merged.source,
    ...(user === undefined ? {} : { user: await resolveUser(user, createEntryReader(user, name, readFile), cluster) }),
  };
}

function entryOf(entries: ReadonlyMap<string, Entry>, field: "cluster" | "user", reader: EntryReader): Entry {
  const name = reader.text(field);
  if (name === undefined) throw reader.invalid(`it names no ${field}; add one to the context`);
  const entry = entries.get(name);
  if (entry === undefined)
    throw reader.invalid(`there is no ${field} ${name}; known are: ${[...entries.keys()].join(", ") || "none"}`);
  return entry;
}

async function resolveCluster(
  cluster: Entry,
  reader: EntryReader,
): Promise<Pick<ClusterConfig, "server" | "tls" | "proxyUrl">> {
  const server = reader.text("server");
  if (server === undefined) throw reader.invalid("the cluster has no server; add its URL");
  const protocol = URL.parse(server)?.protocol;
  if (protocol !== "https:" && protocol !== "http:")
    throw reader.invalid(`the server ${server} is not an https:// URL`);
  const insecureSkipVerify = cluster.body["insecure-skip-tls-verify"] === true;
  const caPem = await reader.pem("certificate-authority");
  if (insecureSkipVerify && caPem !== undefined)
    throw reader.invalid("it has both insecure-skip-tls-verify and a certificate-authority; drop one");
  const tls: TlsConfig = { caPem, serverName: reader.text("tls-server-name"), insecureSkipVerify };
  return { server: server.replace(/\/+$/, ""), tls, proxyUrl: proxyOf(reader) };
}

function proxyOf(reader: EntryReader): string | undefined {
  const proxy = reader.text("proxy-url");
  if (proxy === undefined) return undefined;
  const protocol = URL.parse(proxy)?.protocol;
  if (protocol !== "http:")
    throw reader.invalid(
      `only http:// proxies are supported as proxy-url, this one is ${protocol ?? "no URL"}; use another way in`,
    );
  return proxy;
}
