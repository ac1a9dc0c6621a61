import type { Schema } from "../../wire/resource.ts";
import { resourceRequirements } from "./container.ts";
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
  atomic,
  list,
  setOf,
  listMap,
  mapOf,
  patched,
  withDefault,
} from "../../schema/shape.ts";

const podCondition: Schema = object("core.v1.PodCondition", {
  type: must(text),
  observedGeneration: int64,
  status: must(text),
  lastProbeTime: time,
  lastTransitionTime: time,
  reason: text,
  message: text,
});

const hostIP: Schema = object("core.v1.HostIP", {
  ip: must(text),
});

const podIP: Schema = object("core.v1.PodIP", {
  ip: must(text),
});

const containerStateWaiting: Schema = object("core.v1.ContainerStateWaiting", {
  reason: text,
  message: text,
});

const containerStateRunning: Schema = object("core.v1.ContainerStateRunning", {
  startedAt: time,
});

const containerStateTerminated: Schema = object("core.v1.ContainerStateTerminated", {
  exitCode: must(int32),
  signal: int32,
  reason: text,
  message: text,
  startedAt: time,
  finishedAt: time,
  containerID: text,
});

const containerState: Schema = object("core.v1.ContainerState", {
  waiting: pointer(containerStateWaiting),
  running: pointer(containerStateRunning),
  terminated: pointer(containerStateTerminated),
});

const imageVolumeStatus: Schema = object("core.v1.ImageVolumeStatus", {
  imageRef: text,
});

const volumeStatus: Schema = object("core.v1.VolumeStatus", {
  image: pointer(imageVolumeStatus),
});

const volumeMountStatus: Schema = object("core.v1.VolumeMountStatus", {
  name: must(text),
  mountPath: must(text),
  readOnly: flag,
  recursiveReadOnly: pointer(text),
  volumeStatus: pointer(volumeStatus),
});

const linuxContainerUser: Schema = object("core.v1.LinuxContainerUser", {
  uid: must(int64),
  gid: must(int64),
  supplementalGroups: atomic(list(int64)),
});

const containerUser: Schema = object("core.v1.ContainerUser", {
  linux: pointer(linuxContainerUser),
});

const resourceHealth: Schema = object("core.v1.ResourceHealth", {
  resourceID: must(text),
  health: text,
  message: pointer(text),
});

const resourceStatus: Schema = object("core.v1.ResourceStatus", {
  name: must(text),
  resources: listMap(resourceHealth, "resourceID"),
});

const containerStatus: Schema = object("core.v1.ContainerStatus", {
  name: must(text),
  state: struct(containerState),
  lastState: struct(containerState),
  ready: must(flag),
  restartCount: must(int32),
  image: must(text),
  imageID: must(text),
  containerID: text,
  started: pointer(flag),
  allocatedResources: mapOf(quantity),
  resources: pointer(resourceRequirements),
  volumeMounts: patched(listMap(volumeMountStatus, "mountPath"), "merge", "mountPath"),
  user: pointer(containerUser),
  allocatedResourcesStatus: patched(listMap(resourceStatus, "name"), "merge", "name"),
  stopSignal: pointer(text),
});

const podResourceClaimStatus: Schema = object("core.v1.PodResourceClaimStatus", {
  name: must(text),
  resourceClaimName: pointer(text),
});

const containerExtendedResourceRequest: Schema = object("core.v1.ContainerExtendedResourceRequest", {
  containerName: must(text),
  resourceName: must(text),
  requestName: must(text),
});

const podExtendedResourceClaimStatus: Schema = object("core.v1.PodExtendedResourceClaimStatus", {
  requestMappings: must(atomic(list(containerExtendedResourceRequest))),
  resourceClaimName: must(text),
});

const nodeAllocatableResourceClaimStatus: Schema = object("core.v1.NodeAllocatableResourceClaimStatus", {
  resourceClaimName: must(text),
  containers: setOf(text),
  resources: mapOf(quantity),
});

export const podStatus: Schema = described(
  "What was seen of a pod on its node.",
  object("core.v1.PodStatus", {
    observedGeneration: int64,
    phase: withDefault("Pending", text),
    conditions: patched(listMap(podCondition, "type"), "merge", "type"),
    message: text,
    reason: text,
    nominatedNodeName: text,
    hostIP: text,
    hostIPs: patched(atomic(list(hostIP)), "merge", "ip"),
    podIP: text,
    podIPs: patched(listMap(podIP, "ip"), "merge", "ip"),
    startTime: pointer(time),
    initContainerStatuses: atomic(list(containerStatus)),
    containerStatuses: atomic(list(containerStatus)),
    qosClass: text,
    ephemeralContainerStatuses: atomic(list(containerStatus)),
    resize: text,
    resourceClaimStatuses: patched(listMap(podResourceClaimStatus, "name"), "merge,retainKeys", "name"),
    extendedResourceClaimStatus: pointer(podExtendedResourceClaimStatus),
    allocatedResources: mapOf(quantity),
    resources: pointer(resourceRequirements),
    nodeAllocatableResourceClaimStatuses: atomic(list(nodeAllocatableResourceClaimStatus)),
  }),
);
