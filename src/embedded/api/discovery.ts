import { createHash } from "node:crypto";
import type { ResourceDefinition } from "../wire/resource.ts";
import type { Registry, Served } from "./registry.ts";
import { groupVersionOf } from "./registry.ts";
import { reviewGroups } from "./reviews.ts";

type Json = Record<string, unknown>;

const builtInVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const customVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

export type Subresource = {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly string[];
};

/** What can be asked of an object of the kind besides the object itself. */
export function subresourcesOf(definition: ResourceDefinition): Subresource[] {
  const { group, version, kind } = definition;
  const own = (name: string, verbs: readonly string[]): Subresource => ({ name, group, version, kind, verbs });
  const found: Subresource[] = [];
  if (definition.group === "" && definition.plural === "namespaces") found.push(own("finalize", ["update"]));
  if (definition.group === "" && definition.plural === "pods") {
    found.push({ name: "binding", group: "", version: "v1", kind: "Binding", verbs: ["create"] });
    found.push({ name: "eviction", group: "policy", version: "v1", kind: "Eviction", verbs: ["create"] });
    found.push(own("log", ["get"]));
  }
  if (definition.scale !== undefined)
    found.push({
      name: "scale",
      group: "autoscaling",
      version: "v1",
      kind: "Scale",
      verbs: ["get", "patch", "update"],
    });
  if (definition.hasStatus) found.push(own("status", ["get", "patch", "update"]));
  return found;
}

/** `/api`. */
export function coreVersions(address: string): Json {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
  };
}

type Groups = ReadonlyMap<string, readonly string[]>;

/** Every named group with its versions, those of the review kinds included. */
function namedGroups(registry: Registry): Groups {
  const groups = new Map<string, readonly string[]>(registry.groups());
  groups.delete("");
  for (const group of reviewGroups.keys()) groups.set(group, ["v1"]);
  return groups;
}

/** `/apis`. */
export function groupList(registry: Registry): Json {
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: [...namedGroups(registry)].map(([group, versions]) => groupEntry(group, versions)),
  };
}

/** `/apis/{group}`; undefined when nothing is served in it. */
export function groupDocument(registry: Registry, group: string): Json | undefined {
  const versions = namedGroups(registry).get(group);
  return versions === undefined ? undefined : { kind: "APIGroup", apiVersion: "v1", ...groupEntry(group, versions) };
}

function groupEntry(group: string, versions: readonly string[]): Json {
  const entries = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: entries, preferredVersion: entries[0] };
}

/** `/api/v1` and `/apis/{group}/{version}`; undefined when nothing is served there. */
export function resourceList(registry: Registry, group: string, version: string): Json | undefined {
  const served = registry.inGroupVersion(group, version);
  const reviews = version === "v1" ? (reviewGroups.get(group) ?? []) : [];
  if (served.length === 0 && reviews.length === 0) return undefined;
  const custom = served.every(({ definition }) => !definition.builtIn) && served.length > 0;
  const resources = [
    ...served.flatMap((one) => resourceEntries(one)),
    ...reviews.map(({ plural, kind }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced: false,
      kind,
      verbs: ["create"],
    })),
  ];
  return {
    kind: "APIResourceList",
    // The typed groups of the real server leave it out in the core group only.
    ...(group === "" && !custom ? {} : { apiVersion: "v1" }),
    groupVersion: group === "" ? version : `${group}/${version}`,
    resources,
  };
}

function resourceEntries(served: Served): Json[] {
  const { definition } = served;
  const { plural, singular, namespaced, kind, shortNames, categories } = definition;
  const entry = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: definition.builtIn ? builtInVerbs : customVerbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    storageVersionHash: storageVersionHash(served),
  };
  return [entry, ...subresourcesOf(definition).map((subresource) => subresourceEntry(definition, subresource))];
}

function subresourceEntry(definition: ResourceDefinition, { name, group, version, kind, verbs }: Subresource): Json {
  const foreign = group === definition.group && version === definition.version ? {} : { group, version };
  return {
    name: `${definition.plural}/${name}`,
    singularName: "",
    namespaced: definition.namespaced,
    ...foreign,
    kind,
    verbs,
  };
}

function storageVersionHash({ definition, storageVersion }: Served): string {
  return createHash("sha256").update(`${storageVersion}/${definition.kind}`).digest("base64").slice(0, 11) + "=";
}

/** The whole of `/api` (core) or `/apis` as one `apidiscovery.k8s.io/v2` document. */
export function aggregated(registry: Registry, which: "core" | "named"): Json {
  const groups: Groups =
    which === "core" ? new Map([["", registry.groups().get("") ?? ["v1"]]]) : namedGroups(registry);
  const items = [...groups].map(([group, versions]) => ({
    metadata: which === "core" ? {} : { name: group },
    versions: versions.map((version) => aggregatedVersion(registry, group, version)),
  }));
  return { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items };
}

function aggregatedVersion(registry: Registry, group: string, version: string): Json {
  const served = registry.inGroupVersion(group, version).map(({ definition }) => aggregatedResource(definition));
  const reviews = version === "v1" ? (reviewGroups.get(group) ?? []) : [];
  const reviewed = reviews.map(({ plural, kind }) => ({
    resource: plural,
    responseKind: { group, version, kind },
    scope: "Cluster",
    singularResource: kind.toLowerCase(),
    verbs: ["create"],
  }));
  return { version, resources: [...served, ...reviewed], freshness: "Current" };
}

function aggregatedResource(definition: ResourceDefinition): Json {
  const { group, version, kind, plural, singular, shortNames, categories } = definition;
  const subresources = subresourcesOf(definition).map((subresource) => ({
    subresource: subresource.name,
    responseKind: { group: subresource.group, version: subresource.version, kind: subresource.kind },
    verbs: subresource.verbs,
  }));
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: definition.namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: definition.builtIn ? builtInVerbs : customVerbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** Every path that answers something, as `/` lists them. */
export function rootPaths(registry: Registry): string[] {
  const versions = [...namedGroups(registry)].flatMap(([group, names]) => [
    `/apis/${group}`,
    ...names.map((name) => `/apis/${group}/${name}`),
  ]);
  const fixed = [
    "/api",
    "/api/v1",
    "/apis",
    "/apis/",
    "/healthz",
    "/livez",
    "/openapi/v2",
    "/openapi/v3",
    "/openapi/v3/",
    "/readyz",
    "/version",
  ];
  return [...fixed, ...versions].toSorted();
}

/** `api/v1`, `apis/apps/v1`...: the group versions that have an OpenAPI document, with the kinds in it. */
export function openApiPaths(
  registry: Registry,
): Map<string, { groupVersion: string; definitions: ResourceDefinition[] }> {
  const paths = new Map<string, { groupVersion: string; definitions: ResourceDefinition[] }>();
  for (const { definition } of registry.all()) {
    const groupVersion = groupVersionOf(definition);
    const path = definition.group === "" ? `api/${groupVersion}` : `apis/${groupVersion}`;
    const entry = paths.get(path) ?? { groupVersion, definitions: [] };
    entry.definitions.push(definition);
    paths.set(path, entry);
  }
  return paths;
}
