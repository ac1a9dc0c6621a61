import type { Schema } from "../../wire/resource.ts";
import { condition, labelSelector } from "./meta.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import {
  text,
  int32,
  int64,
  intOrString,
  time,
  object,
  described,
  pointer,
  struct,
  always,
  listMap,
  mapOf,
  patched,
} from "../../schema/shape.ts";

const podDisruptionBudgetSpec: Schema = object("policy.v1.PodDisruptionBudgetSpec", {
  minAvailable: pointer(intOrString),
  selector: patched(pointer(labelSelector), "replace"),
  maxUnavailable: pointer(intOrString),
  unhealthyPodEvictionPolicy: pointer(text),
});

const podDisruptionBudgetStatus: Schema = object("policy.v1.PodDisruptionBudgetStatus", {
  observedGeneration: int64,
  disruptedPods: mapOf(time),
  disruptionsAllowed: always(int32),
  currentHealthy: always(int32),
  desiredHealthy: always(int32),
  expectedPods: always(int32),
  conditions: patched(listMap(condition, "type"), "merge", "type"),
});

export const podDisruptionBudget: Schema = described(
  "How many pods of a set may be down at once by intention.",
  object("policy.v1.PodDisruptionBudget", {
    metadata: struct(objectMeta),
    spec: struct(podDisruptionBudgetSpec),
    status: struct(podDisruptionBudgetStatus),
  }),
);
