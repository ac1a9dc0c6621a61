import type { AnyObject } from "../../api/object.ts";
import { definitionsOf } from "../kinds/customResources.ts";
import { collectionOf } from "../store/types.ts";
import type { ResourceDefinition } from "../wire/resource.ts";

export type Served = {
  readonly definition: ResourceDefinition;
  readonly collection: string;
  /** The apiVersion that the stored objects carry. */
  readonly storageVersion: string;
  /** Of a kind whose CustomResourceDefinition is being deleted: nothing new may be made. */
  readonly terminating: boolean;
};

/** `apps/v1`, `v1`. */
export function groupVersionOf(definition: Pick<ResourceDefinition, "group" | "version">): string {
  return definition.group === "" ? definition.version : `${definition.group}/${definition.version}`;
}

/** Which kinds are served right now: the built-in ones, and those of stored CustomResourceDefinitions. */
export class Registry {
  readonly #builtIn: readonly Served[];
  readonly #custom = new Map<string, Served[]>();
  #byPath = new Map<string, Served>();
  readonly #listeners = new Set<() => void>();
  #version = 0;

  constructor(builtIn: readonly ResourceDefinition[]) {
    const first = new Map<string, string>();
    this.#builtIn = builtIn.map((definition) => {
      const collection = collectionOf(definition.group, definition.plural);
      const storageVersion = first.get(collection) ?? groupVersionOf(definition);
      first.set(collection, storageVersion);
      return { definition, collection, storageVersion, terminating: false };
    });
    this.#index();
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  /** Serves the kinds of that CustomResourceDefinition from now on. */
  setCustom(crd: AnyObject, terminating: boolean): void {
    const storageVersion = storageVersionOf(crd);
    const served = definitionsOf(crd).map((definition) => ({
      definition,
      collection: collectionOf(definition.group, definition.plural),
      storageVersion: storageVersion ?? groupVersionOf(definition),
      terminating,
    }));
    this.#custom.set(crd.metadata.name, served);
    this.#index();
  }

  removeCustom(crdName: string): void {
    if (this.#custom.delete(crdName)) this.#index();
  }

  /** Calls back after every change of what is served. Returns the remover. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  find(group: string, version: string, plural: string): Served | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  all(): Served[] {
    return [...this.#byPath.values()];
  }

  /** All served versions by group, in the order in which they became known; the core group is "". */
  groups(): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const { definition } of this.#byPath.values()) {
      const versions = groups.get(definition.group) ?? [];
      if (!versions.includes(definition.version)) versions.push(definition.version);
      groups.set(definition.group, versions);
    }
    for (const versions of groups.values()) versions.sort(compareVersions);
    return groups;
  }

  inGroupVersion(group: string, version: string): Served[] {
    return this.all().filter(({ definition }) => definition.group === group && definition.version === version);
  }

  #index(): void {
    this.#version++;
    this.#byPath = new Map();
    for (const served of [...this.#builtIn, ...[...this.#custom.values()].flat()]) {
      const { group, version, plural } = served.definition;
      const path = `${group}/${version}/${plural}`;
      if (!this.#byPath.has(path)) this.#byPath.set(path, served);
    }
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

function storageVersionOf(crd: AnyObject): string | undefined {
  const spec = crd["spec"] as { group?: string; versions?: { name: string; storage?: boolean }[] } | undefined;
  const version = spec?.versions?.find((candidate) => candidate.storage === true)?.name;
  return version === undefined ? undefined : `${spec?.group}/${version}`;
}

/** Stable before beta before alpha, each with the highest number first; then by name. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  for (let at = 0; at < 3; at++) {
    const difference = (right[at] ?? 0) - (left[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : Number(a > b);
}

function rank(version: string): number[] {
  const parts = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (parts === null) return [0, 0, 0];
  const stage = parts[2] === undefined ? 3 : parts[2] === "beta" ? 2 : 1;
  return [stage, Number(parts[1]), Number(parts[3] ?? 0)];
}
