import type { AnyObject, KubeObject, ResourceType } from "../api/object.ts";

export type ObjectRef = { readonly namespace?: string | undefined; readonly name: string };

export type CallOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Deadline of the whole call; 10 s when absent. */
  readonly timeoutMs?: number | undefined;
};

export type WriteOptions = CallOptions & {
  readonly dryRun?: boolean | undefined;
  readonly fieldManager?: string | undefined;
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore" | undefined;
};

export type Patch =
  | { readonly kind: "merge"; readonly body: unknown }
  | { readonly kind: "strategic"; readonly body: unknown }
  | { readonly kind: "json"; readonly body: readonly JsonPatchOperation[] }
  | { readonly kind: "apply"; readonly body: unknown; readonly fieldManager: string; readonly force?: boolean };

export type JsonPatchOperation = {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
};

export type ListOptions = CallOptions & {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Page size; 500 when absent, 0 for one answer without pages. */
  readonly limit?: number | undefined;
  /** Gets the pages one by one, so that they need not be in memory at once; `items` of the result then stays empty. */
  readonly onPage?: ((items: readonly AnyObject[]) => void) | undefined;
  /** `"0"` accepts what the server has in its cache. */
  readonly resourceVersion?: string | undefined;
};

export type List<T> = { readonly items: T[]; readonly resourceVersion: string };

export type DeleteOptions = CallOptions & {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground" | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly dryRun?: boolean | undefined;
};

export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: AnyObject }
  | { readonly type: "BOOKMARK"; readonly object: AnyObject }
  | { readonly type: "ERROR"; readonly object: unknown };

export type WatchOptions = {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly resourceVersion: string;
  readonly timeoutSeconds?: number | undefined;
  /** Silence after which the connection counts as dead; 150 s when absent. Keep it above the bookmark period (60 s). */
  readonly idleTimeoutMs?: number | undefined;
  readonly signal: AbortSignal;
};

export type RawOptions = CallOptions & {
  readonly body?: unknown;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
};

/**
 * The thin client. Every method throws TidegateError and nothing else: with a `KUBE_*` code, or a `KUBECONFIG_*` one
 * when credentials cannot be had. A 429 or 503 with `Retry-After` is retried inside the deadline. Objects go in and come out as raw JSON.
 */
export interface KubeClient {
  get<T extends KubeObject = AnyObject>(resource: ResourceType, ref: ObjectRef, options?: CallOptions): Promise<T>;
  /** All pages. */
  list<T extends KubeObject = AnyObject>(resource: ResourceType, options?: ListOptions): Promise<List<T>>;
  create<T extends KubeObject = AnyObject>(resource: ResourceType, object: T, options?: WriteOptions): Promise<T>;
  /** Replaces; conflicts (KUBE_CONFLICT) when `metadata.resourceVersion` is set and not the current one. */
  update<T extends KubeObject = AnyObject>(
    resource: ResourceType,
    object: T,
    options?: WriteOptions & { subresource?: string },
  ): Promise<T>;
  patch<T extends KubeObject = AnyObject>(
    resource: ResourceType,
    ref: ObjectRef,
    patch: Patch,
    options?: WriteOptions & { subresource?: string },
  ): Promise<T>;
  delete(resource: ResourceType, ref: ObjectRef, options?: DeleteOptions): Promise<void>;
  /** Yields events until the server ends the watch (returns), the signal is aborted (returns) or it breaks (throws). */
  watch(resource: ResourceType, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** Any other path, for example discovery; resolves with the parsed JSON body (or the text, when it is not JSON). */
  raw(method: string, path: string, options?: RawOptions): Promise<unknown>;
  /** Closes idle connections. */
  close(): void;
}

export type Change<T> =
  | { readonly kind: "added"; readonly object: T }
  | { readonly kind: "updated"; readonly object: T; readonly old: T }
  | { readonly kind: "deleted"; readonly object: T };

/** What an informer has seen. Objects in it are shared: never change them. */
export interface ReadStore<T> {
  get(ref: ObjectRef): T | undefined;
  /** All, or those of one namespace. */
  list(namespace?: string): readonly T[];
  /** Objects for which the named index function gave that key. */
  byIndex(index: string, key: string): readonly T[];
  readonly size: number;
}

/**
 * List, then watch, for ever: survives every stream fault, never loses an event, synthesises the deletes that it
 * missed. A handler that throws is reported and stops nothing.
 */
export interface Informer<T extends KubeObject = AnyObject> {
  readonly store: ReadStore<T>;
  /** Handlers are called in the order of the changes, synchronously after the store changed. Returns the remover. */
  onChange(handler: (change: Change<T>) => void): () => void;
  /** Runs until the signal is aborted. */
  start(signal: AbortSignal): void;
  /** True once the first list is in the store. */
  readonly synced: boolean;
  /** Resolves when `synced`; rejects with KUBE_TIMEOUT naming the resource when that takes longer than `timeoutMs`. */
  waitForSync(timeoutMs: number, signal?: AbortSignal): Promise<void>;
}

export type InformerOptions<T extends KubeObject> = {
  readonly resource: ResourceType;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Projection applied to every object before it is stored; `managedFields` are always dropped. */
  readonly transform?: ((object: AnyObject) => T) | undefined;
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>> | undefined;
};

/** A set of keys to work on. The same key is never handled twice at once; a key added while handled runs again after. */
export interface WorkQueue {
  add(key: string): void;
  addAfter(key: string, delayMs: number): void;
  /**
   * Handles keys, at most `concurrency` at a time, until the signal is aborted; then waits for what is under way.
   * A handler that throws is called again for that key after a back-off of 5 ms, doubled each time up to 10 s and
   * reset by a success.
   */
  run(handler: (key: string, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
  readonly length: number;
}
