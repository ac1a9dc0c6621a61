import type { Schema } from "../../wire/resource.ts";
import { labelSelector } from "./meta.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import {
  text,
  int32,
  int64,
  quantity,
  time,
  object,
  described,
  pointer,
  struct,
  must,
  atomic,
  list,
  listMap,
  patched,
  withDefault,
} from "../../schema/shape.ts";

const crossVersionObjectReference: Schema = object("autoscaling.v2.CrossVersionObjectReference", {
  kind: must(text),
  name: must(text),
  apiVersion: text,
});

const metricTarget: Schema = object("autoscaling.v2.MetricTarget", {
  type: must(text),
  value: pointer(quantity),
  averageValue: pointer(quantity),
  averageUtilization: pointer(int32),
});

const metricIdentifier: Schema = object("autoscaling.v2.MetricIdentifier", {
  name: must(text),
  selector: pointer(labelSelector),
});

const objectMetricSource: Schema = object("autoscaling.v2.ObjectMetricSource", {
  describedObject: must(struct(crossVersionObjectReference)),
  target: must(struct(metricTarget)),
  metric: must(struct(metricIdentifier)),
});

const podsMetricSource: Schema = object("autoscaling.v2.PodsMetricSource", {
  metric: must(struct(metricIdentifier)),
  target: must(struct(metricTarget)),
});

const resourceMetricSource: Schema = object("autoscaling.v2.ResourceMetricSource", {
  name: must(text),
  target: must(struct(metricTarget)),
});

const containerResourceMetricSource: Schema = object("autoscaling.v2.ContainerResourceMetricSource", {
  name: must(text),
  target: must(struct(metricTarget)),
  container: must(text),
});

const externalMetricSource: Schema = object("autoscaling.v2.ExternalMetricSource", {
  metric: must(struct(metricIdentifier)),
  target: must(struct(metricTarget)),
});

const metricSpec: Schema = object("autoscaling.v2.MetricSpec", {
  type: must(text),
  object: pointer(objectMetricSource),
  pods: pointer(podsMetricSource),
  resource: pointer(resourceMetricSource),
  containerResource: pointer(containerResourceMetricSource),
  external: pointer(externalMetricSource),
});

const hpaScalingPolicy: Schema = object("autoscaling.v2.HPAScalingPolicy", {
  type: must(text),
  value: must(int32),
  periodSeconds: must(int32),
});

const hpaScalingRules: Schema = object("autoscaling.v2.HPAScalingRules", {
  stabilizationWindowSeconds: pointer(int32),
  selectPolicy: pointer(text),
  policies: atomic(list(hpaScalingPolicy)),
  tolerance: pointer(quantity),
});

const horizontalPodAutoscalerBehavior: Schema = object("autoscaling.v2.HorizontalPodAutoscalerBehavior", {
  scaleUp: pointer(hpaScalingRules),
  scaleDown: pointer(hpaScalingRules),
});

const horizontalPodAutoscalerSpec: Schema = object("autoscaling.v2.HorizontalPodAutoscalerSpec", {
  scaleTargetRef: must(struct(crossVersionObjectReference)),
  minReplicas: withDefault(1, pointer(int32)),
  maxReplicas: must(int32),
  metrics: atomic(list(metricSpec)),
  behavior: pointer(horizontalPodAutoscalerBehavior),
});

const metricValueStatus: Schema = object("autoscaling.v2.MetricValueStatus", {
  value: pointer(quantity),
  averageValue: pointer(quantity),
  averageUtilization: pointer(int32),
});

const objectMetricStatus: Schema = object("autoscaling.v2.ObjectMetricStatus", {
  metric: must(struct(metricIdentifier)),
  current: must(struct(metricValueStatus)),
  describedObject: must(struct(crossVersionObjectReference)),
});

const podsMetricStatus: Schema = object("autoscaling.v2.PodsMetricStatus", {
  metric: must(struct(metricIdentifier)),
  current: must(struct(metricValueStatus)),
});

const resourceMetricStatus: Schema = object("autoscaling.v2.ResourceMetricStatus", {
  name: must(text),
  current: must(struct(metricValueStatus)),
});

const containerResourceMetricStatus: Schema = object("autoscaling.v2.ContainerResourceMetricStatus", {
  name: must(text),
  current: must(struct(metricValueStatus)),
  container: must(text),
});

const externalMetricStatus: Schema = object("autoscaling.v2.ExternalMetricStatus", {
  metric: must(struct(metricIdentifier)),
  current: must(struct(metricValueStatus)),
});

const metricStatus: Schema = object("autoscaling.v2.MetricStatus", {
  type: must(text),
  object: pointer(objectMetricStatus),
  pods: pointer(podsMetricStatus),
  resource: pointer(resourceMetricStatus),
  containerResource: pointer(containerResourceMetricStatus),
  external: pointer(externalMetricStatus),
});

const horizontalPodAutoscalerCondition: Schema = object("autoscaling.v2.HorizontalPodAutoscalerCondition", {
  type: must(text),
  status: must(text),
  lastTransitionTime: time,
  reason: text,
  message: text,
});

const horizontalPodAutoscalerStatus: Schema = object("autoscaling.v2.HorizontalPodAutoscalerStatus", {
  observedGeneration: pointer(int64),
  lastScaleTime: pointer(time),
  currentReplicas: int32,
  desiredReplicas: must(int32),
  currentMetrics: atomic(list(metricStatus)),
  conditions: patched(listMap(horizontalPodAutoscalerCondition, "type"), "merge", "type"),
});

export const horizontalPodAutoscaler: Schema = described(
  "Scales a workload by what is measured.",
  object("autoscaling.v2.HorizontalPodAutoscaler", {
    metadata: struct(objectMeta),
    spec: struct(horizontalPodAutoscalerSpec),
    status: struct(horizontalPodAutoscalerStatus),
  }),
);
