import type { Schema } from "../../wire/resource.ts";
import { labelSelector } from "./meta.ts";
import { text, int32, int64, object, pointer, struct, must, atomic, list } from "../../schema/shape.ts";

const nodeSelectorRequirement: Schema = object("core.v1.NodeSelectorRequirement", {
  key: must(text),
  operator: must(text),
  values: atomic(list(text)),
});

const nodeSelectorTerm: Schema = atomic(
  object("core.v1.NodeSelectorTerm", {
    matchExpressions: atomic(list(nodeSelectorRequirement)),
    matchFields: atomic(list(nodeSelectorRequirement)),
  }),
);

const nodeSelector: Schema = atomic(
  object("core.v1.NodeSelector", {
    nodeSelectorTerms: must(atomic(list(nodeSelectorTerm))),
  }),
);

const preferredSchedulingTerm: Schema = object("core.v1.PreferredSchedulingTerm", {
  weight: must(int32),
  preference: must(struct(nodeSelectorTerm)),
});

const nodeAffinity: Schema = object("core.v1.NodeAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: pointer(nodeSelector),
  preferredDuringSchedulingIgnoredDuringExecution: atomic(list(preferredSchedulingTerm)),
});

const podAffinityTerm: Schema = object("core.v1.PodAffinityTerm", {
  labelSelector: pointer(labelSelector),
  namespaces: atomic(list(text)),
  topologyKey: must(text),
  namespaceSelector: pointer(labelSelector),
  matchLabelKeys: atomic(list(text)),
  mismatchLabelKeys: atomic(list(text)),
});

const weightedPodAffinityTerm: Schema = object("core.v1.WeightedPodAffinityTerm", {
  weight: must(int32),
  podAffinityTerm: must(struct(podAffinityTerm)),
});

const podAffinity: Schema = object("core.v1.PodAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: atomic(list(podAffinityTerm)),
  preferredDuringSchedulingIgnoredDuringExecution: atomic(list(weightedPodAffinityTerm)),
});

const podAntiAffinity: Schema = object("core.v1.PodAntiAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: atomic(list(podAffinityTerm)),
  preferredDuringSchedulingIgnoredDuringExecution: atomic(list(weightedPodAffinityTerm)),
});

export const affinity: Schema = object("core.v1.Affinity", {
  nodeAffinity: pointer(nodeAffinity),
  podAffinity: pointer(podAffinity),
  podAntiAffinity: pointer(podAntiAffinity),
});

export const toleration: Schema = object("core.v1.Toleration", {
  key: text,
  operator: text,
  value: text,
  effect: text,
  tolerationSeconds: pointer(int64),
});

export const topologySpreadConstraint: Schema = object("core.v1.TopologySpreadConstraint", {
  maxSkew: must(int32),
  topologyKey: must(text),
  whenUnsatisfiable: must(text),
  labelSelector: pointer(labelSelector),
  minDomains: pointer(int32),
  nodeAffinityPolicy: pointer(text),
  nodeTaintsPolicy: pointer(text),
  matchLabelKeys: atomic(list(text)),
});
