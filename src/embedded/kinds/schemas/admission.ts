import type { Schema } from "../../wire/resource.ts";
import { condition, labelSelector } from "./meta.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import {
  text,
  int64,
  object,
  described,
  pointer,
  struct,
  must,
  atomic,
  list,
  setOf,
  listMap,
  patched,
  withDefault,
} from "../../schema/shape.ts";

const paramKind: Schema = atomic(
  object("admissionregistration.v1.ParamKind", {
    apiVersion: text,
    kind: text,
  }),
);

const namedRuleWithOperations: Schema = atomic(
  object("admissionregistration.v1.NamedRuleWithOperations", {
    resourceNames: atomic(list(text)),
    operations: atomic(list(text)),
    apiGroups: atomic(list(text)),
    apiVersions: atomic(list(text)),
    resources: atomic(list(text)),
    scope: withDefault("*", pointer(text)),
  }),
);

const matchResources: Schema = atomic(
  object("admissionregistration.v1.MatchResources", {
    namespaceSelector: withDefault({}, pointer(labelSelector)),
    objectSelector: withDefault({}, pointer(labelSelector)),
    resourceRules: atomic(list(namedRuleWithOperations)),
    excludeResourceRules: atomic(list(namedRuleWithOperations)),
    matchPolicy: withDefault("Equivalent", pointer(text)),
  }),
);

const variable: Schema = atomic(
  object("admissionregistration.v1.Variable", {
    name: must(text),
    expression: must(text),
  }),
);

const applyConfiguration: Schema = object("admissionregistration.v1.ApplyConfiguration", {
  expression: text,
});

const jsonPatch: Schema = object("admissionregistration.v1.JSONPatch", {
  expression: text,
});

const mutation: Schema = object("admissionregistration.v1.Mutation", {
  patchType: must(text),
  applyConfiguration: pointer(applyConfiguration),
  jsonPatch: pointer(jsonPatch),
});

const matchCondition: Schema = object("admissionregistration.v1.MatchCondition", {
  name: must(text),
  expression: must(text),
});

const mutatingAdmissionPolicySpec: Schema = object("admissionregistration.v1.MutatingAdmissionPolicySpec", {
  paramKind: pointer(paramKind),
  matchConstraints: described("Which writes are looked at.", pointer(matchResources)),
  variables: atomic(list(variable)),
  mutations: described("Changes, in their order.", atomic(list(mutation))),
  failurePolicy: described("What a failing evaluation means: Fail or Ignore.", withDefault("Fail", pointer(text))),
  matchConditions: described(
    "Expressions that narrow the writes looked at.",
    patched(listMap(matchCondition, "name"), "merge", "name"),
  ),
  reinvocationPolicy: described("Never or IfNeeded.", text),
});

export const mutatingAdmissionPolicy: Schema = described(
  "CEL expressions that change objects while they are written.",
  object("admissionregistration.v1.MutatingAdmissionPolicy", {
    metadata: struct(objectMeta),
    spec: struct(mutatingAdmissionPolicySpec),
  }),
);

const paramRef: Schema = atomic(
  object("admissionregistration.v1.ParamRef", {
    name: text,
    namespace: text,
    selector: pointer(labelSelector),
    parameterNotFoundAction: withDefault("Deny", pointer(text)),
  }),
);

const mutatingAdmissionPolicyBindingSpec: Schema = object(
  "admissionregistration.v1.MutatingAdmissionPolicyBindingSpec",
  {
    policyName: described("The policy.", text),
    paramRef: pointer(paramRef),
    matchResources: pointer(matchResources),
  },
);

export const mutatingAdmissionPolicyBinding: Schema = described(
  "Puts a MutatingAdmissionPolicy into force.",
  object("admissionregistration.v1.MutatingAdmissionPolicyBinding", {
    metadata: struct(objectMeta),
    spec: struct(mutatingAdmissionPolicyBindingSpec),
  }),
);

const validation: Schema = object("admissionregistration.v1.Validation", {
  expression: must(text),
  message: text,
  reason: pointer(text),
  messageExpression: text,
});

const auditAnnotation: Schema = object("admissionregistration.v1.AuditAnnotation", {
  key: must(text),
  valueExpression: must(text),
});

const validatingAdmissionPolicySpec: Schema = object("admissionregistration.v1.ValidatingAdmissionPolicySpec", {
  paramKind: pointer(paramKind),
  matchConstraints: described("Which writes are looked at.", pointer(matchResources)),
  validations: described("Expressions that must be true.", atomic(list(validation))),
  failurePolicy: described("What a failing evaluation means: Fail or Ignore.", withDefault("Fail", pointer(text))),
  auditAnnotations: atomic(list(auditAnnotation)),
  matchConditions: described(
    "Expressions that narrow the writes looked at.",
    patched(listMap(matchCondition, "name"), "merge", "name"),
  ),
  variables: described("Named expressions for use in the others.", patched(listMap(variable, "name"), "merge", "name")),
});

const expressionWarning: Schema = object("admissionregistration.v1.ExpressionWarning", {
  fieldRef: must(text),
  warning: must(text),
});

const typeChecking: Schema = object("admissionregistration.v1.TypeChecking", {
  expressionWarnings: atomic(list(expressionWarning)),
});

const validatingAdmissionPolicyStatus: Schema = object("admissionregistration.v1.ValidatingAdmissionPolicyStatus", {
  observedGeneration: int64,
  typeChecking: pointer(typeChecking),
  conditions: listMap(condition, "type"),
});

export const validatingAdmissionPolicy: Schema = described(
  "CEL expressions that accept or refuse writes.",
  object("admissionregistration.v1.ValidatingAdmissionPolicy", {
    metadata: struct(objectMeta),
    spec: struct(validatingAdmissionPolicySpec),
    status: struct(validatingAdmissionPolicyStatus),
  }),
);

const validatingAdmissionPolicyBindingSpec: Schema = object(
  "admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec",
  {
    policyName: described("The policy.", text),
    paramRef: pointer(paramRef),
    matchResources: pointer(matchResources),
    validationActions: described("Deny, Warn, Audit.", setOf(text)),
  },
);

export const validatingAdmissionPolicyBinding: Schema = described(
  "Puts a ValidatingAdmissionPolicy into force.",
  object("admissionregistration.v1.ValidatingAdmissionPolicyBinding", {
    metadata: struct(objectMeta),
    spec: struct(validatingAdmissionPolicyBindingSpec),
  }),
);
