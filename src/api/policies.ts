import { annotations, group, labels, version } from "./names.ts";
import type { AnyObject } from "./object.ts";

/** The user names of Tidegate's controller: in a real cluster, and in the embedded one. */
export const controllerUsernames = [
  "system:serviceaccount:tidegate-system:tidegate-controller",
  "tidegate:controller",
] as const;

export const policyNames = {
  interlock: "tidegate-interlock",
  hold: "tidegate-hold",
  holdWarning: "tidegate-hold-warning",
  interventionActor: "tidegate-intervention-actor",
  interventionVerb: "tidegate-intervention-verb",
} as const;

/**
 * The policies, with their bindings, that keep a managed Deployment from rolling out by itself:
 * the interlock pauses it in the write that changes its template, the hold keeps one paused that Tidegate holds, and
 * the warning tells the caller so. All of them let go of a Deployment that loses the label in the same write.
 */
export function interlockPolicies(): AnyObject[] {
  return [
    ...mutating(policyNames.interlock, {
      matchConstraints: managedDeployments,
      matchConditions: [stillManaged, notTheController, templateChanged],
      expression: pauseAndMark,
    }),
    ...mutating(policyNames.hold, {
      matchConstraints: managedDeployments,
      matchConditions: [stillManaged, notTheController, wasHeld, letsGo],
      expression: holdAgain,
    }),
    ...holdWarning(),
  ];
}

/** The policies, with their bindings, that stamp who ordered an Intervention and ask whether that user may. */
export function interventionPolicies(): AnyObject[] {
  return [
    ...mutating(policyNames.interventionActor, {
      matchConstraints: newInterventions,
      matchConditions: [{ name: "has-spec", expression: "has(object.spec)" }],
      expression: stampActor,
    }),
    ...interventionVerb(),
  ];
}

type Condition = { readonly name: string; readonly expression: string };

type Mutating = {
  readonly matchConstraints: object;
  readonly matchConditions: readonly Condition[];
  /** A CEL list of JSONPatch. */
  readonly expression: string;
};

const managedKey = celText(labels.managed);
const heldKey = celText(annotations.held);

const managedDeployments = {
  resourceRules: [{ apiGroups: ["apps"], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["deployments"] }],
  // Old or new object: the conditions decide what becomes of one that loses the label.
  objectSelector: { matchLabels: { [labels.managed]: "true" } },
};

const newInterventions = {
  resourceRules: [{ apiGroups: [group], apiVersions: [version], operations: ["CREATE"], resources: ["interventions"] }],
};

const stillManaged: Condition = {
  name: "still-managed",
  expression: `has(object.metadata.labels) && ${managedKey} in object.metadata.labels && object.metadata.labels[${managedKey}] == "true"`,
};

const notTheController: Condition = {
  name: "not-the-controller",
  expression: `!(request.userInfo.username in [${controllerUsernames.map(celText).join(", ")}])`,
};

const templateChanged: Condition = {
  name: "template-changed",
  expression: "object.spec.template != oldObject.spec.template",
};

const wasHeld: Condition = { name: "was-held", expression: held("oldObject") };

const letsGo: Condition = { name: "lets-go", expression: `!(${held("object")})` };

// The mark tells this pause from one of the user's own: Tidegate lifts it when the stable template returns.
const pauseAndMark = `[JSONPatch{op: "add", path: "/spec/paused", value: true}]
+ (has(object.metadata.annotations) ? [] : [JSONPatch{op: "add", path: "/metadata/annotations", value: {}}])
+ (has(object.metadata.annotations) && ${heldKey} in object.metadata.annotations ? [] : [JSONPatch{
    op: "add",
    path: "/metadata/annotations/" + jsonpatch.escapeKey(${heldKey}),
    value: "template changed"
  }])`;

