import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadKubeConfig, parseKubeConfig } from "./config.ts";

const pem = (what: string) => `-----BEGIN ${what}-----\nabc\n-----END ${what}-----\n`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

type Parts = { cluster?: object; user?: object; context?: object; current?: string | null };

/** A kubeconfig with one context `dev` of cluster `c` and user `u`, as JSON (which is YAML). */
function config({ cluster = {}, user = {}, context = {}, current = "dev" }: Parts = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": current,
    clusters: [{ name: "c", cluster: { server: "https://c:6443", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "dev", context: { cluster: "c", user: "u", ...context } }],
  });
}

/** Reads from these files alone. */
function reader(files: Record<string, string>) {
  return async (file: string): Promise<string> => {
    const text = files[file];
    if (text === undefined) throw Object.assign(new Error(`ENOENT: no such file, open '${file}'`), { code: "ENOENT" });
    return text;
  };
}

const load = (
  files: Record<string, string>,
  env: Record<string, string> = { KUBECONFIG: "/k/config" },
  context?: string,
) => loadKubeConfig({ env, context, readFile: reader(files) });

describe("loadKubeConfig", () => {
  it("gives server, namespace, context and trust of the current context", async () => {
    const cluster = {
      "certificate-authority-data": base64(pem("CERTIFICATE")),
      "tls-server-name": "api",
      server: "https://c:6443/",
    };
    expect(await load({ "/k/config": config({ cluster, context: { namespace: "shop" } }) })).toMatchObject({
      server: "https://c:6443",
      namespace: "shop",
      context: "dev",
      tls: { caPem: pem("CERTIFICATE"), serverName: "api", insecureSkipVerify: false },
      source: "/k/config",
    });
  });

  it("uses the namespace default where the context names none", async () => {
    expect((await load({ "/k/config": config() })).namespace).toBe("default");
  });

  it("takes the context that is asked for instead of the current one", async () => {
    const other = config({ cluster: { server: "https://other" } })
      .replaceAll('"dev"', '"prod"')
      .replaceAll('"c"', '"c2"');
    const files = { "/k/config": config(), "/k/other": other };
    const found = await load(files, { KUBECONFIG: ["/k/config", "/k/other"].join(path.delimiter) }, "prod");
    expect([found.context, found.server]).toEqual(["prod", "https://other"]);
  });

  it("merges several files: the first that has a name or a current context wins, and a missing one is skipped", async () => {
    const files = {
      "/a/config": config({ current: null, cluster: { server: "https://first" } }),
      "/b/config": config({ cluster: { server: "https://second" }, user: { token: "second" } }),
    };
    const found = await load(files, { KUBECONFIG: ["/missing", "/a/config", "/b/config"].join(path.delimiter) });
    expect(found).toMatchObject({ context: "dev", server: "https://first" });
    expect(found.user?.token).toBeUndefined();
  });

  it("reads ~/.kube/config where KUBECONFIG is not set", async () => {
    expect(await load({ "/home/jo/.kube/config": config() }, { HOME: "/home/jo" })).toMatchObject({
      server: "https://c:6443",
    });
  });

  it("resolves relative paths against the file that holds them", async () => {
    const user = { "client-certificate": "tls/me.crt", "client-key": "/abs/me.key", tokenFile: "token" };
    const files = {
      "/k/config": config({ user, cluster: { "certificate-authority": "ca.crt" } }),
      "/k/tls/me.crt": "cert",
      "/abs/me.key": "key",
      "/k/ca.crt": "ca",
    };
    expect(await load(files)).toMatchObject({
      tls: { caPem: "ca" },
      user: { certificatePem: "cert", keyPem: "key", tokenFile: "/k/token" },
    });
  });

  it("prefers data to files, and reads token, basic auth and impersonation", async () => {
    const user = {
      "client-certificate-data": base64(pem("CERTIFICATE")),
      "client-certificate": "/missing",
      "client-key-data": base64(pem("PRIVATE KEY")),
      token: "t",
      username: "jo",
      password: "pw",
      as: "root",
      "as-groups": ["g"],
      "as-user-extra": { scope: ["a"] },
    };
    expect((await load({ "/k/config": config({ user }) })).user).toMatchObject({
      certificatePem: pem("CERTIFICATE"),
      keyPem: pem("PRIVATE KEY"),
      token: "t",
      username: "jo",
      password: "pw",
      impersonate: { user: "root", groups: ["g"], extra: { scope: ["a"] } },
    });
  });

  it("reads an exec plugin, its path and its cluster's extension", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "./plugin",
      args: ["get"],
      env: [{ name: "A", value: "1" }],
      provideClusterInfo: true,
    };
    const extensions = [{ name: "client.authentication.k8s.io/exec", extension: { audience: "x" } }];
    expect((await load({ "/k/config": config({ user: { exec }, cluster: { extensions } }) })).user?.exec).toEqual({
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "/k/plugin",
      args: ["get"],
      env: { A: "1" },
      interactiveMode: "IfAvailable",
      provideClusterInfo: true,
      installHint: undefined,
      clusterExtension: { audience: "x" },
    });
  });

  it("finds a plugin without a slash by the search path", async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "aws", interactiveMode: "Never" };
    expect((await load({ "/k/config": config({ user: { exec } }) })).user?.exec?.command).toBe("aws");
  });

  it("falls back to the pod's service account inside a pod, and only without a kubeconfig", async () => {
    const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
    const mounted = { [`${folder}/token`]: "t", [`${folder}/ca.crt`]: "ca", [`${folder}/namespace`]: "tidegate\n" };
    const env = { HOME: "/root", KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };
    expect(await load(mounted, env)).toMatchObject({
      server: "https://[fd00::1]:6443",
      namespace: "tidegate",
      tls: { caPem: "ca" },
      user: { tokenFile: `${folder}/token` },
    });
    expect((await load({ ...mounted, "/root/.kube/config": config() }, env)).server).toBe("https://c:6443");
    await expect(load({}, env)).rejects.toMatchObject({
      code: "KUBECONFIG_INVALID",
      message: expect.stringContaining("automountServiceAccountToken"),
    });
  });
});

