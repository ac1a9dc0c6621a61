import { TidegateError } from "../api/error.ts";
import type { KubeObject, ResourceType } from "../api/object.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import { systemRandom } from "../ports/random.ts";
import type { Caller, Call } from "./caller.ts";
import { createCaller } from "./caller.ts";
import type { ClusterConfig } from "./clusterConfig.ts";
import { createCredentialSource } from "./credentials.ts";
import { createTransport } from "./http.ts";
import { listAll } from "./listing.ts";
import { describeTarget, resourcePath, withQuery } from "./paths.ts";
import type { DeleteOptions, KubeClient, Patch, WatchEvent, WatchOptions, WriteOptions } from "./types.ts";
import { readWatch } from "./watch.ts";

export type ClientDeps = {
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly userAgent?: string | undefined;
};

const defaultTimeoutMs = 10_000;
/** Until the headers of a watch are there; some servers send them with the first event or bookmark only. */
const watchOpenMs = 90_000;
/** Two bookmark periods and some. */
const watchIdleMs = 150_000;

/** A client of that cluster as that user. Nothing is sent before the first call; `close` frees the connections. */
export function createClient(config: ClusterConfig, deps: ClientDeps = {}): KubeClient {
  const { clock = systemClock, random = systemRandom, userAgent = "tidegate" } = deps;
  const credentials = createCredentialSource(config, { clock });
  const transport = createTransport(config, { clock, credentials, userAgent });
  const caller = createCaller({ transport, credentials, clock, random });
  return {
    ...objectCalls(caller),
    list: (resource, options = {}) => listAll(caller, resource, options),
    watch: (resource, options) => watchResource(caller, clock, resource, options),
    raw: (method, path, { body, contentType, accept, signal, timeoutMs = defaultTimeoutMs } = {}) =>
      caller.call({
        method,
        path,
        body,
        contentType,
        accept,
        signal,
        timeoutMs,
        call: `${method.toLowerCase()} ${path.split("?")[0]}`,
        text: true,
      }),
    close: () => transport.close(),
  };
}

function objectCalls(caller: Caller): Pick<KubeClient, "get" | "create" | "update" | "patch" | "delete"> {
  return {
    get: async <T extends KubeObject>(resource: ResourceType, ref: Target, options: Timing = {}) =>
      (await caller.call({ ...timing(options), ...named("GET", "get", resource, ref) })) as T,
    create: async <T extends KubeObject>(resource: ResourceType, object: T, options: WriteOptions = {}) => {
      const { namespace, name, generateName } = object.metadata;
      const path = withQuery(resourcePath(resource, { namespace }), writeQuery(options));
      const call = `create ${describeTarget(resource, { namespace, name: name || `${generateName ?? ""}*` })}`;
      return (await caller.call({ ...timing(options), method: "POST", path, call, body: object })) as T;
    },
    update: async <T extends KubeObject>(
      resource: ResourceType,
      object: T,
      options: WriteOptions & { subresource?: string } = {},
    ) => {
      const target = { ...object.metadata, subresource: options.subresource };
      const request = {
        ...timing(options),
        ...named("PUT", "update", resource, target, writeQuery(options)),
        body: object,
      };
      return (await caller.call(request)) as T;
    },
    patch: async <T extends KubeObject>(
      resource: ResourceType,
      ref: Target,
      patch: Patch,
      options: WriteOptions & { subresource?: string } = {},
    ) => {
      const query = {
        ...writeQuery(options),
        ...(patch.kind === "apply" ? { fieldManager: patch.fieldManager, force: patch.force } : {}),
      };
      const target = { ...ref, subresource: options.subresource };
      const verb = patch.kind === "apply" ? "apply" : "patch";
      const request = {
        ...timing(options),
        ...named("PATCH", verb, resource, target, query),
        body: patch.body,
        contentType: patchTypes[patch.kind],
      };
      return (await caller.call(request)) as T;
    },
    async delete(resource, ref, options = {}) {
      await caller.call({ ...timing(options), ...named("DELETE", "delete", resource, ref), body: deleteBody(options) });
    },
  };
}

const patchTypes: Record<Patch["kind"], string> = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};

type Target = {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly subresource?: string | undefined;
};
type Timing = { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined };

function timing({ signal, timeoutMs = defaultTimeoutMs }: Timing): Pick<Call, "signal" | "timeoutMs"> {
  return { signal, timeoutMs };
}

function named(
  method: string,
  verb: string,
  resource: ResourceType,
  target: Target,
  query: Parameters<typeof withQuery>[1] = {},
): Pick<Call, "method" | "path" | "call"> {
  return {
    method,
    path: withQuery(resourcePath(resource, target), query),
    call: `${verb} ${describeTarget(resource, target)}`,
  };
}

function writeQuery({ dryRun, fieldManager, fieldValidation }: WriteOptions): Parameters<typeof withQuery>[1] {
  return { dryRun: dryRun === true ? "All" : undefined, fieldManager, fieldValidation };
}

function deleteBody({ uid, resourceVersion, propagationPolicy, gracePeriodSeconds, dryRun }: DeleteOptions): unknown {
  const preconditions = uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion };
  const said = { preconditions, propagationPolicy, gracePeriodSeconds, dryRun: dryRun === true ? ["All"] : undefined };
  return Object.values(said).every((value) => value === undefined)
    ? undefined
    : { apiVersion: "v1", kind: "DeleteOptions", ...said };
}

async function* watchResource(
  caller: Caller,
  clock: Clock,
  resource: ResourceType,
  options: WatchOptions,
): AsyncGenerator<WatchEvent> {
  const {
    namespace,
    labelSelector,
    fieldSelector,
    resourceVersion,
    timeoutSeconds,
    signal,
    idleTimeoutMs = watchIdleMs,
  } = options;
  const query = {
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion,
    labelSelector,
    fieldSelector,
    timeoutSeconds,
  };
  const call = `watch ${describeTarget(resource, { namespace })}`;
  if (signal.aborted) return;
  try {
    const path = withQuery(resourcePath(resource, { namespace }), query);
    const response = await caller.open({ method: "GET", path, call, signal, timeoutMs: watchOpenMs });
    yield* readWatch({ response, clock, signal, call, idleMs: idleTimeoutMs });
  } catch (error) {
    if (signal.aborted && error instanceof TidegateError && error.code === "KUBE_ABORTED") return;
    throw error;
  }
}
