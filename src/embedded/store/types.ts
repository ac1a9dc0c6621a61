import type { AnyObject } from "../../api/object.ts";

/** An object as it is kept. Both forms are shared by everybody who reads: never change them. */
export type Stored = {
  readonly object: AnyObject;
  /** The object as JSON. */
  readonly text: string;
  readonly revision: number;
};

export type ChangeType = "ADDED" | "MODIFIED" | "DELETED";

export type StoreEvent = {
  readonly type: ChangeType;
  /** `group/plural`. */
  readonly collection: string;
  readonly key: string;
  readonly revision: number;
  /** The new state; of a deleted object the last one, with the resourceVersion of its deletion. */
  readonly current: Stored;
  /** The state before; absent when the object was added. */
  readonly previous: Stored | undefined;
  /** What readers keep with the event, for example its serialised forms. */
  readonly cache: Map<string, unknown>;
};

export type Listener = (event: StoreEvent) => void;

/** `namespace/name`, or `name` for a cluster-wide object: also the order of lists. */
export function storeKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

export function collectionOf(group: string, plural: string): string {
  return `${group}/${plural}`;
}
