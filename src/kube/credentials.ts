import { readFile as readFileOfNode } from "node:fs/promises";
import { messageOf, TidegateError } from "../api/error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ClusterConfig, Impersonation, UserConfig } from "./clusterConfig.ts";
import { runExecPlugin } from "./execPlugin.ts";

/** What one request carries. Certificates are PEM. */
export type Credentials = {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly certificatePem?: string | undefined;
  readonly keyPem?: string | undefined;
};

export interface CredentialSource {
  /** Throws KUBECONFIG_EXEC_FAILED or KUBECONFIG_INVALID. */
  current(signal: AbortSignal): Promise<Credentials>;
  /** The server refused them: forget what was cached. Returns whether asking anew can give something else. */
  refused(): boolean;
}

export type CredentialDeps = {
  readonly clock: Clock;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly readFile?: ((path: string) => Promise<string>) | undefined;
};

/** A token or a certificate, and until when it may be used (milliseconds since the epoch). */
export type Identity = {
  readonly token?: string | undefined;
  readonly certificatePem?: string | undefined;
  readonly keyPem?: string | undefined;
  readonly expiresAt?: number | undefined;
};

const tokenFileLifetimeMs = 60_000;
/** Credentials are renewed this long before they expire, because clocks differ and calls take time. */
const expirySkewMs = 30_000;

function impersonationHeaders(who: Impersonation | undefined): Record<string, string | string[]> {
  if (who === undefined) return {};
  const headers: Record<string, string | string[]> = { "impersonate-user": who.user };
  if (who.uid !== undefined) headers["impersonate-uid"] = who.uid;
  if (who.groups !== undefined && who.groups.length > 0) headers["impersonate-group"] = [...who.groups];
  for (const [key, values] of Object.entries(who.extra ?? {}))
    headers[`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`] = [...values];
  return headers;
}

function assemble(user: UserConfig, identity: Identity): Credentials {
  const headers = impersonationHeaders(user.impersonate);
  if (identity.token !== undefined) headers["authorization"] = `Bearer ${identity.token}`;
  else if (user.username !== undefined) {
    headers["authorization"] = `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`;
  }
  return {
    headers,
    certificatePem: identity.certificatePem ?? user.certificatePem,
    keyPem: identity.keyPem ?? user.keyPem,
  };
}

/** One caller's patience with what others wait for too. */
function unlessAborted<R>(work: Promise<R>, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new TidegateError("KUBE_ABORTED", "given up while credentials were renewed"));
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** How long what was read is good; a token file that could not be read is tried again soon. */
function goodUntilOf(user: UserConfig, identity: Identity, nowMs: number): number {
  if (identity.expiresAt !== undefined) return identity.expiresAt - expirySkewMs;
  return user.exec === undefined && user.tokenFile !== undefined ? nowMs + 1_000 : Infinity;
}

/** Reads and renews what changes with time, one renewal at a time, whoever asks. */
export function createCredentialSource(config: ClusterConfig, deps: CredentialDeps): CredentialSource {
  const { clock, env = process.env, readFile = (path) => readFileOfNode(path, "utf8") } = deps;
  const user = config.user ?? {};
  const renewable = user.exec !== undefined || user.tokenFile !== undefined;
  let cached: Credentials | undefined;
  let goodUntil = 0;
  let renewal: Promise<Credentials> | undefined;

  async function readTokenFile(path: string): Promise<Identity> {
    try {
      return { token: (await readFile(path)).trim(), expiresAt: clock.now() + tokenFileLifetimeMs + expirySkewMs };
    } catch (error) {
      // A file that is being replaced: what was read last is still the best guess.
      if (cached !== undefined || user.token !== undefined) return { token: lastToken() ?? user.token };
      throw new TidegateError("KUBECONFIG_INVALID", `the token file ${path} cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  function lastToken(): string | undefined {
    const header = cached?.headers["authorization"];
    return typeof header === "string" && header.startsWith("Bearer ") ? header.slice("Bearer ".length) : undefined;
  }

  async function renew(): Promise<Credentials> {
    const identity = await readIdentity();
    cached = assemble(user, identity);
    goodUntil = goodUntilOf(user, identity, clock.now());
    return cached;
  }

  function readIdentity(): Promise<Identity> {
    if (user.exec !== undefined) return runExecPlugin(user.exec, { config, clock, env });
    if (user.tokenFile !== undefined) return readTokenFile(user.tokenFile);
    return Promise.resolve({ token: user.token });
  }

  return {
    async current(signal) {
      if (cached !== undefined && clock.now() < goodUntil) return cached;
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      return unlessAborted(renewal, signal);
    },
    refused() {
      if (renewable) goodUntil = 0;
      return renewable;
    },
  };
}