// Annotations that are gone altogether have to be there before one can be put among them.
const holdAgain = `[JSONPatch{op: "add", path: "/spec/paused", value: true}]
+ (has(object.metadata.annotations) ? [] : [JSONPatch{op: "add", path: "/metadata/annotations", value: {}}])
+ [JSONPatch{
    op: "add",
    path: "/metadata/annotations/" + jsonpatch.escapeKey(${heldKey}),
    value: oldObject.metadata.annotations[${heldKey}]
  }]`;

// The list of groups is bounded by the schema: with more of them the name alone has to do.
const stampActor = `[JSONPatch{
  op: "add",
  path: "/spec/actor",
  value: has(request.userInfo.groups) && size(request.userInfo.groups) <= 64
    ? Object.spec.actor{username: request.userInfo.username, groups: request.userInfo.groups}
    : Object.spec.actor{username: request.userInfo.username}
}]`;

/**
 * Validation sees the Deployment after the hold has put the pause back, so that it cannot tell who tried to lift it:
 * everybody who changes a held Deployment is told.
 */
function holdWarning(): AnyObject[] {
  const way = `To take the Deployment out of Tidegate's hands, delete its Delivery.`;
  const spec = {
    failurePolicy: "Ignore",
    matchConstraints: managedDeployments,
    matchConditions: [stillManaged, notTheController, wasHeld],
    validations: [
      {
        expression: "false",
        message: `Tidegate holds this Deployment, the pause was kept. ${way}`,
        messageExpression: `"Tidegate holds this Deployment (" + oldObject.metadata.annotations[${heldKey}] + "), the pause was kept. " + ${celText(way)}`,
      },
    ],
  };
  return validating(policyNames.holdWarning, spec, "Warn");
}

function interventionVerb(): AnyObject[] {
  const may = `authorizer.group(${celText(group)}).resource("releases").namespace(request.namespace).name(object.spec.release).check(object.spec.action).allowed()`;
  const refusal = `"user '" + request.userInfo.username + "' may not " + object.spec.action + " release '" + object.spec.release + "': that takes the verb '" + object.spec.action + "' on releases.${group} in namespace '" + request.namespace + "'"`;
  const spec = {
    failurePolicy: "Fail",
    matchConstraints: newInterventions,
    validations: [
      {
        expression: may,
        message: `the user may not do this: it takes the action as a verb on releases.${group}`,
        messageExpression: refusal,
        reason: "Forbidden",
      },
      {
        expression: "has(object.spec.actor) && object.spec.actor.username == request.userInfo.username",
        message: "spec.actor has to be the user who creates the Intervention; the API server writes it",
        reason: "Forbidden",
      },
    ],
  };
  return validating(policyNames.interventionVerb, spec, "Deny");
}

function mutating(name: string, { matchConstraints, matchConditions, expression }: Mutating): AnyObject[] {
  const spec = {
    failurePolicy: "Fail",
    reinvocationPolicy: "IfNeeded",
    matchConstraints,
    matchConditions,
    mutations: [{ patchType: "JSONPatch", jsonPatch: { expression } }],
  };
  return [
    document("MutatingAdmissionPolicy", name, spec),
    document("MutatingAdmissionPolicyBinding", name, { policyName: name }),
  ];
}

function validating(name: string, spec: object, action: "Deny" | "Warn"): AnyObject[] {
  return [
    document("ValidatingAdmissionPolicy", name, spec),
    document("ValidatingAdmissionPolicyBinding", name, { policyName: name, validationActions: [action] }),
  ];
}

function document(kind: string, name: string, spec: object): AnyObject {
  const metadata = { name, labels: { "app.kubernetes.io/part-of": "tidegate" } };
  return { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata, spec: structuredClone(spec) };
}

/** Held: the annotation is there and the Deployment is paused. */
function held(object: "object" | "oldObject"): string {
  return (
    `has(${object}.metadata.annotations) && ${heldKey} in ${object}.metadata.annotations` +
    ` && has(${object}.spec.paused) && ${object}.spec.paused`
  );
}

/** A CEL string literal. */
function celText(text: string): string {
  return JSON.stringify(text);
}
