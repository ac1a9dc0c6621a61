import { controllerOf, type AnyObject } from "../../../src/api/object.ts";
import { resources } from "../../../src/api/resources.ts";
import { valueAt } from "../match.ts";
import { optional, record, text, wholeNumber } from "../reader.ts";
import { StepFailed, stepKind, until } from "../step.ts";
import { fieldManager } from "./writes.ts";

/** What `kubectl rollout undo` does: the template of an older ReplicaSet becomes the Deployment's; the newest before the present one when no revision is named. */
export const undo = stepKind(
  record({ deployment: text, toRevision: optional(wholeNumber) }),
  async ({ deployment, toRevision }, context) => {
    const { client, namespace, signal } = context;
    const object = await client.get(resources.deployments, { namespace, name: deployment }, { signal });
    if (valueAt(object, "spec.paused") === true)
      throw new StepFailed(`Deployment ${deployment} is paused; kubectl refuses to undo that`);
    let found: AnyObject | undefined;
    await until(
      async () => {
        const { items } = await client.list(resources.replicaSets, { namespace, signal });
        const own = items
          .filter((set) => controllerOf(set)?.uid === object.metadata.uid)
          .toSorted((a, b) => revisionOf(b) - revisionOf(a));
        found = toRevision === undefined ? own[1] : own.find((set) => revisionOf(set) === toRevision);
        return found === undefined
          ? [
              `Deployment ${deployment} has no revision ${toRevision ?? "before this one"}, only ${own.map(revisionOf).join(", ")}`,
            ]
          : [];
      },
      5_000,
      signal,
    );
    const template = structuredClone(valueAt(found, "spec.template")) as {
      metadata: { labels: Record<string, string> };
    };
    delete template.metadata.labels["pod-template-hash"];
    await client.patch(
      resources.deployments,
      { namespace, name: deployment },
      { kind: "json", body: [{ op: "replace", path: "/spec/template", value: template }] },
      { fieldManager, signal },
    );
  },
);

function revisionOf(set: AnyObject): number {
  return Number(set.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}
