import type { Schema } from "../../wire/resource.ts";
import { labelSelector } from "./meta.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import { podTemplateSpec } from "./podSpec.ts";
import {
  text,
  flag,
  int32,
  int64,
  intOrString,
  time,
  object,
  described,
  pointer,
  struct,
  must,
  listMap,
  patched,
  withDefault,
} from "../../schema/shape.ts";

const rollingUpdateDeployment: Schema = object("apps.v1.RollingUpdateDeployment", {
  maxUnavailable: described(
    "Pods that may be missing during an update, as number or percentage.",
    withDefault("25%", pointer(intOrString)),
  ),
  maxSurge: described(
    "Pods that may be there in excess during an update, as number or percentage.",
    withDefault("25%", pointer(intOrString)),
  ),
});

const deploymentStrategy: Schema = object("apps.v1.DeploymentStrategy", {
  type: described("RollingUpdate or Recreate.", withDefault("RollingUpdate", text)),
  rollingUpdate: described("Bounds of a rolling update.", pointer(rollingUpdateDeployment)),
});

const deploymentSpec: Schema = object("apps.v1.DeploymentSpec", {
  replicas: described("Number of pods wanted; 1 by default.", withDefault(1, pointer(int32))),
  selector: described(
    "Labels by which the pods are known; they must match the template and cannot be changed.",
    must(labelSelector),
  ),
  template: described("The pods to make.", must(struct(podTemplateSpec))),
  strategy: described("How old pods give way to new ones.", patched(struct(deploymentStrategy), "retainKeys")),
  minReadySeconds: described("Seconds that a pod must be ready to count as available.", int32),
  revisionHistoryLimit: described(
    "Old ReplicaSets kept for going back; 10 by default.",
    withDefault(10, pointer(int32)),
  ),
  paused: described("Whether a changed template waits.", flag),
  progressDeadlineSeconds: described(
    "Seconds without progress after which the condition Progressing turns False; 600 by default.",
    withDefault(600, pointer(int32)),
  ),
});

const deploymentCondition: Schema = object("apps.v1.DeploymentCondition", {
  type: must(text),
  status: must(text),
  lastUpdateTime: time,
  lastTransitionTime: time,
  reason: text,
  message: text,
});

const deploymentStatus: Schema = object("apps.v1.DeploymentStatus", {
  observedGeneration: described("Generation that the controller has seen.", int64),
  replicas: described("Pods that exist.", int32),
  updatedReplicas: described("Pods of the newest template.", int32),
  readyReplicas: described("Pods that are ready.", int32),
  availableReplicas: described("Pods that have been ready long enough.", int32),
  unavailableReplicas: described("Pods that are missing.", int32),
  terminatingReplicas: pointer(int32),
  conditions: described(
    "Available, Progressing and ReplicaFailure.",
    patched(listMap(deploymentCondition, "type"), "merge", "type"),
  ),
  collisionCount: pointer(int32),
});

export const deployment: Schema = described(
  "Keeps a number of equal pods running and replaces them step by step when their template changes.",
  object("apps.v1.Deployment", {
    metadata: struct(objectMeta),
    spec: struct(deploymentSpec),
    status: struct(deploymentStatus),
  }),
);

const replicaSetSpec: Schema = object("apps.v1.ReplicaSetSpec", {
  replicas: described("Number of pods wanted; 1 by default.", withDefault(1, pointer(int32))),
  minReadySeconds: described("Seconds that a pod must be ready to count as available.", int32),
  selector: described("Labels by which the pods are known.", must(labelSelector)),
  template: described("The pods to make.", struct(podTemplateSpec)),
});

const replicaSetCondition: Schema = object("apps.v1.ReplicaSetCondition", {
  type: must(text),
  status: must(text),
  lastTransitionTime: time,
  reason: text,
  message: text,
});

const replicaSetStatus: Schema = object("apps.v1.ReplicaSetStatus", {
  replicas: must(int32),
  fullyLabeledReplicas: int32,
  readyReplicas: int32,
  availableReplicas: int32,
  terminatingReplicas: pointer(int32),
  observedGeneration: int64,
  conditions: patched(listMap(replicaSetCondition, "type"), "merge", "type"),
});

export const replicaSet: Schema = described(
  "Keeps a number of equal pods running.",
  object("apps.v1.ReplicaSet", {
    metadata: struct(objectMeta),
    spec: struct(replicaSetSpec),
    status: struct(replicaSetStatus),
  }),
);
