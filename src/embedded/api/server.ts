import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { TidegateError, messageOf } from "../../api/error.ts";
import type { AnyObject } from "../../api/object.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import { createAdmission, type Admission } from "../admission/admission.ts";
import { Store } from "../store/store.ts";
import type { PodLogs } from "../wire/podLogs.ts";
import type { ResourceDefinition, UserInfo } from "../wire/resource.ts";
import { bootstrap, installDefinitions } from "./bootstrap.ts";
import { loadCertificates } from "./certificates.ts";
import type { Context } from "./context.ts";
import { serveCustomResources } from "./customResources.ts";
import { expireEvents } from "./expireEvents.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { OpenApi } from "./openApi.ts";
import { Registry } from "./registry.ts";
import { createRequestHandler } from "./requestHandler.ts";
import { loadAdminToken, Users } from "./users.ts";

export type ApiServerOptions = {
  /** Directory of database, certificates and token; made when absent, mode 0700. */
  readonly stateDir: string;
  /** 0: a free one. Absent: the one of the last start if it is free, otherwise a free one. */
  readonly port?: number | undefined;
  /** Address to listen on, 127.0.0.1 when absent. */
  readonly host?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** The built-in kinds. */
  readonly definitions: readonly ResourceDefinition[];
  /** CustomResourceDefinitions that every cluster of this kind has; made or brought up to date at the start. */
  readonly customResourceDefinitions?: readonly AnyObject[] | undefined;
  readonly log?: ((message: string, facts?: Record<string, unknown>) => void) | undefined;
  /** Closes the server when aborted. */
  readonly signal?: AbortSignal | undefined;
};

export type ApiServer = {
  readonly url: string;
  readonly port: number;
  readonly caPem: string;
  /** The administrator's bearer token (group system:masters). */
  readonly token: string;
  /** A kubeconfig as YAML text, CA and token inside. */
  kubeconfig(): string;
  setPodLogs(source: PodLogs): void;
  /** Lets a further bearer token in, for that user, who may do everything. */
  addToken(token: string, user: UserInfo): void;
  /** Ends watches and connections, then closes the database. Idempotent. */
  close(): Promise<void>;
};

const closeGraceMs = 500;

/**
 * Starts the API server of the embedded cluster. Throws STATE_NEWER, STATE_DAMAGED, STATE_IN_USE or ADDRESS_IN_USE;
 * nothing is left open then.
 */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { stateDir, clock } = options;
  const host = options.host ?? "127.0.0.1";
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const store = new Store({ path: join(stateDir, "state.db") });
  try {
    chmodSync(join(stateDir, "state.db"), 0o600);
    const certificates = loadCertificates(stateDir, [...new Set(["127.0.0.1", "localhost", host])], clock.now());
    const users = new Users(loadAdminToken(stateDir));
    const server = createServer({ key: certificates.keyPem, cert: certificates.certPem, keepAlive: true });
    server.keepAliveTimeout = 90_000;
    const port = await listen(server, stateDir, host, options.port);
    return serve({
      options,
      store,
      users,
      server,
      url: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      port,
      caPem: certificates.caPem,
    });
  } catch (error) {
    store.close();
    throw error;
  }
}

type Parts = {
  readonly options: ApiServerOptions;
  readonly store: Store;
  readonly users: Users;
  readonly server: Server;
  readonly url: string;
  readonly port: number;
  readonly caPem: string;
};

function serve({ options, store, users, server, url, port, caPem }: Parts): ApiServer {
  const closing = new AbortController();
  let podLogs: PodLogs | undefined;
  const registry = new Registry(options.definitions);
  const context: Context = {
    store,
    registry,
    admission: admissionFrom(store, users),
    authorize: users.mayAct,
    clock: options.clock,
    random: options.random,
    podLogs: () => podLogs,
    closing: closing.signal,
  };
  const stops = [serveCustomResources(context), expireEvents(context)];
  bootstrap(context, port);
  installDefinitions(context, options.customResourceDefinitions ?? []);
  store.compact();
  const log = options.log ?? ((): void => undefined);
  const handle = createRequestHandler({
    context,
    users,
    openApi: new OpenApi(registry),
    address: () => url.slice("https://".length),
    log,
  });
  server.on("request", (request, response) => void handle(request, response));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= (async (): Promise<void> => {
      closing.abort();
      await closeServer(server, options.clock);
      for (const stop of stops) stop();
      store.close();
    })());
  options.signal?.addEventListener("abort", () => void close(), { once: true });
  const token = users.adminToken;
  return {
    url,
    port,
    caPem,
    token,
    kubeconfig: () => kubeconfigText({ url, caPem, token }),
    setPodLogs: (source) => void (podLogs = source),
    addToken: (added, user) => users.add(added, user),
    close,
  };
}

function admissionFrom(store: Store, users: Users): Admission {
  const all = (plural: string): ReturnType<typeof objects> => objects(store, `admissionregistration.k8s.io/${plural}`);
  return createAdmission({
    read: () => ({
      mutatingPolicies: all("mutatingadmissionpolicies"),
      mutatingBindings: all("mutatingadmissionpolicybindings"),
      validatingPolicies: all("validatingadmissionpolicies"),
      validatingBindings: all("validatingadmissionpolicybindings"),
    }),
    authorize: users.mayAct,
  });
}

function objects(store: Store, collection: string): AnyObject[] {
  return Array.from(store.entries(collection), ([, stored]) => stored.object);
}

/** Listens on the wanted port; without a wish on that of the last start, or else on any. */
async function listen(server: Server, stateDir: string, host: string, wanted: number | undefined): Promise<number> {
  const file = join(stateDir, "port");
  const last = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  const port = await tryListen(server, host, wanted ?? (Number.isInteger(last) ? last : 0)).catch((error: unknown) => {
    if (wanted !== undefined) throw asListenError(error, host, wanted);
    return tryListen(server, host, 0);
  });
  writeFileSync(file, `${port}\n`);
  return port;
}

function tryListen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function asListenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as { code?: string };
  if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") return error;
  const why = code === "EADDRINUSE" ? "is used by another process" : "may not be used by this process";
  return new TidegateError(
    "ADDRESS_IN_USE",
    `${host}:${port} ${why} (${messageOf(error)}); choose another port, or 0 for any`,
    { cause: error },
  );
}

async function closeServer(server: Server, clock: Clock): Promise<void> {
  const done = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeIdleConnections();
  const cancel = clock.schedule(closeGraceMs, () => server.closeAllConnections());
  await done;
  cancel();
}
