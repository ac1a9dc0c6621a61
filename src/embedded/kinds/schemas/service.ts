import type { Schema } from "../../wire/resource.ts";
import { condition } from "./meta.ts";
import { objectMeta } from "../../schema/objectMeta.ts";
import { objectReference } from "./references.ts";
import {
  text,
  flag,
  int32,
  intOrString,
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

const servicePort: Schema = object("core.v1.ServicePort", {
  name: described("Name; required where there are several ports.", text),
  protocol: described("TCP, UDP or SCTP.", withDefault("TCP", text)),
  appProtocol: described("What is spoken on the port.", pointer(text)),
  port: described("Port of the Service.", must(int32)),
  targetPort: described("Port of the pods, by number or name; `port` by default.", intOrString),
  nodePort: described("Port on every node.", int32),
});

const clientIPConfig: Schema = object("core.v1.ClientIPConfig", {
  timeoutSeconds: pointer(int32),
});

const sessionAffinityConfig: Schema = object("core.v1.SessionAffinityConfig", {
  clientIP: pointer(clientIPConfig),
});

const serviceSpec: Schema = object("core.v1.ServiceSpec", {
  ports: described(
    "Ports that the Service offers.",
    patched(listMap(servicePort, "port", "protocol"), "merge", "port"),
  ),
  selector: described("Labels of the pods behind the Service.", atomic(mapOf(text))),
  clusterIP: described("Address of the Service; None for a headless one.", text),
  clusterIPs: atomic(list(text)),
  type: described("ClusterIP, NodePort, LoadBalancer or ExternalName.", withDefault("ClusterIP", text)),
  externalIPs: atomic(list(text)),
  sessionAffinity: described("None or ClientIP.", withDefault("None", text)),
  loadBalancerIP: text,
  loadBalancerSourceRanges: atomic(list(text)),
  externalName: described("Name that an ExternalName Service stands for.", text),
  externalTrafficPolicy: text,
  healthCheckNodePort: int32,
  publishNotReadyAddresses: flag,
  sessionAffinityConfig: pointer(sessionAffinityConfig),
  ipFamilies: atomic(list(text)),
  ipFamilyPolicy: pointer(text),
  allocateLoadBalancerNodePorts: pointer(flag),
  loadBalancerClass: pointer(text),
  internalTrafficPolicy: pointer(text),
  trafficDistribution: pointer(text),
});

const portStatus: Schema = object("core.v1.PortStatus", {
  port: must(int32),
  protocol: must(text),
  error: pointer(text),
});

const loadBalancerIngress: Schema = object("core.v1.LoadBalancerIngress", {
  ip: text,
  hostname: text,
  ipMode: pointer(text),
  ports: atomic(list(portStatus)),
});

const loadBalancerStatus: Schema = object("core.v1.LoadBalancerStatus", {
  ingress: atomic(list(loadBalancerIngress)),
});

const serviceStatus: Schema = object("core.v1.ServiceStatus", {
  loadBalancer: struct(loadBalancerStatus),
  conditions: patched(listMap(condition, "type"), "merge", "type"),
});

export const service: Schema = described(
  "A stable name and address for a changing set of pods.",
  object("core.v1.Service", {
    metadata: struct(objectMeta),
    spec: struct(serviceSpec),
    status: struct(serviceStatus),
  }),
);

const endpointAddress: Schema = atomic(
  object("core.v1.EndpointAddress", {
    ip: must(text),
    hostname: text,
    nodeName: pointer(text),
    targetRef: pointer(objectReference),
  }),
);

const endpointPort: Schema = atomic(
  object("core.v1.EndpointPort", {
    name: text,
    port: must(int32),
    protocol: withDefault("TCP", text),
    appProtocol: pointer(text),
  }),
);

const endpointSubset: Schema = object("core.v1.EndpointSubset", {
  addresses: atomic(list(endpointAddress)),
  notReadyAddresses: atomic(list(endpointAddress)),
  ports: atomic(list(endpointPort)),
});

export const endpoints: Schema = described(
  "Addresses behind a Service (older form; see EndpointSlice).",
  object("core.v1.Endpoints", {
    metadata: struct(objectMeta),
    subsets: atomic(list(endpointSubset)),
  }),
);
