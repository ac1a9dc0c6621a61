import type { Deployment, ReplicaSet } from "../workloadTypes.ts";
import {
  annotationsOfNewest,
  nextRevision,
  replicaAnnotations,
  revisionAnnotation,
  sameAnnotations,
} from "./revisions.ts";
import { byAge, isActive, newReplicaSetSize, specReplicas } from "./rolloutNumbers.ts";
import { hashTemplate, sameTemplate, templateHashLabel } from "./template.ts";

/** The ReplicaSets of a Deployment: the one that has its template, and the others. Never changed, only replaced. */
export type Fleet = { readonly newest: ReplicaSet | undefined; readonly old: readonly ReplicaSet[] };

/**
 * Sorts the ReplicaSets of a Deployment. Of several with its template the oldest counts as the newest revision, so
 * that nothing is rolled when a copy appears; it gets the revision and the annotations that this place comes with.
 */
export function arrangeFleet(deployment: Deployment, replicaSets: readonly ReplicaSet[]): Fleet {
  const found = replicaSets.toSorted(byAge).find(({ spec }) => sameTemplate(spec.template, deployment.spec.template));
  const old = replicaSets.filter((replicaSet) => replicaSet !== found);
  return { newest: found && asNewest(deployment, found, nextRevision(old)), old };
}

function asNewest(deployment: Deployment, found: ReplicaSet, revision: number): ReplicaSet {
  const annotations = annotationsOfNewest(deployment, found, revision);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const sameReadiness = (found.spec.minReadySeconds ?? 0) === minReadySeconds;
  if (sameReadiness && sameAnnotations(annotations, found.metadata.annotations)) return found;
  const { minReadySeconds: _left, ...spec } = found.spec;
  return {
    ...found,
    metadata: { ...found.metadata, annotations },
    spec: { ...spec, ...(minReadySeconds === 0 ? {} : { minReadySeconds }) },
  };
}

/** The newest last, as the controller's own sums expect it. */
export function members(fleet: Fleet): readonly ReplicaSet[] {
  return fleet.newest === undefined ? fleet.old : [...fleet.old, fleet.newest];
}

export function activeMembers(fleet: Fleet): readonly ReplicaSet[] {
  return members(fleet).filter(isActive);
}

/** The ReplicaSet at another size, with the annotations of the Deployment's; itself when it has that size. */
export function resize(deployment: Deployment, replicaSet: ReplicaSet, replicas: number): ReplicaSet {
  return specReplicas(replicaSet) === replicas ? replicaSet : resizeAndMark(deployment, replicaSet, replicas);
}

/** As `resize`, but the annotations are brought up to date also when the size stays. */
export function resizeAndMark(deployment: Deployment, replicaSet: ReplicaSet, replicas: number): ReplicaSet {
  const annotations = { ...replicaSet.metadata.annotations, ...replicaAnnotations(deployment) };
  const sameSize = specReplicas(replicaSet) === replicas;
  if (sameSize && sameAnnotations(annotations, replicaSet.metadata.annotations)) return replicaSet;
  return { ...replicaSet, metadata: { ...replicaSet.metadata, annotations }, spec: { ...replicaSet.spec, replicas } };
}

/** The fleet with some members replaced by what `change` makes of them. */
export function mapFleet(fleet: Fleet, change: (replicaSet: ReplicaSet) => ReplicaSet): Fleet {
  return { newest: fleet.newest && change(fleet.newest), old: fleet.old.map(change) };
}

/** The ReplicaSet that a Deployment makes for its template, sized as its strategy allows beside the old ones. */
export function makeReplicaSet(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet {
  const { template, selector, minReadySeconds = 0 } = deployment.spec;
  const hash = hashTemplate(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [templateHashLabel]: hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      ...(deployment.metadata.namespace === undefined ? {} : { namespace: deployment.metadata.namespace }),
      labels,
      annotations: annotationsOfNew(deployment, old),
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: newReplicaSetSize(deployment, old, 0),
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [templateHashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

function annotationsOfNew(deployment: Deployment, old: readonly ReplicaSet[]): Record<string, string> {
  const blank = { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "" }, spec: deployment.spec };
  const own = annotationsOfNewest(deployment, blank, nextRevision(old));
  return { ...own, ...replicaAnnotations(deployment), [revisionAnnotation]: String(nextRevision(old)) };
}

function ownerReference(deployment: Deployment): NonNullable<ReplicaSet["metadata"]["ownerReferences"]>[number] {
  const { name, uid = "" } = deployment.metadata;
  return { apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true, blockOwnerDeletion: true };
}
