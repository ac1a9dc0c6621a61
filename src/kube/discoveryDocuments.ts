import type { ResourceType } from "../api/object.ts";

export type ServedResource = {
  readonly resource: ResourceType;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
};

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** From `APIGroupDiscoveryList`; undefined when the answer is something else. Versions keep the server's order. */
export function resourcesOfAggregated(answer: unknown): ServedResource[] | undefined {
  const document = fieldsOf(answer);
  if (document["kind"] !== "APIGroupDiscoveryList") return undefined;
  return listOf(document["items"]).flatMap((item) => {
    const group = textOf(fieldsOf(item["metadata"])["name"]);
    return listOf(item["versions"]).flatMap((entry) => {
      const version = textOf(entry["version"]);
      return listOf(entry["resources"]).map((served) => ofAggregated(group, version, served));
    });
  });
}

function ofAggregated(group: string, version: string, served: Fields): ServedResource {
  return {
    resource: {
      group,
      version,
      kind: textOf(fieldsOf(served["responseKind"])["kind"]),
      plural: textOf(served["resource"]),
      namespaced: served["scope"] === "Namespaced",
    },
    singular: textOf(served["singularResource"]),
    shortNames: textsOf(served["shortNames"]),
    categories: textsOf(served["categories"]),
    verbs: textsOf(served["verbs"]),
  };
}

/** The group versions of `APIVersions` and of `APIGroupList`, the preferred one of each group first. */
export function groupVersionsOf(answer: unknown): string[] {
  const document = fieldsOf(answer);
  if (document["kind"] === "APIVersions") return textsOf(document["versions"]);
  return listOf(document["groups"]).flatMap((group) => {
    const preferred = textOf(fieldsOf(group["preferredVersion"])["groupVersion"]);
    const versions = listOf(group["versions"]).map((version) => textOf(version["groupVersion"]));
    return [...new Set([preferred, ...versions])].filter((version) => version !== "");
  });
}

/** From `APIResourceList`; subresources are left out. */
export function resourcesOfVersion(answer: unknown): ServedResource[] {
  const document = fieldsOf(answer);
  const groupVersion = textOf(document["groupVersion"]);
  const [group, version] = groupVersion.includes("/") ? groupVersion.split("/") : ["", groupVersion];
  return listOf(document["resources"])
    .filter((served) => !textOf(served["name"]).includes("/"))
    .map((served) => ({
      resource: {
        group: group ?? "",
        version: version ?? "",
        kind: textOf(served["kind"]),
        plural: textOf(served["name"]),
        namespaced: served["namespaced"] === true,
      },
      singular: textOf(served["singularName"]),
      shortNames: textsOf(served["shortNames"]),
      categories: textsOf(served["categories"]),
      verbs: textsOf(served["verbs"]),
    }));
}
