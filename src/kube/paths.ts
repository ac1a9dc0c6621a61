import { TidegateError } from "../api/error.ts";
import type { ResourceType } from "../api/object.ts";

export type PathParts = {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
};

/**
 * One piece of a path. An empty piece would make an object's path that of its collection, and a dotted one that of its
 * parent: a delete would then take away more than was named.
 */
function piece(text: string, what: string): string {
  if (text === "" || text === "." || text === "..") {
    throw new TidegateError("KUBE_BAD_REQUEST", `"${text}" is no ${what} of an object; give the whole one`);
  }
  return encodeURIComponent(text);
}

/**
 * The URL path of a collection, an object or a subresource. Without a namespace: across all of them. Throws
 * KUBE_BAD_REQUEST for a name that cannot be one.
 */
export function resourcePath(resource: ResourceType, parts: PathParts = {}): string {
  const { group, version, plural, namespaced } = resource;
  let path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  if (namespaced && parts.namespace !== undefined && parts.namespace !== "")
    path += `/namespaces/${piece(parts.namespace, "namespace")}`;
  path += `/${plural}`;
  if (parts.name !== undefined) path += `/${piece(parts.name, "name")}`;
  if (parts.subresource !== undefined) path += `/${parts.subresource}`;
  return path;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path with those parameters that have a value. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, String(value));
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** How messages name an object: `Deployment prod/shop`, `Namespace prod`, `Deployments` of everywhere. */
export function describeTarget(resource: ResourceType, parts: PathParts = {}): string {
  const kind = resource.group === "" ? resource.kind : `${resource.kind}.${resource.group}`;
  const sub = parts.subresource === undefined ? "" : ` (${parts.subresource})`;
  const namespace = parts.namespace ?? "";
  if (parts.name === undefined) return `${kind} list${namespace === "" ? "" : ` of namespace ${namespace}`}${sub}`;
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${parts.name}${sub}`;
}
