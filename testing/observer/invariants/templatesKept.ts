import { isDeepStrictEqual } from "node:util";
import type { Release } from "../../../src/api/release.ts";
import type { Invariant, Moment } from "../invariant.ts";
import { activeReleases, ownerName, type Workload } from "../world.ts";

const ours: readonly string[] = ["tidegate", "tidegate-controller"];

/**
 * The Deployment's template is its user's: Tidegate never owns a field of it. No ReplicaSet's template ever changes,
 * stable is not shrunk before the hand-over, and a contender becomes the Deployment's own only in the hand-over.
 */
export const templatesKept: Invariant = {
  name: "stable changed only by hand-over or user",
  judge: () => (moment) => [...templateOwners(moment), ...changedReplicaSet(moment)],
};

function templateOwners({ event }: Moment): string[] {
  if (event.kind !== "Deployment" || event.type === "gone") return [];
  const { name, managedFields = [] } = event.object.metadata;
  const owner = managedFields.find(
    (entry) => ours.includes(entry.manager) && JSON.stringify(entry.fieldsV1).includes('"f:template"'),
  );
  return owner === undefined ? [] : [`${owner.manager} has written the template of Deployment ${name}`];
}

function changedReplicaSet({ world, event, before }: Moment): string[] {
  if (event.kind !== "ReplicaSet" || event.type === "gone" || before === undefined) return [];
  const set = event.object as Workload;
  const { name } = set.metadata;
  const problems: string[] = [];
  if (!isDeepStrictEqual(set.spec.template, (before as Workload).spec.template))
    problems.push(`the template of ReplicaSet ${name} changed`);
  const release = activeReleases(world).find(({ status }) => status !== undefined);
  if (release === undefined) return problems;
  return [
    ...problems,
    ...shrunkStable(world, release, set, before as Workload),
    ...handedOver(release, set, before as Workload),
  ];
}

function shrunkStable(
  world: Moment["world"],
  { metadata, spec, status }: Release,
  set: Workload,
  before: Workload,
): string[] {
  const deployment = world.get("Deployment", spec.workload.name) as Workload | undefined;
  const wanted = deployment?.spec.replicas ?? 0;
  const now = set.spec.replicas ?? 1;
  if (
    set.metadata.name !== spec.stable?.replicaSet ||
    status?.intent === "promote" ||
    now >= (before.spec.replicas ?? 1) ||
    now >= wanted
  )
    return [];
  return [
    `stable's ReplicaSet ${set.metadata.name} shrinks to ${now} of ${wanted} while release ${metadata.name} is ${status?.intent}`,
  ];
}

function handedOver({ metadata, status }: Release, set: Workload, before: Workload): string[] {
  const left = ownerName(before, "Release") === metadata.name && ownerName(set, "Release") === undefined;
  if (!left || status?.intent === "promote" || (set.spec.replicas ?? 1) === 0) return [];
  return [
    `ReplicaSet ${set.metadata.name} leaves release ${metadata.name} with ${set.spec.replicas} pods while it is ${status?.intent}`,
  ];
}
