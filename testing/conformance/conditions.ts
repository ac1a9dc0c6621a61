type Json = Record<string, unknown>;
type Answer = { readonly status: number; readonly body: unknown };
type Holds = (answer: Answer) => boolean;

/** The value at a dotted path; undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const part of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Json)[part];
  }
  return found;
}

const equals =
  (path: string, expected: unknown): Holds =>
  ({ body }) =>
    at(body, path) === expected;
const conditionOf = (body: unknown, type: string): Json | undefined =>
  ((at(body, "status.conditions") as Json[] | undefined) ?? []).find((condition) => condition["type"] === type);
const ownedByDeployment = equals("metadata.ownerReferences.0.kind", "Deployment");

/** What the expressions of the recordings mean. One that is not here is a mistake, and says so. */
const conditions: Readonly<Record<string, Holds>> = {
  "status==404": ({ status }) => status === 404,
  "status==200": ({ status }) => status === 200,
  "len(body['items'])==1": equals("items.length", 1),
  "body.get('status',{}).get('observedGeneration')==1 and body['status'].get('replicas')==1": ({ body }) =>
    at(body, "status.observedGeneration") === 1 && at(body, "status.replicas") === 1,
  "body['status'].get('observedGeneration')==2": equals("status.observedGeneration", 2),
  "body['status'].get('observedGeneration')==3": equals("status.observedGeneration", 3),
  "body['status'].get('availableReplicas')==1": equals("status.availableReplicas", 1),
  "body['status'].get('updatedReplicas')==1": equals("status.updatedReplicas", 1),
  "body['spec']['replicas']==0": equals("spec.replicas", 0),
  "body['spec']['replicas']==3": equals("spec.replicas", 3),
  "body['items'] and body['items'][0].get('endpoints')": ({ body }) => Boolean(at(body, "items.0.endpoints.length")),
  "body['items'][0]['endpoints'][0]['conditions']['ready'] is False": equals(
    "items.0.endpoints.0.conditions.ready",
    false,
  ),
  "body['items'][0]['endpoints'][0]['conditions'].get('terminating') is True": equals(
    "items.0.endpoints.0.conditions.terminating",
    true,
  ),
  "any(c['type']=='Established' and c['status']=='True' for c in (body.get('status') or {}).get('conditions') or [])":
    ({ body }) => conditionOf(body, "Established")?.["status"] === "True",
  "(body['metadata'].get('ownerReferences') or [{}])[0].get('kind')=='Deployment'": ownedByDeployment,
  "(body['metadata'].get('ownerReferences') or [{}])[0].get('kind')=='Deployment' and 'deployment.kubernetes.io/revision' in body['metadata']['annotations']":
    (answer) =>
      ownedByDeployment(answer) &&
      "deployment.kubernetes.io/revision" in ((at(answer.body, "metadata.annotations") as Json | undefined) ?? {}),
  "[x for x in body['status']['conditions'] if x['type']=='Progressing'][0]['reason']=='NewReplicaSetAvailable'": ({
    body,
  }) => conditionOf(body, "Progressing")?.["reason"] === "NewReplicaSetAvailable",
};

/** The meaning of an `until` expression. Throws for one that is not known. */
export function conditionFor(expression: string): Holds {
  const holds = conditions[expression];
  if (holds === undefined)
    throw new Error(`the recordings wait for something that the runner does not understand: ${expression}`);
  return holds;
}
