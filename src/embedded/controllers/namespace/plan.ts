import type { KubeObject, ResourceType } from "../../../api/object.ts";

export type Namespace = KubeObject & {
  spec?: { finalizers?: string[] };
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[];
  };
};

/** What is left of one kind in a namespace. */
export type Remains = { readonly resource: ResourceType; readonly objects: readonly KubeObject[] };

/** Objects that nobody told to end yet. */
export function toDelete(
  remains: readonly Remains[],
): readonly { readonly resource: ResourceType; readonly object: KubeObject }[] {
  return remains.flatMap(({ resource, objects }) =>
    objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map((object) => ({ resource, object })),
  );
}

/** Why a namespace is still there, in the words that users of `kubectl get namespace -o yaml` know. */
export function remainsConditions(
  remains: readonly Remains[],
  at: string,
): NonNullable<NonNullable<Namespace["status"]>["conditions"]> {
  const left = remains.filter(({ objects }) => objects.length > 0);
  const finalizers = new Map<string, number>();
  for (const { metadata } of left.flatMap(({ objects }) => objects)) {
    for (const finalizer of metadata.finalizers ?? []) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const counts = left.map(
    ({ resource, objects }) => `${nameOfKind(resource)} has ${objects.length} resource instances`,
  );
  const holders = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
  return [
    condition(
      "NamespaceContentRemaining",
      ["SomeResourcesRemain", `Some resources are remaining: ${counts.join(", ")}`],
      {
        at,
        none: counts.length === 0 ? ["ContentRemoved", "All content successfully removed"] : undefined,
      },
    ),
    condition(
      "NamespaceFinalizersRemaining",
      ["SomeFinalizersRemain", `Some content in the namespace has finalizers remaining: ${holders.join(", ")}`],
      {
        at,
        none:
          holders.length === 0 ? ["ContentHasNoFinalizers", "All content-preserving finalizers finished"] : undefined,
      },
    ),
  ];
}

type Words = readonly [reason: string, message: string];

function condition(
  type: string,
  some: Words,
  { at, none }: { at: string; none: Words | undefined },
): ReturnType<typeof remainsConditions>[number] {
  const [reason, message] = none ?? some;
  return { type, status: none === undefined ? "True" : "False", reason, message, lastTransitionTime: at };
}

function nameOfKind({ group, plural }: ResourceType): string {
  return group === "" ? `${plural}.` : `${plural}.${group}`;
}
