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

export const paramKind: Schema = atomic(
  object("admissionregistration.v1.ParamKind", {
    apiVersion: text,
    kind: text,
  }),
);

export const namedRuleWithOperations: Schema = atomic(
  object("admissionregistration.v1.NamedRuleWithOperations", {
    resourceNames: atomic(list(text)),
    operations: atomic(list(text)),
    apiGroups: atomic(list(text)),
    apiVersions: atomic(list(text)),
    resources: atomic(list(text)),
    scope: withDefault("*", pointer(text)),
  }),
);

export const matchResources: Schema = atomic(
  object("admissionregistration.v1.MatchResources", {
    namespaceSelector: withDefault({}, pointer(labelSelector)),
    objectSelector: withDefault({}, pointer(labelSelector)),
    resourceRules: atomic(list(namedRuleWithOperations)),
    excludeResourceRules: atomic(list(namedRuleWithOperations)),
    matchPolicy: withDefault("Equivalent", pointer(text)),
  }),
);

export const variable: Schema = atomic(
  object("admissionregistration.v1.Variable", {
    name: must(text),
    expression: must(text),
  }),
);

export const applyConfiguration: Schema = object("admissionregistration.v1.ApplyConfiguration", {
  expression: text,
});

export const jsonPatch: Schema = object("admissionregistration.v1.JSONPatch", {
  expression: text,
});

export const mutation: Schema = object("admissionregistration.v1.Mutation", {
  patchType: must(text),
  applyConfiguration: pointer(applyConfiguration),
  jsonPatch: pointer(jsonPatch),
});

export const matchCondition: Schema = object("admissionregistration.v1.MatchCondition", {
  name: must(text),
  expression: must(text),
});

export const mutatingAdmissionPolicySpec: Schema = object("admissionregistration.v1.MutatingAdmissionPolicySpec", {
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

export const paramRef: Schema = atomic(
  object("admissionregistration.v1.ParamRef", {
    name: text,
    namespace: text,
    selector: pointer(labelSelector),
    parameterNotFoundAction: withDefault("Deny", pointer(text)),
  }),
);

export const mutatingAdmissionPolicyBindingSpec: Schema = object(
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

export const validation: Schema = object("admissionregistration.v1.Validation", {
  expression: must(text),
  message: text,
  reason: pointer(text),
  messageExpression: text,
});

export const auditAnnotation: Schema = object("admissionregistration.v1.AuditAnnotation", {
  key: must(text),
  valueExpression: must(text),
});

export const validatingAdmissionPolicySpec: Schema = object("admissionregistration.v1.ValidatingAdmissionPolicySpec", {
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

export const expressionWarning: Schema = object("admissionregistration.v1.ExpressionWarning", {
  fieldRef: must(text),
  warning: must(text),
});

export const typeChecking: Schema = object("admissionregistration.v1.TypeChecking", {
  expressionWarnings: atomic(list(expressionWarning)),
});

export const validatingAdmissionPolicyStatus: Schema = object(
  "admissionregistration.v1.ValidatingAdmissionPolicyStatus",
  {
    observedGeneration: int64,
    typeChecking: pointer(typeChecking),
    conditions: listMap(condition, "type"),
  },
);

export const validatingAdmissionPolicy: Schema = described(
  "CEL expressions that accept or refuse writes.",
  object("admissionregistration.v1.ValidatingAdmissionPolicy", {
    metadata: struct(objectMeta),
    spec: struct(validatingAdmissionPolicySpec),
    status: struct(validatingAdmissionPolicyStatus),
  }),
);

export const validatingAdmissionPolicyBindingSpec: Schema = object(
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
