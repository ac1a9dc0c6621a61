import type { Schema } from "../../wire/resource.ts";
import { labelSelector } from "./meta.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import {
  text,
  object,
  described,
  pointer,
  struct,
  must,
  always,
  atomic,
  list,
  withDefault,
} from "../../schema/shape.ts";

const policyRule: Schema = object("rbac.v1.PolicyRule", {
  verbs: must(atomic(list(text))),
  apiGroups: atomic(list(text)),
  resources: atomic(list(text)),
  resourceNames: atomic(list(text)),
  nonResourceURLs: atomic(list(text)),
});

export const role: Schema = described(
  "Permissions within a namespace.",
  object("rbac.v1.Role", {
    metadata: struct(objectMeta),
    rules: atomic(list(policyRule)),
  }),
);

const aggregationRule: Schema = object("rbac.v1.AggregationRule", {
  clusterRoleSelectors: atomic(list(labelSelector)),
});

export const clusterRole: Schema = described(
  "Permissions in the whole cluster.",
  object("rbac.v1.ClusterRole", {
    metadata: struct(objectMeta),
    rules: atomic(list(policyRule)),
    aggregationRule: pointer(aggregationRule),
  }),
);

const subject: Schema = atomic(
  object("rbac.v1.Subject", {
    kind: must(text),
    apiGroup: text,
    name: must(text),
    namespace: text,
  }),
);

const roleRef: Schema = atomic(
  object("rbac.v1.RoleRef", {
    apiGroup: withDefault("rbac.authorization.k8s.io", always(text)),
    kind: must(text),
    name: must(text),
  }),
);

export const roleBinding: Schema = described(
  "Grants a role within a namespace.",
  object("rbac.v1.RoleBinding", {
    metadata: struct(objectMeta),
    subjects: atomic(list(subject)),
    roleRef: must(struct(roleRef)),
  }),
);

export const clusterRoleBinding: Schema = described(
  "Grants a ClusterRole everywhere.",
  object("rbac.v1.ClusterRoleBinding", {
    metadata: struct(objectMeta),
    subjects: atomic(list(subject)),
    roleRef: must(struct(roleRef)),
  }),
);
