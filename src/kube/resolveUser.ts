import type { ExecConfig, Impersonation, UserConfig } from "./clusterConfig.ts";
import path from "node:path";
import type { Entry, Fields } from "./kubeConfigFile.ts";
import { fieldsOf, textOf } from "./kubeConfigFile.ts";
import type { EntryReader } from "./resolveContext.ts";

const execVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"] as const;
const interactiveModes = ["Never", "IfAvailable", "Always"] as const;

/** What a user entry of a kubeconfig says, certificates read. */
export async function resolveUser(user: Entry, reader: EntryReader, cluster: Entry): Promise<UserConfig> {
  const provider = textOf(fieldsOf(user.body["auth-provider"])?.["name"]);
  if (provider !== undefined) {
    throw reader.invalid(
      `the auth-provider ${provider} is of the kind that Kubernetes 1.26 removed; write the kubeconfig anew with an exec plugin`,
    );
  }
  const [certificatePem, keyPem] = [await reader.pem("client-certificate"), await reader.pem("client-key")];
  if ((certificatePem === undefined) !== (keyPem === undefined)) {
    throw reader.invalid(
      `the client-${keyPem === undefined ? "key" : "certificate"} is missing beside its counterpart`,
    );
  }
  const execFields = fieldsOf(user.body["exec"]);
  const token = reader.text("token");
  return {
    certificatePem,
    keyPem,
    token,
    tokenFile: reader.file("tokenFile"),
    username: reader.text("username"),
    password: reader.text("password"),
    impersonate: impersonationOf(user.body),
    // A token that somebody wrote down wins over asking for one, as in kubectl.
    exec: execFields === undefined || token !== undefined ? undefined : execOf(execFields, user, reader, cluster),
  };
}

function impersonationOf(body: Fields): Impersonation | undefined {
  const user = textOf(body["as"]);
  if (user === undefined) return undefined;
  const extra = Object.entries(fieldsOf(body["as-user-extra"]) ?? {}).map(
    ([key, values]) => [key, textsOf(values)] as const,
  );
  return { user, uid: textOf(body["as-uid"]), groups: textsOf(body["as-groups"]), extra: Object.fromEntries(extra) };
}

function execOf(fields: Fields, user: Entry, reader: EntryReader, cluster: Entry): ExecConfig {
  const apiVersion = execVersions.find((known) => known === fields["apiVersion"]);
  if (apiVersion === undefined) {
    throw reader.invalid(
      `the exec plugin has apiVersion ${String(fields["apiVersion"])}; supported are ${execVersions.join(" and ")}`,
    );
  }
  const command = textOf(fields["command"]);
  if (command === undefined) throw reader.invalid("the exec plugin has no command");
  const mode = fields["interactiveMode"] ?? (apiVersion.endsWith("/v1beta1") ? "IfAvailable" : undefined);
  const interactiveMode = interactiveModes.find((known) => known === mode);
  if (interactiveMode === undefined) {
    throw reader.invalid(`the exec plugin needs interactiveMode, one of ${interactiveModes.join(", ")}`);
  }
  return {
    apiVersion,
    command: /[/\\]/.test(command) ? path.resolve(path.dirname(user.file), command) : command,
    args: textsOf(fields["args"]),
    env: envOf(fields["env"]),
    interactiveMode,
    provideClusterInfo: fields["provideClusterInfo"] === true,
    installHint: textOf(fields["installHint"]),
    clusterExtension: extensionOf(cluster),
  };
}

function envOf(value: unknown): Record<string, string> {
  const pairs = (Array.isArray(value) ? value : []).flatMap((item: unknown) => {
    const name = textOf(fieldsOf(item)?.["name"]);
    const text = fieldsOf(item)?.["value"];
    return name === undefined ? [] : [[name, typeof text === "string" ? text : ""] as const];
  });
  return Object.fromEntries(pairs);
}

function extensionOf(cluster: Entry): unknown {
  const extensions = Array.isArray(cluster.body["extensions"]) ? cluster.body["extensions"] : [];
  const own = extensions.find((item: unknown) => fieldsOf(item)?.["name"] === "client.authentication.k8s.io/exec");
  return fieldsOf(own)?.["extension"];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
