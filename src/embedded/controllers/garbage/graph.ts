import type { KubeObject, OwnerReference, ResourceType } from "../../../api/object.ts";

/** An object as far as ownership goes. */
export type GraphNode = {
  readonly uid: string;
  readonly resource: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly resourceVersion: string | undefined;
  readonly owners: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  readonly deleting: boolean;
};

/** All objects by uid, and who depends on whom. */
export interface OwnerGraph {
  get(uid: string): GraphNode | undefined;
  set(node: GraphNode): void;
  /** Forgets an object; it counts as absent from then on. */
  remove(uid: string): void;
  dependentsOf(uid: string): readonly GraphNode[];
  /** Whether that uid was seen to be gone, lately. */
  isAbsent(uid: string): boolean;
  markAbsent(uid: string): void;
  nodesOf(resource: ResourceType): readonly GraphNode[];
  readonly nodes: Iterable<GraphNode>;
}

const maxAbsent = 5_000;

export function graphNode(resource: ResourceType, { metadata }: KubeObject): GraphNode | undefined {
  const { uid, namespace, name, resourceVersion, ownerReferences = [], finalizers = [], deletionTimestamp } = metadata;
  if (uid === undefined) return undefined;
  return {
    uid,
    resource,
    namespace,
    name,
    resourceVersion,
    owners: ownerReferences,
    finalizers,
    deleting: deletionTimestamp !== undefined,
  };
}

export function createOwnerGraph(): OwnerGraph {
  const nodes = new Map<string, GraphNode>();
  const dependents = new Map<string, Set<string>>();
  const absent = new Set<string>();

  function unlink(node: GraphNode): void {
    for (const { uid } of node.owners) {
      const known = dependents.get(uid);
      known?.delete(node.uid);
      if (known?.size === 0) dependents.delete(uid);
    }
  }

  function link(node: GraphNode): void {
    for (const { uid } of node.owners) {
      const known = dependents.get(uid);
      if (known === undefined) dependents.set(uid, new Set([node.uid]));
      else known.add(node.uid);
    }
  }

  function markAbsent(uid: string): void {
    absent.delete(uid);
    absent.add(uid);
    const [oldest] = absent;
    if (absent.size > maxAbsent && oldest !== undefined) absent.delete(oldest);
  }

  return {
    get: (uid) => nodes.get(uid),
    set(node) {
      const known = nodes.get(node.uid);
      if (known !== undefined) unlink(known);
      nodes.set(node.uid, node);
      link(node);
    },
    remove(uid) {
      const known = nodes.get(uid);
      if (known !== undefined) unlink(known);
      nodes.delete(uid);
      markAbsent(uid);
    },
    dependentsOf: (uid) => [...(dependents.get(uid) ?? [])].flatMap((dependent) => nodes.get(dependent) ?? []),
    isAbsent: (uid) => absent.has(uid),
    markAbsent,
    nodesOf: ({ group, plural }) =>
      [...nodes.values()].filter(({ resource }) => resource.group === group && resource.plural === plural),
    get nodes() {
      return nodes.values();
    },
  };
}
