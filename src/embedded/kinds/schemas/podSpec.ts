import type { Schema } from "../../wire/resource.ts";
import { container, ephemeralContainer, resourceRequirements } from "./container.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import { localObjectReference } from "./references.ts";
import { affinity, toleration, topologySpreadConstraint } from "./scheduling.ts";
import { podSecurityContext } from "./securityContext.ts";
import { volume } from "./volume.ts";
import {
  text,
  flag,
  int32,
  int64,
  quantity,
  object,
  described,
  pointer,
  struct,
  must,
  atomic,
  list,
  listMap,
  mapOf,
  patched,
  withDefault,
} from "../../schema/shape.ts";

const hostAlias: Schema = object("core.v1.HostAlias", {
  ip: must(text),
  hostnames: atomic(list(text)),
});

const podDNSConfigOption: Schema = object("core.v1.PodDNSConfigOption", {
  name: text,
  value: pointer(text),
});

const podDNSConfig: Schema = object("core.v1.PodDNSConfig", {
  nameservers: atomic(list(text)),
  searches: atomic(list(text)),
  options: atomic(list(podDNSConfigOption)),
});

const podReadinessGate: Schema = object("core.v1.PodReadinessGate", {
  conditionType: must(text),
});

const podOS: Schema = object("core.v1.PodOS", {
  name: must(text),
});

const podSchedulingGate: Schema = object("core.v1.PodSchedulingGate", {
  name: must(text),
});

const podResourceClaim: Schema = object("core.v1.PodResourceClaim", {
  name: must(text),
  resourceClaimName: pointer(text),
  resourceClaimTemplateName: pointer(text),
});

const podSchedulingGroup: Schema = object("core.v1.PodSchedulingGroup", {
  podGroupName: pointer(text),
});

export const podSpec: Schema = described(
  "What a pod runs and how.",
  object("core.v1.PodSpec", {
    volumes: described(
      "Volumes that containers can mount.",
      patched(listMap(volume, "name"), "merge,retainKeys", "name"),
    ),
    initContainers: described(
      "Containers that run one by one before the others start.",
      patched(listMap(container, "name"), "merge", "name"),
    ),
    containers: described(
      "Containers of the pod; at least one.",
      patched(must(listMap(container, "name")), "merge", "name"),
    ),
    ephemeralContainers: patched(listMap(ephemeralContainer, "name"), "merge", "name"),
    restartPolicy: described(
      "When ended containers are started again: Always, OnFailure or Never.",
      withDefault("Always", text),
    ),
    terminationGracePeriodSeconds: described(
      "Seconds between the polite and the forced end of a container.",
      withDefault(30, pointer(int64)),
    ),
    activeDeadlineSeconds: described("Seconds after which the pod is ended in any case.", pointer(int64)),
    dnsPolicy: described(
      "How names are resolved: ClusterFirst, ClusterFirstWithHostNet, Default or None.",
      withDefault("ClusterFirst", text),
    ),
    nodeSelector: described("Labels that a node must have.", atomic(mapOf(text))),
    serviceAccountName: described("ServiceAccount under which the pod runs.", text),
    serviceAccount: text,
    automountServiceAccountToken: pointer(flag),
    nodeName: described("Node that the pod is bound to.", text),
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
    shareProcessNamespace: pointer(flag),
    securityContext: described("Security settings of all containers.", withDefault({}, pointer(podSecurityContext))),
    imagePullSecrets: described(
      "Secrets to pull images with.",
      patched(listMap(localObjectReference, "name"), "merge", "name"),
    ),
    hostname: text,
    subdomain: text,
    affinity: described("Attraction to and repulsion from nodes and pods.", pointer(affinity)),
    schedulerName: described("Scheduler that binds the pod.", withDefault("default-scheduler", text)),
    tolerations: described("Taints of nodes that the pod puts up with.", atomic(list(toleration))),
    hostAliases: described("Extra lines of the hosts file.", patched(listMap(hostAlias, "ip"), "merge", "ip")),
    priorityClassName: described("Name of the priority of the pod.", text),
    priority: pointer(int32),
    dnsConfig: pointer(podDNSConfig),
    readinessGates: described("Conditions besides the probes that make the pod ready.", atomic(list(podReadinessGate))),
    runtimeClassName: pointer(text),
    enableServiceLinks: pointer(flag),
    preemptionPolicy: pointer(text),
    overhead: mapOf(quantity),
    topologySpreadConstraints: described(
      "How pods are spread over zones and nodes.",
      patched(listMap(topologySpreadConstraint, "topologyKey", "whenUnsatisfiable"), "merge", "topologyKey"),
    ),
    setHostnameAsFQDN: pointer(flag),
    os: pointer(podOS),
    hostUsers: pointer(flag),
    schedulingGates: patched(listMap(podSchedulingGate, "name"), "merge", "name"),
    resourceClaims: patched(listMap(podResourceClaim, "name"), "merge,retainKeys", "name"),
    resources: pointer(resourceRequirements),
    hostnameOverride: pointer(text),
    schedulingGroup: pointer(podSchedulingGroup),
  }),
);

export const podTemplateSpec: Schema = object("core.v1.PodTemplateSpec", {
  metadata: described("Labels and annotations of the pods.", struct(objectMeta)),
  spec: described("What the pods of this template run.", struct(podSpec)),
});