describe("a kubeconfig that cannot be used is refused with file, context and remedy", () => {
  const v1 = { apiVersion: "client.authentication.k8s.io/v1", command: "x", interactiveMode: "Never" };
  const cases: [string, string, RegExp][] = [
    ["not YAML", "a: [", /\/k\/config is not YAML/],
    ["no mapping", "just text", /\/k\/config is no mapping/],
    ["another kind", '{"kind":"Pod"}', /\/k\/config holds a Pod, not a kubeconfig/],
    ["an entry without a name", '{"users":[{"user":{}}]}', /no name in users\[0\]/],
    ["an empty file", "", /\/k\/config has no current-context; choose one with --context \(known: none\)/],
    ["no current context", config({ current: null }), /no current-context; choose one with --context \(known: dev\)/],
    [
      "a current context that is not there",
      config({ current: "prod" }),
      /\/k\/config has no context prod; .*known: dev/,
    ],
    [
      "a cluster that is not there",
      config({ context: { cluster: "x" } }),
      /context dev \(dev of \/k\/config\): there is no cluster x; known are: c/,
    ],
    ["a user that is not there", config({ context: { user: "x" } }), /there is no user x; known are: u/],
    ["a context without a cluster", config({ context: { cluster: "" } }), /it names no cluster/],
    ["no server", config({ cluster: { server: "" } }), /the cluster has no server/],
    [
      "a server that is no URL",
      config({ cluster: { server: "c:6443" } }),
      /the server c:6443 is not an https:\/\/ URL/,
    ],
    [
      "certificate data that is none",
      config({ cluster: { "certificate-authority-data": "@@" } }),
      /certificate-authority-data is not a base64-encoded PEM/,
    ],
    [
      "a certificate that is not there",
      config({ cluster: { "certificate-authority": "x.crt" } }),
      /certificate-authority cannot be read .*\/k\/x\.crt/,
    ],
    [
      "both insecure and an authority",
      config({
        cluster: { "insecure-skip-tls-verify": true, "certificate-authority-data": base64(pem("CERTIFICATE")) },
      }),
      /both insecure-skip-tls-verify/,
    ],
    [
      "a SOCKS proxy",
      config({ cluster: { "proxy-url": "socks5://p:1080" } }),
      /only http:\/\/ proxies are supported as proxy-url, this one is socks5:/,
    ],
    [
      "a certificate without its key",
      config({ user: { "client-certificate-data": base64(pem("CERTIFICATE")) } }),
      /the client-key is missing/,
    ],
    [
      "a legacy auth provider",
      config({ user: { "auth-provider": { name: "gcp" } } }),
      /auth-provider gcp .* exec plugin/,
    ],
    [
      "an exec plugin of an old version",
      config({ user: { exec: { ...v1, apiVersion: "client.authentication.k8s.io/v1alpha1" } } }),
      /apiVersion client.authentication.k8s.io\/v1alpha1; supported are/,
    ],
    ["an exec plugin without a command", config({ user: { exec: { ...v1, command: "" } } }), /has no command/],
    [
      "a v1 exec plugin without interactiveMode",
      config({ user: { exec: { ...v1, interactiveMode: undefined } } }),
      /needs interactiveMode, one of Never/,
    ],
  ];
  it.each(cases)("%s", async (_name, text, message) => {
    await expect(load({ "/k/config": text })).rejects.toMatchObject({
      code: "KUBECONFIG_INVALID",
      message: expect.stringMatching(message),
    });
  });

  it("no file at all", async () => {
    await expect(load({}, { KUBECONFIG: "/k/config" })).rejects.toMatchObject({
      code: "KUBECONFIG_INVALID",
      message: expect.stringMatching(/\/k\/config does not exist.*tidegate up/),
    });
  });

  it("a file named by the user that does not exist", async () => {
    await expect(loadKubeConfig({ env: {}, paths: ["/k/mine"], readFile: reader({}) })).rejects.toMatchObject({
      code: "KUBECONFIG_INVALID",
      message: expect.stringContaining("/k/mine cannot be read"),
    });
  });

  it("a token is never part of a message", async () => {
    const text = config({ user: { token: "s3cret", exec: { command: "x" }, "client-key-data": "s3cret" } });
    const error: unknown = await load({ "/k/config": text }).catch((caught: unknown) => caught);
    expect(String(error)).toContain("client-key-data");
    expect(String(error)).not.toContain("s3cret");
  });
});

describe("parseKubeConfig", () => {
  it("gives the entries with the file that they came from", () => {
    const parsed = parseKubeConfig(config(), "/k/config");
    expect(parsed.currentContext).toBe("dev");
    expect(parsed.clusters).toEqual([{ name: "c", body: { server: "https://c:6443" }, file: "/k/config" }]);
  });
});
