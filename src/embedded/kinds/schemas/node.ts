import type { Schema } from "../../wire/resource.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import {
  text,
  flag,
  int32,
  int64,
  quantity,
  time,
  object,
  described,
  pointer,
  struct,
  must,
  always,
  atomic,
  list,
  setOf,
  listMap,
  mapOf,
  patched,
} from "../../schema/shape.ts";

const taint: Schema = object("core.v1.Taint", {
  key: must(text),
  value: text,
  effect: must(text),
  timeAdded: pointer(time),
});

const configMapNodeConfigSource: Schema = object("core.v1.ConfigMapNodeConfigSource", {
  namespace: must(text),
  name: must(text),
  uid: text,
  resourceVersion: text,
  kubeletConfigKey: must(text),
});

const nodeConfigSource: Schema = object("core.v1.NodeConfigSource", {
  configMap: pointer(configMapNodeConfigSource),
});

const nodeSpec: Schema = object("core.v1.NodeSpec", {
  podCIDR: text,
  podCIDRs: patched(setOf(text), "merge"),
  providerID: text,
  unschedulable: flag,
  taints: atomic(list(taint)),
  configSource: pointer(nodeConfigSource),
  externalID: text,
});

const nodeCondition: Schema = object("core.v1.NodeCondition", {
  type: must(text),
  status: must(text),
  lastHeartbeatTime: time,
  lastTransitionTime: time,
  reason: text,
  message: text,
});

const nodeAddress: Schema = object("core.v1.NodeAddress", {
  type: must(text),
  address: must(text),
});

const daemonEndpoint: Schema = object("core.v1.DaemonEndpoint", {
  Port: must(int32),
});

const nodeDaemonEndpoints: Schema = object("core.v1.NodeDaemonEndpoints", {
  kubeletEndpoint: struct(daemonEndpoint),
});

const nodeSwapStatus: Schema = object("core.v1.NodeSwapStatus", {
  capacity: pointer(int64),
});

const nodeSystemInfo: Schema = object("core.v1.NodeSystemInfo", {
  machineID: must(text),
  systemUUID: must(text),
  bootID: must(text),
  kernelVersion: must(text),
  osImage: must(text),
  containerRuntimeVersion: must(text),
  kubeletVersion: must(text),
  kubeProxyVersion: must(text),
  operatingSystem: must(text),
  architecture: must(text),
  swap: pointer(nodeSwapStatus),
});

const containerImage: Schema = object("core.v1.ContainerImage", {
  names: atomic(list(text)),
  sizeBytes: int64,
});

const attachedVolume: Schema = object("core.v1.AttachedVolume", {
  name: must(text),
  devicePath: must(text),
});

const nodeConfigStatus: Schema = object("core.v1.NodeConfigStatus", {
  assigned: pointer(nodeConfigSource),
  active: pointer(nodeConfigSource),
  lastKnownGood: pointer(nodeConfigSource),
  error: text,
});

const nodeRuntimeHandlerFeatures: Schema = object("core.v1.NodeRuntimeHandlerFeatures", {
  recursiveReadOnlyMounts: pointer(flag),
  userNamespaces: pointer(flag),
});

const nodeRuntimeHandler: Schema = object("core.v1.NodeRuntimeHandler", {
  name: always(text),
  features: pointer(nodeRuntimeHandlerFeatures),
});

const nodeFeatures: Schema = object("core.v1.NodeFeatures", {
  supplementalGroupsPolicy: pointer(flag),
});

const nodeStatus: Schema = object("core.v1.NodeStatus", {
  capacity: mapOf(quantity),
  allocatable: mapOf(quantity),
  phase: text,
  conditions: patched(listMap(nodeCondition, "type"), "merge", "type"),
  addresses: patched(listMap(nodeAddress, "type"), "merge", "type"),
  daemonEndpoints: struct(nodeDaemonEndpoints),
  nodeInfo: struct(nodeSystemInfo),
  images: atomic(list(containerImage)),
  volumesInUse: atomic(list(text)),
  volumesAttached: atomic(list(attachedVolume)),
  config: pointer(nodeConfigStatus),
  runtimeHandlers: atomic(list(nodeRuntimeHandler)),
  features: pointer(nodeFeatures),
  declaredFeatures: atomic(list(text)),
});

export const node: Schema = described(
  "A machine that runs pods.",
  object("core.v1.Node", {
    metadata: struct(objectMeta),
    spec: struct(nodeSpec),
    status: struct(nodeStatus),
  }),
);
