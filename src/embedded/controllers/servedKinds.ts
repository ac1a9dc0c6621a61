import { messageOf } from "../../api/error.ts";
import type { KubeObject, ResourceType } from "../../api/object.ts";
import { resources } from "../../api/resources.ts";
import { createInformer } from "../../kube/informer.ts";
import { projectMetadata } from "../../kube/projection.ts";
import type { Change, Informer } from "../../kube/types.ts";
import type { Cluster, ClusterDeps } from "./cluster.ts";

export type KindChange = { readonly resource: ResourceType; readonly change: Change<KubeObject> };

/** Every kind that the API server serves, built in or defined, with an informer of the metadata of its objects. */
export interface ServedKinds {
  readonly all: readonly ResourceType[];
  find(group: string, kind: string): ResourceType | undefined;
  /** Changes of the objects of all kinds but events, which own nothing. */
  onChange(handler: (change: KindChange) => void): void;
  /** A kind came or went. */
  onKind(handler: (resource: ResourceType, served: boolean) => void): void;
  /** Starts the informers; resolves when those of the kinds that are there now have synced. */
  start(): Promise<void>;
}

type Served = {
  readonly resource: ResourceType;
  readonly informer: Informer<KubeObject> | undefined;
  readonly stop: AbortController;
};

/** More kinds than this are not collected; a cluster with so many definitions is not what this one is for. */
const maxKinds = 500;
const syncTimeoutMs = 30_000;
const unwatched = new Set(["events", "events.events.k8s.io"]);

/** Discovers what is served, and follows the CustomResourceDefinitions. Kinds that the cluster watches are not watched twice. */
export function createServedKinds(cluster: Cluster): ServedKinds {
  const { client, signal, log } = cluster;
  const served = new Map<string, Served>();
  const changeHandlers: ((change: KindChange) => void)[] = [];
  const kindHandlers: ((resource: ResourceType, served: boolean) => void)[] = [];
  const shared = sharedInformers(cluster);
  const definitions = createInformer<Definition>(client, { resource: resources.customResourceDefinitions }, cluster);

  function add(resource: ResourceType): Served | undefined {
    const key = keyOfKind(resource);
    const known = served.get(key);
    if (known?.resource.version === resource.version) return known;
    if (known !== undefined) drop(key);
    if (served.size >= maxKinds) {
      log("a kind is not collected: there are too many", { kind: resource.kind, group: resource.group });
      return undefined;
    }
    const entry = { resource, informer: watch(key, resource), stop: new AbortController() };
    served.set(key, entry);
    if (entry.informer !== undefined && !shared.has(key))
      entry.informer.start(AbortSignal.any([signal, entry.stop.signal]));
    for (const handler of kindHandlers) handler(resource, true);
    return entry;
  }

  function watch(key: string, resource: ResourceType): Informer<KubeObject> | undefined {
    if (unwatched.has(key)) return undefined;
    const informer =
      shared.get(key) ?? createInformer<KubeObject>(client, { resource, transform: projectMetadata }, cluster);
    informer.onChange((change) => {
      for (const handler of changeHandlers) handler({ resource, change });
    });
    return informer;
  }

  function drop(key: string): void {
    const entry = served.get(key);
    if (entry === undefined) return;
    entry.stop.abort();
    served.delete(key);
    for (const handler of kindHandlers) handler(entry.resource, false);
  }

  function follow(change: Change<Definition>): void {
    const resource = definedKind(change.object);
    if (resource === undefined) return;
    if (change.kind === "deleted") drop(keyOfKind(resource));
    else if (isEstablished(change.object)) add(resource);
  }

  return {
    get all() {
      return [...served.values()].map(({ resource }) => resource);
    },
    find: (group, kind) =>
      [...served.values()].find(({ resource }) => resource.group === group && resource.kind === kind)?.resource,
    onChange: (handler) => void changeHandlers.push(handler),
    onKind: (handler) => void kindHandlers.push(handler),
    async start() {
      const found = (await discoverKinds(cluster)).flatMap((resource) => add(resource) ?? []);
      definitions.onChange(follow);
      definitions.start(signal);
      const waits = found.flatMap(({ informer }) =>
        informer === undefined ? [] : [informer.waitForSync(syncTimeoutMs, signal)],
      );
      await Promise.all([definitions.waitForSync(syncTimeoutMs, signal), ...waits]);
    },
  };
}

function keyOfKind({ group, plural }: ResourceType): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function sharedInformers(cluster: Cluster): ReadonlyMap<string, Informer<KubeObject>> {
  const shared: [ResourceType, { readonly informer: Informer<KubeObject> }][] = [
    [resources.deployments, cluster.deployments],
    [resources.replicaSets, cluster.replicaSets],
    [resources.pods, cluster.pods],
    [resources.services, cluster.services],
    [resources.endpointSlices, cluster.endpointSlices],
    [resources.nodes, cluster.nodes],
    [resources.namespaces, cluster.namespaces],
  ];
  return new Map(shared.map(([resource, { informer }]) => [keyOfKind(resource), informer]));
}

/** The kinds whose objects can be listed, watched and deleted, each in the version that its group prefers. */
async function discoverKinds(deps: ClusterDeps): Promise<readonly ResourceType[]> {
  const found = [await discoverGroup(deps, "", "v1")];
  for (const group of listIn(await deps.client.raw("GET", "/apis", { signal: deps.signal }), "groups")) {
    const name = textIn(group, "name");
    const version = textIn(fieldIn(group, "preferredVersion"), "version");
    found.push(await discoverGroup(deps, name, version).catch((error: unknown) => unknownGroup(deps, name, error)));
  }
  return found.flat();
}

const neededVerbs = ["list", "watch", "delete"];

async function discoverGroup({ client, signal }: ClusterDeps, group: string, version: string): Promise<ResourceType[]> {
  const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return listIn(await client.raw("GET", path, { signal }), "resources").flatMap((resource) => {
    const plural = textIn(resource, "name");
    const verbs = listIn(resource, "verbs");
    if (plural.includes("/") || !neededVerbs.every((verb) => verbs.includes(verb))) return [];
    return [
      { group, version, kind: textIn(resource, "kind"), plural, namespaced: fieldIn(resource, "namespaced") === true },
    ];
  });
}

function fieldIn(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldIn(value, name);
  return Array.isArray(list) ? list : [];
}

function textIn(value: unknown, name: string): string {
  const text = fieldIn(value, name);
  return typeof text === "string" ? text : "";
}

/** A definition that goes away takes its group along; that must not keep the others from being collected. */
function unknownGroup({ log }: ClusterDeps, group: string, error: unknown): ResourceType[] {
  log("a group could not be discovered", { group, error: messageOf(error) });
  return [];
}

type Definition = KubeObject & {
  spec: {
    group: string;
    names: { kind: string; plural: string };
    scope: string;
    versions: { name: string; served: boolean; storage: boolean }[];
  };
  status?: { conditions?: { type: string; status: string }[] };
};

/** The kind that a CustomResourceDefinition makes, in its stored version when that is served. */
function definedKind({ spec }: Definition): ResourceType | undefined {
  const served = spec.versions.filter((version) => version.served);
  const version = served.find(({ storage }) => storage) ?? served[0];
  if (version === undefined) return undefined;
  const { kind, plural } = spec.names;
  return { group: spec.group, version: version.name, kind, plural, namespaced: spec.scope === "Namespaced" };
}

function isEstablished({ status }: Definition): boolean {
  return status?.conditions?.some(({ type, status: truth }) => type === "Established" && truth === "True") === true;
}
