import { spawn } from "node:child_process";
import { messageOf, TidegateError } from "../api/error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ClusterConfig, ExecConfig } from "./clusterConfig.ts";
import type { Identity } from "./credentials.ts";

export type ExecDeps = {
  readonly config: ClusterConfig;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Deadline of the plugin; 60 s when absent, because some open a browser. */
  readonly timeoutMs?: number | undefined;
  readonly interactive?: boolean | undefined;
};

type Output = { readonly stdout: string; readonly stderr: string; readonly failure: string | undefined };

const maxOutputChars = 1024 * 1024;

/** Runs the credential plugin and parses what it prints. KUBECONFIG_EXEC_FAILED names the command and its stderr. */
export async function runExecPlugin(exec: ExecConfig, deps: ExecDeps): Promise<Identity> {
  const interactive = deps.interactive ?? (process.stdin.isTTY && exec.interactiveMode !== "Never");
  if (exec.interactiveMode === "Always" && !interactive) {
    throw failed(exec, deps, "it insists on a terminal (interactiveMode: Always) and there is none");
  }
  const env = {
    ...deps.env,
    ...exec.env,
    KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(exec, deps.config, interactive)),
  };
  const output = await execute(exec, { env, interactive, clock: deps.clock, timeoutMs: deps.timeoutMs ?? 60_000 });
  if (output.failure !== undefined) throw failed(exec, deps, output.failure, output.stderr);
  return identityOf(exec, deps, output);
}

function execInfo(exec: ExecConfig, config: ClusterConfig, interactive: boolean): object {
  const cluster = {
    server: config.server,
    ...(config.tls?.serverName === undefined ? {} : { "tls-server-name": config.tls.serverName }),
    ...(config.tls?.insecureSkipVerify === true ? { "insecure-skip-tls-verify": true } : {}),
    ...(config.tls?.caPem === undefined
      ? {}
      : { "certificate-authority-data": Buffer.from(config.tls.caPem).toString("base64") }),
    ...(config.proxyUrl === undefined ? {} : { "proxy-url": config.proxyUrl }),
    ...(exec.clusterExtension === undefined ? {} : { config: exec.clusterExtension }),
  };
  return {
    apiVersion: exec.apiVersion,
    kind: "ExecCredential",
    spec: { interactive, ...(exec.provideClusterInfo ? { cluster } : {}) },
  };
}

type Execution = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly interactive: boolean;
  readonly clock: Clock;
  readonly timeoutMs: number;
};

function execute(exec: ExecConfig, { env, interactive, clock, timeoutMs }: Execution): Promise<Output> {
  return new Promise((resolve) => {
    const child = spawn(exec.command, [...exec.args], {
      env,
      stdio: [interactive ? "inherit" : "ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let late = false;
    const cancel = clock.schedule(timeoutMs, () => {
      late = true;
      child.kill("SIGKILL");
      // A grandchild may hold the pipes open; nobody waits for it.
      child.stdout.destroy();
      child.stderr.destroy();
    });
    const finish = (failure: string | undefined): void => {
      cancel();
      resolve({ stdout, stderr, failure: late ? `it did not finish within ${timeoutMs} ms` : failure });
    };
    child.stdout
      .setEncoding("utf8")
      .on("data", (piece: string) => (stdout = (stdout + piece).slice(0, maxOutputChars)));
    child.stderr
      .setEncoding("utf8")
      .on("data", (piece: string) => (stderr = (stderr + piece).slice(0, maxOutputChars)));
    child.once("error", (error) => finish(`it could not be started (${messageOf(error)})`));
    child.once("close", (code, signal) =>
      finish(code === 0 ? undefined : `it ended with ${signal ?? `exit code ${code}`}`),
    );
  });
}

function identityOf(exec: ExecConfig, deps: ExecDeps, { stdout, stderr }: Output): Identity {
  const answer = parseAnswer(stdout);
  if (answer === undefined) throw failed(exec, deps, "it printed no ExecCredential", stderr);
  if (answer["apiVersion"] !== exec.apiVersion) {
    throw failed(
      exec,
      deps,
      `it printed apiVersion ${String(answer["apiVersion"])}, configured is ${exec.apiVersion}`,
      stderr,
    );
  }
  const status = record(answer["status"]) ?? {};
  const token = text(status["token"]);
  const certificatePem = text(status["clientCertificateData"]);
  const keyPem = text(status["clientKeyData"]);
  if (token === undefined && (certificatePem === undefined || keyPem === undefined)) {
    throw failed(exec, deps, "its ExecCredential holds neither a token nor a client certificate with its key", stderr);
  }
  const expiry = Date.parse(text(status["expirationTimestamp"]) ?? "");
  return { token, certificatePem, keyPem, expiresAt: Number.isNaN(expiry) ? undefined : expiry };
}

function parseAnswer(stdout: string): Record<string, unknown> | undefined {
  try {
    const answer = record(JSON.parse(stdout));
    return answer?.["kind"] === "ExecCredential" ? answer : undefined;
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function failed(exec: ExecConfig, { config }: ExecDeps, what: string, stderr = ""): TidegateError {
  const where = config.context === undefined ? "" : ` of context ${config.context}`;
  const said = stderr.trim() === "" ? "" : `; it said: ${stderr.trim().slice(-1_000)}`;
  const hint = exec.installHint === undefined ? "" : `; ${exec.installHint.trim()}`;
  return new TidegateError(
    "KUBECONFIG_EXEC_FAILED",
    `the credential plugin ${exec.command}${where} failed: ${what}${said}${hint}`,
    {
      retry: "later",
    },
  );
}
