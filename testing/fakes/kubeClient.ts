import { setImmediate as nextTurn } from "node:timers/promises";

import { TidegateError } from "../../src/api/error.ts";
import type { AnyObject, KubeObject, ResourceType } from "../../src/api/object.ts";
import type {
  DeleteOptions,
  List,
  ListOptions,
  KubeClient,
  ObjectRef,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "../../src/kube/types.ts";
import { applyPatch } from "./kube/patch.ts";
import { matchesFields, matchesLabels } from "./kube/selectors.ts";

/** One request that the fake has answered; tests look for outcomes first, for calls only where there is none. */
export type FakeCall = {
  readonly verb: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource?: string;
};

export type FakeKubeClient = KubeClient & {
  readonly calls: readonly FakeCall[];
  /** Puts an object in place as it is, as if somebody else had written it. */
  put(resource: ResourceType, object: KubeObject): AnyObject;
  /** The object as it is stored now. */
  find(resource: ResourceType, ref: ObjectRef): AnyObject | undefined;
  all(resource: ResourceType): AnyObject[];
  /** Called before every request; what it throws is the answer. */
  intercept(hook: ((call: FakeCall) => void) | undefined): void;
};

type Log = {
  readonly version: number;
  readonly key: string;
  readonly event: WatchEvent;
  readonly old: AnyObject | undefined;
};

/**
 * An API server in memory: versions, generations, preconditions, finalizers, graceful deletion of pods, label and field
 * selectors, watches that resume. No validation, no defaults, no owners; server-side apply merges without conflicts.
 */
export function createFakeKubeClient(now: () => number = () => Date.parse("2026-01-01T00:00:00Z")): FakeKubeClient {
  const objects = new Map<string, AnyObject>();
  const history: Log[] = [];
  const calls: FakeCall[] = [];
  const wakers = new Set<() => void>();
  let version = 0;
  let uids = 0;
  let hook: ((call: FakeCall) => void) | undefined;

  const timestamp = (): string => `${new Date(now()).toISOString().slice(0, 19)}Z`;

  async function answer(verb: string, resource: ResourceType, name: string, subresource?: string): Promise<void> {
    await nextTurn();
    const call = { verb, plural: resource.plural, name, ...(subresource === undefined ? {} : { subresource }) };
    calls.push(call);
    hook?.(call);
  }

  function store(resource: ResourceType, object: AnyObject, type: "ADDED" | "MODIFIED" | "DELETED"): AnyObject {
    const key = keyFor(resource, object.metadata);
    const old = objects.get(key);
    object.metadata.resourceVersion = String(++version);
    if (type === "DELETED") objects.delete(key);
    else objects.set(key, object);
    history.push({ version, key, event: { type, object: structuredClone(object) }, old });
    for (const wake of wakers) wake();
    return structuredClone(object);
  }

  function require(resource: ResourceType, ref: ObjectRef): AnyObject {
    const found = objects.get(keyFor(resource, ref));
    if (found !== undefined) return found;
    throw new TidegateError("KUBE_NOT_FOUND", `${resource.plural} "${ref.name}" not found`);
  }

  function insert(resource: ResourceType, given: KubeObject): AnyObject {
    const object = structuredClone(given) as AnyObject;
    const { metadata } = object;
    if (metadata.name === undefined || metadata.name === "") metadata.name = `${metadata.generateName ?? ""}${++uids}`;
    if (objects.has(keyFor(resource, metadata))) {
      throw new TidegateError("KUBE_ALREADY_EXISTS", `${resource.plural} "${metadata.name}" already exists`);
    }
    metadata.uid ??= `uid-${++uids}`;
    metadata.creationTimestamp ??= timestamp();
    metadata.generation ??= 1;
    return store(resource, object, "ADDED");
  }

  function replace(
    resource: ResourceType,
    current: AnyObject,
    next: AnyObject,
    subresource: string | undefined,
  ): AnyObject {
    const { uid, resourceVersion } = next.metadata;
    const conflict = uid !== undefined && uid !== current.metadata.uid;
    if (conflict || (resourceVersion !== undefined && resourceVersion !== current.metadata.resourceVersion)) {
      throw new TidegateError("KUBE_CONFLICT", `${resource.plural} "${current.metadata.name}" was changed`, {
        retry: "later",
      });
    }
    const merged = mergeParts(current, next, subresource);
    if (JSON.stringify(merged) === JSON.stringify(current)) return structuredClone(current);
    if (merged.metadata.deletionTimestamp !== undefined && (merged.metadata.finalizers ?? []).length === 0) {
      const waitsForNode = resource.plural === "pods" && merged.metadata.deletionGracePeriodSeconds !== 0;
      if (!waitsForNode) return store(resource, merged, "DELETED");
    }
    return store(resource, merged, "MODIFIED");
  }

  function remove(resource: ResourceType, ref: ObjectRef, options: DeleteOptions): void {
    const current = structuredClone(require(resource, ref));
    const { metadata } = current;
    if (options.uid !== undefined && options.uid !== metadata.uid) {
      throw new TidegateError("KUBE_CONFLICT", `the uid of ${ref.name} is ${metadata.uid}`);
    }
    if (options.resourceVersion !== undefined && options.resourceVersion !== metadata.resourceVersion) {
      throw new TidegateError("KUBE_CONFLICT", `${ref.name} was changed`);
    }
    const graceSeconds = graceOf(resource, current, options);
    if (graceSeconds === 0 && (metadata.finalizers ?? []).length === 0) return void store(resource, current, "DELETED");
    const earlier = metadata.deletionGracePeriodSeconds;
    if (earlier !== undefined && earlier <= graceSeconds) return;
    metadata.deletionTimestamp = new Date(now() + graceSeconds * 1000).toISOString().replace(/\.\d+Z/u, "Z");
    metadata.deletionGracePeriodSeconds = graceSeconds;
    store(resource, current, "MODIFIED");
  }

  async function* watch(resource: ResourceType, options: WatchOptions): AsyncGenerator<WatchEvent> {
    await answer("watch", resource, "");
    const prefix = `${collection(resource)}|${options.namespace === undefined ? "" : `${options.namespace}|`}`;
    let seen = Number(options.resourceVersion);
    while (!options.signal.aborted) {
      const fresh = history.filter((entry) => entry.version > seen);
      seen = Math.max(seen, ...fresh.map((entry) => entry.version));
      for (const entry of fresh) {
        const event = entry.key.startsWith(prefix) ? selectEvent(entry, options) : undefined;
        if (event !== undefined) yield event;
      }
      if ((history.at(-1)?.version ?? 0) > seen) continue;
      await untilWoken(wakers, options.signal);
    }
  }

  return {
    calls,
    put(resource, object) {
      const known = objects.get(keyFor(resource, object.metadata));
      if (known === undefined) return insert(resource, object);
      return store(resource, structuredClone(object) as AnyObject, "MODIFIED");
    },
    find: (resource, ref) => structuredClone(objects.get(keyFor(resource, ref))),
    all: (resource) => listAll(objects, `${collection(resource)}|`),
    intercept(next) {
      hook = next;
    },
    async get<T extends KubeObject>(resource: ResourceType, ref: ObjectRef) {
      await answer("get", resource, ref.name);
      return structuredClone(require(resource, ref)) as KubeObject as T;
    },
    async list<T extends KubeObject = AnyObject>(resource: ResourceType, options: ListOptions = {}): Promise<List<T>> {
      await answer("list", resource, "");
      const prefix = `${collection(resource)}|${options.namespace === undefined ? "" : `${options.namespace}|`}`;
      const items = listAll(objects, prefix).filter((object) => selects(options, object));
      return { items: items as KubeObject[] as T[], resourceVersion: String(version) };
    },
    async create<T extends KubeObject>(resource: ResourceType, object: T) {
      await answer("create", resource, object.metadata.name);
      return insert(resource, object) as KubeObject as T;
    },
    async update<T extends KubeObject>(
      resource: ResourceType,
      object: T,
      options: WriteOptions & { subresource?: string } = {},
    ) {
      await answer("update", resource, object.metadata.name, options.subresource);
      const next = structuredClone(object) as KubeObject as AnyObject;
      return replace(resource, require(resource, object.metadata), next, options.subresource) as KubeObject as T;
    },
    async patch<T extends KubeObject>(
      resource: ResourceType,
      ref: ObjectRef,
      patch: Parameters<KubeClient["patch"]>[2],
      options: WriteOptions & { subresource?: string } = {},
    ) {
      await answer("patch", resource, ref.name, options.subresource);
      if (patch.kind === "apply" && !objects.has(keyFor(resource, ref))) {
        return insert(resource, patch.body as AnyObject) as KubeObject as T;
      }
      const current = require(resource, ref);
      const next = applyPatch(structuredClone(current), patch);
      if (!namesVersion(patch)) delete next.metadata.resourceVersion;
      return replace(resource, current, next, options.subresource) as KubeObject as T;
    },
    async delete(resource, ref, options = {}) {
      await answer("delete", resource, ref.name);
      remove(resource, ref, options);
    },
    watch,
    raw: (method, path) =>
      Promise.reject(new TidegateError("KUBE_NOT_FOUND", `${method} ${path} is not served by the fake`)),
    close: () => undefined,
  };
}

function collection(resource: ResourceType): string {
  return `${resource.group}/${resource.plural}`;
}

function keyFor(resource: ResourceType, ref: ObjectRef): string {
  return `${collection(resource)}|${resource.namespaced ? (ref.namespace ?? "") : ""}|${ref.name}`;
}

function mergeParts(current: AnyObject, next: AnyObject, subresource: string | undefined): AnyObject {
  const { resourceVersion, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } =
    current.metadata;
  const kept = { resourceVersion, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds };
  const known = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  if (subresource === "status") return { ...current, ...("status" in next ? { status: next["status"] } : {}) };
  const merged = { ...next, metadata: { ...next.metadata, ...known } } as AnyObject;
  if ("status" in current) merged["status"] = current["status"];
  if (JSON.stringify(merged["spec"]) !== JSON.stringify(current["spec"]))
    merged.metadata.generation = (generation ?? 1) + 1;
  return merged;
}

function graceOf(resource: ResourceType, object: AnyObject, options: DeleteOptions): number {
  const spec = object["spec"] as { nodeName?: string; terminationGracePeriodSeconds?: number } | undefined;
  if (resource.plural !== "pods" || spec?.nodeName === undefined) return 0;
  const phase = (object["status"] as { phase?: string } | undefined)?.phase;
  if (phase === "Succeeded" || phase === "Failed") return 0;
  return options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

function namesVersion(patch: Parameters<KubeClient["patch"]>[2]): boolean {
  if (patch.kind === "json") return false;
  return (patch.body as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion !== undefined;
}

type Selection = { readonly labelSelector?: string | undefined; readonly fieldSelector?: string | undefined };

function selects({ labelSelector, fieldSelector }: Selection, object: AnyObject): boolean {
  return matchesLabels(labelSelector, object) && matchesFields(fieldSelector, object);
}

/** An object that no longer matches is gone for this watch, one that matches now is new to it. */
function selectEvent({ event, old }: Log, selection: Selection): WatchEvent | undefined {
  if (event.type === "ERROR" || event.type === "BOOKMARK") return event;
  const did = old !== undefined && selects(selection, old);
  const does = selects(selection, event.object);
  const object = structuredClone(event.object);
  if (event.type === "DELETED") return did || does ? { type: "DELETED", object } : undefined;
  if (!does) return did ? { type: "DELETED", object } : undefined;
  return { type: did ? "MODIFIED" : "ADDED", object };
}

function listAll(objects: ReadonlyMap<string, AnyObject>, prefix: string): AnyObject[] {
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  return keys.flatMap((key) => structuredClone(objects.get(key) ?? []));
}

function untilWoken(wakers: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      wakers.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    wakers.add(wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
