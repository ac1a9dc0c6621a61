import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../testing/fakes/clock.ts";
import { systemClock } from "../ports/clock.ts";
import type { ClusterConfig, ExecConfig } from "./clusterConfig.ts";
import { createCredentialSource } from "./credentials.ts";
import { runExecPlugin } from "./execPlugin.ts";
import { until } from "./testing/until.ts";

const version = "client.authentication.k8s.io/v1";

/** A plugin that is a small Node script; `status` is what its ExecCredential carries. */
function plugin(script: string, more: Partial<ExecConfig> = {}): ExecConfig {
  const command = process.execPath;
  return {
    apiVersion: version,
    command,
    args: ["-e", script],
    env: {},
    interactiveMode: "Never",
    provideClusterInfo: false,
    ...more,
  };
}

/** A script that prints an ExecCredential with that status (JavaScript source). */
function answer(status: string, apiVersion = version): string {
  return `process.stdout.write(JSON.stringify({ apiVersion: ${JSON.stringify(apiVersion)}, kind: "ExecCredential", status: ${status} }))`;
}

const cluster: ClusterConfig = {
  server: "https://c:6443",
  namespace: "default",
  context: "dev",
  tls: { caPem: "ca", serverName: "api" },
};
const run = (exec: ExecConfig, interactive = false) =>
  runExecPlugin(exec, { config: cluster, clock: systemClock, env: {}, interactive });

describe("runExecPlugin", () => {
  it("takes a token with its expiry", async () => {
    const identity = await run(plugin(answer('{ token: "t", expirationTimestamp: "2026-01-01T00:10:00Z" }')));
    expect(identity).toEqual({
      token: "t",
      certificatePem: undefined,
      keyPem: undefined,
      expiresAt: Date.parse("2026-01-01T00:10:00Z"),
    });
  });

  it("takes a client certificate from a v1beta1 plugin", async () => {
    const v1beta1 = "client.authentication.k8s.io/v1beta1";
    const exec = plugin(answer('{ clientCertificateData: "cert", clientKeyData: "key" }', v1beta1), {
      apiVersion: v1beta1,
    });
    expect(await run(exec)).toMatchObject({ certificatePem: "cert", keyPem: "key" });
  });

  it("tells the plugin about the cluster when it asks for that, with its own environment", async () => {
    const script = answer('{ token: process.env.KUBERNETES_EXEC_INFO + "|" + process.env.A }');
    const { token = "" } = await run(
      plugin(script, { provideClusterInfo: true, env: { A: "1" }, clusterExtension: { audience: "x" } }),
    );
    const [info, own] = token.split("|");
    expect(own).toBe("1");
    expect(JSON.parse(info!)).toEqual({
      apiVersion: version,
      kind: "ExecCredential",
      spec: {
        interactive: false,
        cluster: {
          server: "https://c:6443",
          "tls-server-name": "api",
          "certificate-authority-data": "Y2E=",
          config: { audience: "x" },
        },
      },
    });
  });

  it("keeps the cluster from a plugin that does not ask", async () => {
    const { token = "" } = await run(plugin(answer("{ token: process.env.KUBERNETES_EXEC_INFO }")));
    expect(JSON.parse(token)).toEqual({ apiVersion: version, kind: "ExecCredential", spec: { interactive: false } });
  });

  const failures: [string, ExecConfig, RegExp][] = [
    [
      "it fails, with its stderr",
      plugin('console.error("please log in"); process.exit(3)'),
      /of context dev failed: it ended with exit code 3; it said: please log in/,
    ],
    [
      "it is not there, with the hint",
      plugin("", { command: "/nonexistent/plugin", installHint: "install it" }),
      /\/nonexistent\/plugin .*could not be started .*; install it/,
    ],
    ["it prints something else", plugin('console.log("hello")'), /it printed no ExecCredential/],
    [
      "it answers in another version",
      plugin(answer('{ token: "t" }', "v0")),
      /it printed apiVersion v0, configured is client.authentication.k8s.io\/v1/,
    ],
    ["it has nothing to give", plugin(answer("{}")), /neither a token nor a client certificate/],
    ["it insists on a terminal", plugin("", { interactiveMode: "Always" }), /insists on a terminal/],
  ];
  it.each(failures)("says so when %s", async (_name, exec, message) => {
    await expect(run(exec)).rejects.toMatchObject({
      code: "KUBECONFIG_EXEC_FAILED",
      message: expect.stringMatching(message),
    });
  });

  it("ends a plugin that does not finish", async () => {
    const clock = createFakeClock();
    const running = runExecPlugin(plugin("setTimeout(() => {}, 60_000)"), {
      config: cluster,
      clock,
      env: {},
      timeoutMs: 5_000,
      interactive: false,
    });
    const failed = expect(running).rejects.toMatchObject({
      message: expect.stringContaining("did not finish within 5000 ms"),
    });
    await clock.advance(5_000);
    await failed;
  });
});

describe("createCredentialSource with a plugin", () => {
  const never = new AbortController().signal;
  const token = ({ headers }: { headers: Readonly<Record<string, string | string[]>> }) => headers["authorization"];
  const sourceOf = (script: string) => {
    const clock = createFakeClock();
    return {
      clock,
      source: createCredentialSource({ ...cluster, user: { exec: plugin(script) } }, { clock, env: {} }),
    };
  };

  it("asks once for all who wait, and again 30 s before the expiry", async () => {
    const script = answer('{ token: String(process.hrtime.bigint()), expirationTimestamp: "2026-01-01T00:10:00Z" }');
    const { clock, source } = sourceOf(script);
    const [one, other] = await Promise.all([source.current(never), source.current(never)]);
    expect(token(one)).toBe(token(other));
    await clock.advance(9 * 60_000 + 29_000);
    expect(token(await source.current(never))).toBe(token(one));
    await clock.advance(1_000);
    expect(token(await source.current(never))).not.toBe(token(one));
  });

  it("asks anew when the server refused what it had", async () => {
    const { source } = sourceOf(answer("{ token: String(process.hrtime.bigint()) }"));
    const first = token(await source.current(never));
    expect(token(await source.current(never))).toBe(first);
    expect(source.refused()).toBe(true);
    expect(token(await source.current(never))).not.toBe(first);
  });

  it("lets a caller go who does not want to wait for it", async () => {
    const { clock, source } = sourceOf("setTimeout(() => {}, 60_000)");
    const stop = new AbortController();
    const waiting = expect(source.current(stop.signal)).rejects.toMatchObject({ code: "KUBE_ABORTED" });
    stop.abort();
    await waiting;
    await until(() => clock.pending === 1);
    await clock.advance(60_000);
  });
});
